// Layers that training computes together: a convolution with its batch norm, gate and addition.

import KernelTasks
import Networks

/// A convolution and the layers that are computed with it.
struct ConvolutionUnit {
    /// The convolution's layer.
    let index: Int
    let convolution: Convolution
    /// The layer that gates its result, if one does.
    var gate: Int?
    /// The layer that adds a shortcut to its batch norm, if one does.
    var addition: Int?
    /// The probability that stochastic depth drops this branch.
    var dropRate: Float = 0

    /// The layer whose output the unit makes.
    var last: Int { addition ?? gate ?? index }
}

/// What is lowered as one.
enum TrainingUnit {
    /// A convolution with what belongs to it.
    case convolution(ConvolutionUnit)
    /// An addition that no convolution takes over, and the probability that stochastic depth drops its branch.
    case addition(Int, Networks.Activation, dropRate: Float)
    /// A gate that no convolution takes over.
    case gate(Int, ChannelGate)
    /// A gate of one scalar an image.
    case scalarGate(Int)
    /// Max pooling.
    case maxPool(Int, Pooling, Padding)
    /// Average pooling of windows.
    case windowAverage(Int, Pooling)
    /// Global average pooling.
    case globalAverage(Int)
    /// Dropout and the classifier.
    case linear(Int)
}

/// The units of a network in order.
struct TrainingUnits {
    private(set) var units: [TrainingUnit] = []

    /// Groups layers; throws where one cannot be trained.
    init(_ layers: [Layer], readers: [Int], dropPath: Float) throws(TrainingError) {
        let blocks = Set(layers.compactMap { layer in layer.name.stage.map { [$0, layer.name.block] } })
        var blockNumbers: [[Int]: Int] = [:]
        for (number, block) in blocks.sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated() {
            blockNumbers[block] = number
        }
        func dropRate(_ layer: Layer) -> Float {
            guard dropPath > 0, let stage = layer.name.stage else { return 0 }
            let number = blockNumbers[[stage, layer.name.block]] ?? 0
            return dropPath * Float(number) / Float(max(1, blocks.count))
        }
        var taken = Set<Int>()
        for (index, layer) in layers.enumerated() where !taken.contains(index) {
            switch layer.operation {
            case .convolution(let convolution):
                guard !convolution.isGrouped || layer.input.layer >= 0 else {
                    throw .unsupported(
                        "\(layer.name) has \(convolution.groups) groups and reads the image, which training "
                            + "does not know; give 1 group.")
                }
                var unit = ConvolutionUnit(index: index, convolution: convolution)
                unit.take(layers, readers: readers, dropRate: dropRate(layer))
                taken.formUnion([unit.gate, unit.addition].compactMap(\.self))
                units.append(.convolution(unit))
            case .squeezeExcitation(let gate): units.append(.gate(index, gate))
            case .scalarGate: units.append(.scalarGate(index))
            case .averagePool(let pooling): units.append(.windowAverage(index, pooling))
            case .add(let activation):
                units.append(.addition(index, activation, dropRate: dropRate(layer)))
            case .maxPool(let pooling, let padding): units.append(.maxPool(index, pooling, padding))
            case .globalAveragePool: units.append(.globalAverage(index))
            case .linear: units.append(.linear(index))
            }
        }
    }
}

extension ConvolutionUnit {
    /// Takes over a gate, or an addition to a plain result, where nothing else reads what lies between.
    ///
    /// Where stochastic depth may drop the branch, an activation after the addition stays with the addition: its derivative is
    /// that at the sum with what is left of the branch, for branch and shortcut alike.
    fileprivate mutating func take(_ layers: [Layer], readers: [Int], dropRate: Float) {
        let next = index + 1
        guard next < layers.count, readers[index] == 1, layers[next].input.layer == index else { return }
        switch layers[next].operation {
        case .squeezeExcitation: gate = next
        case .add(let after)
        where convolution.activation == .identity && layers[next].shortcut?.layer != -1
            && (dropRate == 0 || after == .identity):
            addition = next
            self.dropRate = dropRate
        default: break
        }
    }
}
