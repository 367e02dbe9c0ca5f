// Weights, averages and optimisers' arrays as tensors of a state file, named by the network's layers: every network that trains can
// be continued, whether or not another tool has names for its layers.
//
// A tensor is named by array, layer, matrix and part, such as `average/stages.1.0.depthwise/0/weight`.

import NetworkExecution
import Networks
import TensorFiles

extension NetworkWeights {
    /// The arrays as tensors, each name behind `prefix`.
    func stateTensors(of network: Network, prefix: String) -> [NamedTensor] {
        zip(network.layers, layers).flatMap { layer, matrices in
            matrices.enumerated().flatMap { index, matrix in
                matrix.tensors("\(prefix)\(layer.name)/\(index)")
            }
        }
    }

    /// The arrays of a network from values by name; throws where one is missing or of another size.
    init(
        state values: [String: [Float]], prefix: String, file: String, for network: Network
    ) throws(TrainingError) {
        let epsilon = network.architecture.batchNormEpsilon
        var layers: [[MatrixWeights]] = []
        for layer in network.layers {
            var matrices: [MatrixWeights] = []
            for (index, shape) in layer.operation.matrices.enumerated() {
                let name = "\(prefix)\(layer.name)/\(index)"
                func part(_ part: String, _ count: Int) throws(TrainingError) -> [Float] {
                    guard let saved = values["\(name)/\(part)"], saved.count == count else {
                        throw .state(
                            "\(file): \(name)/\(part) is missing or of another size; remove the file.")
                    }
                    return saved
                }
                var matrix = MatrixWeights(weight: try part("weight", shape.count))
                if shape.hasBias { matrix.bias = try part("bias", shape.outputs) }
                if shape.normalised {
                    matrix.norm = BatchNorm(
                        scale: try part("scale", shape.outputs), shift: try part("shift", shape.outputs),
                        mean: try part("mean", shape.outputs), variance: try part("variance", shape.outputs),
                        epsilon: epsilon)
                }
                matrices.append(matrix)
            }
            layers.append(matrices)
        }
        self.init(layers: layers)
    }
}

extension MatrixWeights {
    fileprivate func tensors(_ name: String) -> [NamedTensor] {
        let parts: [(String, [Float]?)] = [
            ("weight", weight), ("bias", bias), ("scale", norm?.scale), ("shift", norm?.shift),
            ("mean", norm?.mean), ("variance", norm?.variance),
        ]
        return parts.compactMap { part, values in
            values.map { NamedTensor("\(name)/\(part)", shape: [$0.count], values: $0) }
        }
    }
}
