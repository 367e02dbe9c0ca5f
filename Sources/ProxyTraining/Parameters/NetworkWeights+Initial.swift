// Weights before training.

import Foundation
import NetworkExecution
import Networks

extension NetworkWeights {
    /// The weights that training starts from, a function of the seed.
    ///
    /// Convolutions and linear layers are uniform in ±√(1 / fan-in), which is PyTorch's default (He et al.
    /// 2015 with a = √5), biases too; batch norms begin as the identity with mean 0 and variance 1.
    package static func initial(for network: Network, seed: UInt64) -> NetworkWeights {
        let epsilon = network.architecture.batchNormEpsilon
        return NetworkWeights(
            layers: network.layers.enumerated().map { index, layer in
                let matrices = layer.operation.matrices.enumerated().map { number, shape in
                    let reach = 1 / Float(shape.inputs * shape.kernel * shape.kernel).squareRoot()
                    let stream = CounterStream(seed, 1, UInt64(index), UInt64(number))
                    var matrix = MatrixWeights(
                        weight: (0..<shape.count).map { reach * (2 * stream.uniform(UInt64($0)) - 1) })
                    if shape.hasBias {
                        matrix.bias = (0..<shape.outputs).map {
                            reach * (2 * stream.uniform(UInt64(shape.count + $0)) - 1)
                        }
                    }
                    if shape.normalised {
                        let zeros = [Float](repeating: 0, count: shape.outputs)
                        let ones = [Float](repeating: 1, count: shape.outputs)
                        matrix.norm = BatchNorm(
                            scale: ones, shift: zeros, mean: zeros, variance: ones, epsilon: epsilon)
                    }
                    return matrix
                }
                return layer.operation.opened(matrices, for: layer.input.shape)
            })
    }
}

extension Networks.Operation {
    /// The matrices that a scalar gate begins with, or those of any other operation as they are.
    ///
    /// Its scalar multiplies a tensor of length 1. The square root of the number of elements gives that the scale of a batch norm's result;
    /// near zero, where biases else begin, the tensor would vanish, and ReLU would pass no gradient to bring it back.
    fileprivate func opened(_ matrices: [MatrixWeights], for input: Shape) -> [MatrixWeights] {
        guard case .scalarGate = self else { return matrices }
        var matrices = matrices
        matrices[1].bias = [Float(input.elements).squareRoot()]
        return matrices
    }
}
