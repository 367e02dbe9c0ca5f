// An addition that no convolution takes over: a gate stands between, or stochastic depth and an activation meet in it.

import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    mutating func lowerAddition(_ index: Int, _ activation: Networks.Activation) -> any LoweredUnit {
        let layer = layers[index]
        let inputs = layer.inputs.map { slots.slot(of: $0) }
        let dropRate = dropRates[index]
        // Most activations' derivatives need the sum itself.
        let sum = newSlot(layer.output.shape)
        let output = activation == .identity ? sum : newSlot(layer.output.shape)
        slots.place(index, at: output)
        let columns = set.padded(layer.output.shape.channels)
        let pixels = layer.output.shape.height * layer.output.shape.width
        let addition = LoweredAddition(
            layer: layer, index: index, sum: sum, activation: activation.kernel, columns: columns,
            pixels: pixels,
            shares: dropRate > 0
                ? shares(batch).map { $0.lowerBound * pixels * columns..<$0.upperBound * pixels * columns }
                : shares(batch * pixels * columns, unit: set.lanes),
            survival: dropRate > 0 ? newSlot(batch * columns) : nil)
        let kernel = set.elementwise
        let combine = set.training.channelCombination
        append(index, .norm, inputs + [sum, output, addition.survival]) { thread, memory in
            let share = addition.shares[thread]
            func start(_ slot: Int) -> UnsafeMutablePointer<Float> { memory.slots[slot] + share.lowerBound }
            func write(
                _ left: Int, adding right: Int?, to output: Int, _ activation: KernelTasks.Activation
            ) {
                kernel(
                    ElementwiseTask(
                        left: start(left), right: right.map { UnsafePointer(start($0)) },
                        output: start(output), count: share.count, activation: activation))
            }
            if let survival = addition.survival {
                addition.forEachImage(share) { image, start in
                    let factors = memory.slots[survival] + image * columns
                    let keep = memory.stream.uniform(UInt64(index) << 32 | UInt64(image)) >= dropRate
                    for channel in 0..<columns { factors[channel] = keep ? 1 / (1 - dropRate) : 0 }
                    let isAlone = inputs.count == 1
                    combine(
                        ChannelCombinationTask(
                            left: memory.slots[inputs[0]] + start,
                            right: memory.slots[inputs[isAlone ? 0 : 1]] + start, rows: pixels,
                            channels: columns, leftFactors: factors,
                            rightFactors: isAlone ? memory.zeros : memory.ones, offsets: memory.zeros,
                            output: memory.slots[sum] + start))
                }
            } else {
                write(inputs[0], adding: inputs.dropFirst().first, to: sum, .identity)
            }
            for input in inputs.dropFirst(2) { write(sum, adding: input, to: sum, .identity) }
            if output == sum { return }
            write(sum, adding: nil, to: output, addition.activation)
        }
        return addition
    }
}

/// An addition, waiting for the gradient of its result, which becomes that of all its operands.
private struct LoweredAddition: LoweredUnit {
    let layer: Layer
    let index: Int
    let sum: Int
    let activation: KernelTasks.Activation
    let columns: Int
    /// Pixels of an image.
    let pixels: Int
    /// Floats that fall to each thread; whole images where stochastic depth tells them apart.
    let shares: [Range<Int>]
    /// One value an image: 0 where stochastic depth drops its branch, else 1 / survival; of each channel a copy.
    let survival: Int?

    /// Calls `body` with each image of a share and its first float.
    func forEachImage(_ share: Range<Int>, _ body: (_ image: Int, _ start: Int) -> Void) {
        for start in stride(from: share.lowerBound, to: share.upperBound, by: pixels * columns) {
            body(start / (pixels * columns), start)
        }
    }

    func backward(_ lowering: inout TrainingLowering) {
        let gradient = lowering.gradient(of: index)
        precondition(gradient.isExclusive)
        if activation != .identity {
            let kernel = lowering.set.training.activationGradient
            lowering.append(index, .normGradient, [sum, gradient.slot]) { [self] thread, memory in
                let share = shares[thread]
                let values = memory.slots[gradient.slot] + share.lowerBound
                kernel(
                    ActivationGradientTask(
                        values: memory.slots[sum] + share.lowerBound, gradient: values, output: values,
                        count: share.count, activation: activation))
            }
        }
        guard let survival else {
            return lowering.give(index, gradientIn: gradient.slot, to: layer.inputs)
        }
        let branch = lowering.newSlot(layer.input.shape)
        appendBranchGradient(&lowering, survival, of: gradient.slot, to: branch)
        lowering.give(index, gradientIn: branch, to: [layer.input])
        lowering.give(index, gradientIn: gradient.slot, to: layer.shortcuts)
    }

    /// What of the sum's gradient reaches the branch: stochastic depth changes that, and not the shortcut's.
    private func appendBranchGradient(
        _ lowering: inout TrainingLowering, _ survival: Int, of gradient: Int, to branch: Int
    ) {
        let combine = lowering.set.training.channelCombination
        lowering.append(index, .normGradient, [gradient, branch, survival]) { [self] thread, memory in
            forEachImage(shares[thread]) { image, start in
                let values = memory.slots[gradient] + start
                combine(
                    ChannelCombinationTask(
                        left: values, right: values, rows: pixels, channels: columns,
                        leftFactors: memory.slots[survival] + image * columns, rightFactors: memory.zeros,
                        offsets: memory.zeros, output: memory.slots[branch] + start))
            }
        }
    }
}
