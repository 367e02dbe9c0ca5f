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
    /// An addition that no convolution takes over.
    case addition(Int, Networks.Activation)
    /// Max pooling.
    case maxPool(Int, Pooling, Padding)
    /// Global average pooling, and dropout.
    case averagePool(Int)
    /// The classifier.
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
        var taken = Set<Int>()
        for (index, layer) in layers.enumerated() where !taken.contains(index) {
            switch layer.operation {
            case .convolution(let convolution):
                guard convolution.groups == 1 || convolution.isDepthwise else {
                    throw .unsupported(
                        "\(layer.name) has \(convolution.groups) groups, which training does not know; "
                            + "give 1, or as many as channels.")
                }
                var unit = ConvolutionUnit(index: index, convolution: convolution)
                unit.take(layers, readers: readers)
                if dropPath > 0, unit.addition != nil, let stage = layer.name.stage {
                    let number = blockNumbers[[stage, layer.name.block]] ?? 0
                    unit.dropRate = dropPath * Float(number) / Float(max(1, blocks.count))
                }
                taken.formUnion([unit.gate, unit.addition].compactMap(\.self))
                units.append(.convolution(unit))
            case .squeezeExcitation:
                throw .unsupported(
                    "\(layer.name) gates a tensor that no convolution makes for it alone; training gates "
                        + "convolutions only.")
            case .add(let activation):
                guard dropPath == 0 else {
                    throw .unsupported(
                        "stochastic depth does not reach \(layer.name), whose branch ends in a gate; "
                            + "set drop_path to 0.")
                }
                units.append(.addition(index, activation))
            case .maxPool(let pooling, let padding): units.append(.maxPool(index, pooling, padding))
            case .globalAveragePool: units.append(.averagePool(index))
            case .linear: units.append(.linear(index))
            }
        }
        for case .convolution(let unit) in units where unit.dropRate > 0 {
            guard case .add(.identity)? = unit.addition.map({ layers[$0].operation }) else {
                throw .unsupported(
                    "stochastic depth needs additions without activation, unlike \(layers[unit.last].name); "
                        + "set drop_path to 0.")
            }
        }
    }
}

extension ConvolutionUnit {
    /// Takes over a gate, or an addition to a plain result, where nothing else reads what lies between.
    fileprivate mutating func take(_ layers: [Layer], readers: [Int]) {
        let next = index + 1
        guard next < layers.count, readers[index] == 1, layers[next].input.layer == index else { return }
        switch layers[next].operation {
        case .squeezeExcitation: gate = next
        case .add where convolution.activation == .identity && layers[next].shortcut?.layer != -1:
            addition = next
        default: break
        }
    }
}
