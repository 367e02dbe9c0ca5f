// Under which names the parameters of a network's layers stand in a file. The native names are the layers' own; those
// of other tools are views of the same list.

import NetworkExecution
import Networks

/// Where the parameters of one matrix stand.
struct ParameterName: Hashable {
    /// The module of the weight and, where there is one, the bias.
    let module: String
    /// The batch norm that follows, where one does.
    let norm: String?
    /// Axes of the weight: 4 for convolutions, 2 for the classifier.
    let axes: Int

    /// A convolution and the batch norm that follows it, where one does.
    static func conv(_ module: String, _ norm: String? = nil) -> ParameterName {
        ParameterName(module: module, norm: norm, axes: 4)
    }

    /// A matrix of two axes, such as the classifier.
    static func linear(_ module: String) -> ParameterName {
        ParameterName(module: module, norm: nil, axes: 2)
    }
}

extension Network {
    /// The names of each layer's matrices by the layers' own names, in the order of ``Operation/matrices``: every
    /// network has them.
    ///
    /// The weight of a layer is `stages.1.0.expand.weight`, its batch norm `stages.1.0.expand.norm.weight`, `.bias`,
    /// `.running_mean` and `.running_var`; a gate has the layers `.squeeze` and `.excite`.
    func nativeNames() -> [[ParameterName]] {
        layers.map { layer in
            let name = "\(layer.name)"
            switch layer.operation {
            case .convolution(let convolution):
                return [
                    ParameterName(module: name, norm: convolution.normalised ? name + ".norm" : nil, axes: 4)
                ]
            case .squeezeExcitation, .scalarGate:
                return ["squeeze", "excite"].map {
                    ParameterName(module: "\(name).\($0)", norm: nil, axes: 4)
                }
            case .linear: return [ParameterName(module: name, norm: nil, axes: 2)]
            case .maxPool, .averagePool, .globalAveragePool, .add: return []
            }
        }
    }
}

extension MatrixShape {
    /// The shape of the weight in PyTorch's order of axes.
    func tensorShape(axes: Int) -> [Int] {
        axes == 2 ? [outputs, inputs] : [outputs, inputs, kernel, kernel]
    }
}
