// Layers that training computes together: a convolution with its batch norm, gate and addition.

import KernelTasks
import NetworkExecution
import Networks

/// A convolution and the layers that are computed with it.
struct ConvolutionUnit {
    /// The convolution's layer.
    let index: Int
    let convolution: Convolution
    /// The layer that gates its result, if one does.
    let gate: Int?
    /// The layer that adds a shortcut to its batch norm, if one does.
    let addition: Int?
    /// The probability that stochastic depth drops this branch.
    let dropRate: Float

    /// The layer whose output the unit makes.
    var last: Int { addition ?? gate ?? index }
}

extension TrainingLowering {
    /// Throws where a layer cannot be trained.
    static func check(_ layers: [Layer]) throws(TrainingError) {
        for layer in layers where layer.inputs.contains(where: { $0.layer < 0 }) {
            guard case .convolution(let convolution) = layer.operation else {
                throw .unsupported(
                    "\(layer.name) reads the image, and training knows convolutions of it alone; "
                        + "put a convolution first.")
            }
            guard convolution.groups == 1 else {
                throw .unsupported(
                    "\(layer.name) has \(convolution.groups) groups and reads the image, which training "
                        + "does not know; give 1 group.")
            }
        }
    }

    /// Whether a convolution takes over the layer after it: a gate, or an addition of one shortcut to a plain result.
    ///
    /// Where stochastic depth may drop the branch, an activation after the addition stays with the addition: its derivative is
    /// that at the sum with what is left of the branch, for branch and shortcut alike.
    static func fuses(_ unit: ArraySlice<Layer>, _ next: Layer, dropRate: Float) -> Bool {
        guard unit.count == 1, case .convolution(let convolution) = unit[unit.startIndex].operation else {
            return false
        }
        switch next.operation {
        case .squeezeExcitation: return true
        case .add(let after):
            return convolution.activation == .identity && next.shortcuts.count == 1
                && next.shortcuts.allSatisfy { $0.layer >= 0 } && (dropRate == 0 || after == .identity)
        default: return false
        }
    }

    /// A convolution with the layers of its unit.
    func convolutionUnit(_ index: Int, _ convolution: Convolution) -> ConvolutionUnit {
        let next = units.unit(of: index).dropFirst().first
        var isAddition = false
        if let next, case .add = layers[next].operation { isAddition = true }
        return ConvolutionUnit(
            index: index, convolution: convolution, gate: isAddition ? nil : next,
            addition: isAddition ? next : nil, dropRate: isAddition ? dropRates[index] : 0)
    }

    /// The probability that stochastic depth drops the branch that each layer is of: it grows with the blocks before; outside
    /// of blocks nothing is dropped.
    static func dropRates(_ layers: [Layer], dropPath: Float) -> [Float] {
        var blocks: [LayerName] = []
        let numbers = layers.map { layer in
            guard layer.name.stage != nil else { return 0 }
            if blocks.last?.stage != layer.name.stage || blocks.last?.block != layer.name.block {
                blocks.append(layer.name)
            }
            return blocks.count - 1
        }
        return numbers.map { dropPath * Float($0) / Float(max(1, blocks.count)) }
    }
}
