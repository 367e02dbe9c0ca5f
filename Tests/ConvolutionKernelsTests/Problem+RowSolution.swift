// Problems whose tensors are rows of channels, and those of optimisers, solved by a build of the kernels.

import ConvolutionKernels
import KernelTasks

extension Problem {
    /// Runs the kernel, rows split in `parts`; without the sums over rows where there are several.
    func rowSolution(_ operands: Operands, with set: KernelSet, parts: Int) -> [[Float]] {
        let stride = set.padded(channels)
        let rows = batch * height * width
        let input = guarded(operands.input.values, with: set)
        let second = guarded(operands.addend, with: set)
        let third = guarded(operands.third, with: set)
        let separate = Guarded(count: rows * stride, margin: 64)
        let vectors = operands.vectors.map {
            aligned($0 + [Float](repeating: 0, count: stride - channels))
        }
        // Gradients may write the activation as well.
        let activated = keepsActivated ? Guarded(count: rows * stride, margin: 64) : nil
        let sums = Guarded(count: stride, margin: 64)
        let products = Guarded(count: stride, margin: 64)
        // The result may replace an operand.
        var output = separate
        for part in 0..<parts {
            let range = share(part, parts, rows)
            let first = range.lowerBound * stride
            switch operation {
            case .normStatistics:
                set.training.normStatistics(
                    NormStatisticsTask(
                        values: input.start, rows: rows, channels: stride, shift: vectors[0].start,
                        sums: sums.start, squares: products.start))
            case .normApply:
                output = seed % 3 == 0 ? separate : seed % 3 == 1 || !adds ? input : third
                set.training.normApply(
                    NormApplyTask(
                        values: input.start + first, rows: range.count, channels: stride,
                        scale: vectors[0].start, offset: vectors[1].start,
                        residual: adds ? UnsafePointer(third.start + first) : nil,
                        output: output.start + first, activation: activation,
                        sums: parts == 1 ? sums.start : nil))
            case .normGradient:
                output = seed % 2 == 0 ? separate : second
                set.training.normGradient(
                    NormGradientTask(
                        values: input.start + first, rows: range.count, channels: stride,
                        scale: vectors[0].start, offset: vectors[1].start,
                        residual: adds ? UnsafePointer(third.start + first) : nil, activation: activation,
                        gradient: second.start + first,
                        factors: isDense ? UnsafePointer(vectors[2].start) : nil,
                        addends: isDense ? UnsafePointer(vectors[3].start) : nil, mean: vectors[4].start,
                        output: output.start + first, sums: sums.start, products: products.start,
                        activated: activated.map { $0.start + first }))
            case .channelCombination:
                output = [separate, input, second][Int(seed % 3)]
                set.training.channelCombination(
                    ChannelCombinationTask(
                        left: input.start + first, right: second.start + first, rows: range.count,
                        channels: stride, leftFactors: vectors[0].start, rightFactors: vectors[1].start,
                        offsets: vectors[2].start, output: output.start + first))
            case .gateGradient:
                set.training.gateGradient(
                    GateGradientTask(
                        values: input.start, rows: rows, channels: stride, scale: vectors[0].start,
                        offset: vectors[1].start, activation: activation, gradient: second.start,
                        output: sums.start, activated: activated?.start))
            case .activationGradient:
                output = seed % 2 == 0 ? separate : second
                set.training.activationGradient(
                    ActivationGradientTask(
                        values: input.start + first, gradient: second.start + first,
                        output: output.start + first, count: range.count * stride, activation: activation))
            default:
                step(
                    input.start + first, second.start + first, third.start + first,
                    squares: separate.start + first, count: range.count * stride, with: set)
            }
        }
        func values(_ tensor: Guarded, isActivated: Bool = false) -> [Float] {
            let isZeroKept =
                operation != .normApply && !isActivated || ![.sigmoid, .hardSigmoid].contains(activation)
            return tensor.values(channels: channels, stride: stride, pad: isZeroKept ? 0 : nil)
        }
        switch operation {
        case .normStatistics: return [values(sums), values(products)]
        case .normApply: return parts == 1 ? [values(output), values(sums)] : [values(output)]
        case .normGradient:
            let tensors = [values(output)] + (activated.map { [values($0, isActivated: true)] } ?? [])
            return parts == 1 ? tensors + [values(sums), values(products)] : tensors
        case .gateGradient: return [values(sums)] + (activated.map { [values($0, isActivated: true)] } ?? [])
        case .momentumStep: return [values(input), values(third)]
        case .rootMeanSquareStep: return [values(input), values(separate), values(third)]
        case .averageStep: return [values(input)]
        default: return [values(output)]
        }
    }

    /// Whether a gradient kernel is asked for the activation too: for every other problem.
    var keepsActivated: Bool {
        (operation == .normGradient || operation == .gateGradient) && seed % 2 == 1
    }

    /// A step of an optimiser; the mean squares begin as the velocity without its sign.
    private func step(
        _ weights: UnsafeMutablePointer<Float>, _ gradients: UnsafePointer<Float>,
        _ velocity: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>, count: Int,
        with set: KernelSet
    ) {
        switch operation {
        case .momentumStep:
            set.training.momentumStep(
                MomentumStepTask(
                    weights: weights, gradients: gradients, velocity: velocity, count: count, rate: Step.rate,
                    momentum: Step.momentum, decay: Step.decay, nesterov: adds))
        case .rootMeanSquareStep:
            for index in 0..<count { squares[index] = abs(velocity[index]) }
            set.training.rootMeanSquareStep(
                RootMeanSquareStepTask(
                    weights: weights, gradients: gradients, squares: squares, velocity: velocity,
                    count: count, rate: Step.rate, keep: Step.keep, momentum: Step.momentum,
                    epsilon: Step.epsilon, decay: Step.decay))
        default:
            set.training.averageStep(
                AverageStepTask(average: weights, weights: gradients, count: count, keep: Step.keep))
        }
    }
}
