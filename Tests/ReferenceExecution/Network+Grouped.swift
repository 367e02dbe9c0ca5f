// Networks whose k×k convolutions have groups, which no description can say yet.

import NetworkExecution
import Networks

extension Network {
    /// The layers, those convolutions grouped that are dense and wider than one pixel: as many groups as `choices` say in turn,
    /// where channels can be divided by them.
    package func groupedLayers(_ choices: [Int]) -> [Layer] {
        var number = 0
        return layers.map { layer in
            guard case .convolution(var convolution) = layer.operation, convolution.groups == 1,
                convolution.kernel > 1, layer.input.layer >= 0
            else { return layer }
            let groups = choices[number % choices.count]
            number += 1
            guard convolution.inputChannels % groups == 0, convolution.outputChannels % groups == 0 else {
                return layer
            }
            convolution.groups = groups
            return layer.with(.convolution(convolution))
        }
    }
}

extension Layer {
    /// The same layer with another operation, which must make the same shape.
    fileprivate func with(_ operation: Operation) -> Layer {
        var layer = self
        withUnsafeMutableBytes(of: &layer) { bytes in
            guard let offset = MemoryLayout<Layer>.offset(of: \.operation) else { return }
            bytes.storeBytes(of: operation, toByteOffset: offset, as: Operation.self)
        }
        return layer
    }
}

extension [Layer] {
    /// Weights of the same layers with fewer groups, of which each group keeps the first, made larger as they are fewer.
    package func weights(of dense: NetworkWeights) -> NetworkWeights {
        NetworkWeights(
            layers: zip(self, dense.layers).map { layer, matrices in
                zip(layer.operation.matrices, matrices).map { shape, matrix in
                    guard shape.count < matrix.weight.count else { return matrix }
                    let scale = (Float(matrix.weight.count) / Float(shape.count)).squareRoot()
                    var matrix = matrix
                    matrix.weight = matrix.weight.prefix(shape.count).map { $0 * scale }
                    return matrix
                }
            })
    }
}
