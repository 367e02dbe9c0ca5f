// The reference kernels around batch norm, and of optimisers.

import ConvolutionKernels
import Foundation
import KernelTasks

extension Reference {
    /// The derivative of an activation at one number; at the kinks what PyTorch says.
    package static func derivative(_ x: Float, _ activation: Activation) -> Float {
        let sigmoid = 1 / (1 + exp(-Double(x)))
        switch activation {
        case .identity: return 1
        case .silu: return Float(sigmoid * (1 + Double(x) * (1 - sigmoid)))
        case .relu: return x > 0 ? 1 : 0
        case .relu6: return x > 0 && x < 6 ? 1 : 0
        case .hardSwish: return x <= -3 ? 0 : x < 3 ? Float(Double(x) / 3 + 0.5) : 1
        case .sigmoid: return Float(sigmoid * (1 - sigmoid))
        case .gelu:
            let x = Double(x)
            return Float(normalDistribution(x) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot())
        case .hardSigmoid: return x > -3 && x < 3 ? 1 / 6 : 0
        }
    }

    /// The part of a normal distribution below a number.
    static func normalDistribution(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    /// The sum of each channel over all pixels.
    package static func channelSums(_ input: Tensor) -> [Float] {
        var sums = [Double](repeating: 0, count: input.channels)
        for (index, value) in input.values.enumerated() { sums[index % input.channels] += Double(value) }
        return sums.map { Float($0) }
    }

    /// The elementwise product.
    package static func multiply(_ left: Tensor, _ right: Tensor) -> Tensor {
        var result = left
        for index in result.values.indices { result.values[index] *= right.values[index] }
        return result
    }

    /// Each channel times a factor plus an offset, in one rounding.
    package static func affine(_ input: Tensor, factors: [Float], offsets: [Float]) -> Tensor {
        var result = input
        for index in result.values.indices {
            let channel = index % input.channels
            result.values[index] = Float(
                Double(input.values[index]) * Double(factors[channel]) + Double(offsets[channel]))
        }
        return result
    }

    /// gradient · activation′(values), elementwise.
    package static func activationGradient(
        _ values: Tensor, gradient: Tensor, _ activation: Activation
    ) -> Tensor {
        var result = gradient
        for index in result.values.indices {
            result.values[index] *= derivative(values.values[index], activation)
        }
        return result
    }

    /// A step of gradient descent with momentum; returns weights and velocity.
    package static func momentumStep(
        weight: Double, gradient: Double, velocity: Double, rate: Double, momentum: Double, decay: Double,
        nesterov: Bool
    ) -> (weight: Double, velocity: Double) {
        let step = gradient + decay * weight
        let velocity = momentum * velocity + step
        return (weight - rate * (nesterov ? step + momentum * velocity : velocity), velocity)
    }

    /// A step of RMSProp; returns the weight, the mean square and the velocity.
    package static func rootMeanSquareStep(
        weight: Double, gradient: Double, square: Double, velocity: Double, rate: Double, keep: Double,
        momentum: Double, epsilon: Double, decay: Double
    ) -> (weight: Double, square: Double, velocity: Double) {
        let step = gradient + decay * weight
        let square = keep * square + (1 - keep) * step * step
        let velocity = momentum * velocity + step / (square.squareRoot() + epsilon)
        return (weight - rate * velocity, square, velocity)
    }
}
