// What is right for the kernels that only training needs.

import ConvolutionKernels
import KernelTasks
import ReferenceKernels

/// Arguments of the optimisers in tests; powers of two, so that small integers stay exact.
enum Step {
    static let rate: Float = 0.125
    static let momentum: Float = 0.5
    static let decay: Float = 0.25
    static let keep: Float = 0.75
    static let epsilon: Float = 1e-3
}

extension Problem {
    /// The right answer: each array that the kernel computes.
    func trainingReference(_ operands: Operands) -> [[Float]] {
        let input = operands.input
        let gradient = Tensor(
            batch: batch, height: outputHeight, width: outputWidth, channels: outputs, values: operands.addend
        )
        switch operation {
        case .weightGradient, .depthwiseWeightGradient:
            var left = input
            if stride == 0 {
                for index in left.values.indices { left.values[index] = input.values[index % channels] }
            }
            let sums = Reference.weightGradient(
                left, outputGradient: gradient, kernel: kernel, stride: max(1, stride),
                groups: operation == .weightGradient ? 1 : channels, padTop: padTop, padLeft: padLeft)
            return [adds ? zip(sums, operands.weights).map { $0 + $1 } : sums]
        case .transposedWeights:
            return [
                Reference.exchanged(operands.weights, outputs: outputs, inputs: channels, kernel: kernel)
            ]
        case .depthwiseInputGradient:
            let result = Reference.inputGradient(
                gradient, weights: operands.weights, height: height, width: width, channels: channels,
                kernel: kernel, stride: stride, groups: channels, padTop: padTop, padLeft: padLeft)
            return [result.values]
        case .gather:
            let result = Reference.windows(
                input, kernel: kernel, stride: stride, padTop: padTop, padLeft: padLeft,
                outputHeight: outputHeight, outputWidth: outputWidth)
            return [result.values]
        case .scatter:
            let result = Reference.summedWindows(
                gradient, height: height, width: width, channels: channels, kernel: kernel, stride: stride,
                padTop: padTop, padLeft: padLeft)
            return [result.values]
        case .maxPoolGradient:
            let result = Reference.maxPoolGradient(
                input, outputGradient: gradient, kernel: kernel, stride: stride, padTop: padTop,
                padLeft: padLeft)
            return [result.values]
        case .windowAverageGradient:
            let result = Reference.windowAverageGradient(
                outputGradient: gradient, height: height, width: width, kernel: kernel, stride: stride,
                padTop: padTop, padLeft: padLeft)
            return [result.values]
        case .momentumStep, .rootMeanSquareStep, .averageStep:
            return optimiserReference(operands)
        default:
            return normReference(operands, gradient)
        }
    }

    private func normReference(_ operands: Operands, _ gradient: Tensor) -> [[Float]] {
        let input = operands.input
        let vectors = operands.vectors
        let ones = [Float](repeating: 1, count: channels)
        let zeros = [Float](repeating: 0, count: channels)
        var argument = Reference.affine(input, factors: vectors[0], offsets: vectors[1])
        var third = gradient
        third.values = operands.third
        switch operation {
        case .normStatistics:
            let shifted = Reference.affine(input, factors: ones, offsets: vectors[0].map { -$0 })
            return [
                Reference.channelSums(shifted),
                Reference.channelSums(Reference.multiply(shifted, shifted)),
            ]
        case .normApply:
            if adds { argument = Reference.add(argument, third) }
            let result = Reference.activate(argument, activation)
            return [result.values, Reference.channelSums(result)]
        case .normGradient:
            if adds { argument = Reference.add(argument, third) }
            let reaching = Reference.affine(
                gradient, factors: isDense ? vectors[2] : ones, offsets: isDense ? vectors[3] : zeros)
            let result = Reference.activationGradient(argument, gradient: reaching, activation)
            let centred = Reference.affine(input, factors: ones, offsets: vectors[4].map { -$0 })
            let activated = keepsActivated ? [Reference.activate(argument, activation).values] : []
            return [result.values] + activated + [
                Reference.channelSums(result),
                Reference.channelSums(Reference.multiply(result, centred)),
            ]
        case .channelCombination:
            let right = Reference.affine(gradient, factors: vectors[1], offsets: vectors[2])
            return [Reference.add(Reference.affine(input, factors: vectors[0], offsets: zeros), right).values]
        case .gateGradient:
            let value = Reference.activate(argument, activation)
            return [Reference.channelSums(Reference.multiply(value, gradient))]
                + (keepsActivated ? [value.values] : [])
        default:
            return [Reference.activationGradient(input, gradient: gradient, activation).values]
        }
    }

    private func optimiserReference(_ operands: Operands) -> [[Float]] {
        var results: [[Float]] = [[], [], []]
        for (index, value) in operands.input.values.enumerated() {
            let (weight, gradient) = (Double(value), Double(operands.addend[index]))
            let third = Double(operands.third[index])
            switch operation {
            case .momentumStep:
                let step = Reference.momentumStep(
                    weight: weight, gradient: gradient, velocity: third, rate: Double(Step.rate),
                    momentum: Double(Step.momentum), decay: Double(Step.decay), nesterov: adds)
                results[0].append(Float(step.weight))
                results[1].append(Float(step.velocity))
            case .rootMeanSquareStep:
                let step = Reference.rootMeanSquareStep(
                    weight: weight, gradient: gradient, square: abs(third), velocity: third,
                    rate: Double(Step.rate), keep: Double(Step.keep), momentum: Double(Step.momentum),
                    epsilon: Double(Step.epsilon), decay: Double(Step.decay))
                results[0].append(Float(step.weight))
                results[1].append(Float(step.square))
                results[2].append(Float(step.velocity))
            default:
                results[0].append(Float(Double(Step.keep) * weight + Double(1 - Step.keep) * gradient))
            }
        }
        return results.filter { !$0.isEmpty }
    }
}
