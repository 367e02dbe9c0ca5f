// An addition that no convolution takes over, since a gate stands between.

import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    mutating func lowerAddition(_ index: Int, _ activation: Networks.Activation) -> any LoweredUnit {
        let layer = layers[index]
        let count =
            batch * layer.output.shape.height * layer.output.shape.width
            * set.padded(layer.output.shape.channels)
        let kernel = set.elementwise
        let left = source(of: layer.input).slot ?? 0
        let right = layer.shortcut.flatMap { source(of: $0).slot } ?? 0
        // Most activations' derivatives need the sum itself.
        let sum = newSlot(layer.output.shape)
        let output = activation == .identity ? sum : newSlot(layer.output.shape)
        place(index, at: output)
        let shares = shares(count, unit: set.lanes)
        append(index, .norm, [left, right, sum, output]) { thread, memory in
            let share = shares[thread]
            let sums = memory.slots[sum] + share.lowerBound
            kernel(
                ElementwiseTask(
                    left: memory.slots[left] + share.lowerBound,
                    right: memory.slots[right] + share.lowerBound,
                    output: sums, count: share.count, activation: .identity))
            if output == sum { return }
            kernel(
                ElementwiseTask(
                    left: sums, right: nil, output: memory.slots[output] + share.lowerBound,
                    count: share.count, activation: activation.kernel))
        }
        return LoweredAddition(
            layer: layer, index: index, sum: sum, activation: activation.kernel, shares: shares)
    }
}

/// An addition, waiting for the gradient of its result, which becomes that of both its operands.
private struct LoweredAddition: LoweredUnit {
    let layer: Layer
    let index: Int
    let sum: Int
    let activation: KernelTasks.Activation
    let shares: [Range<Int>]

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
        // The branch is computed after the shortcut, so on the way back it reads its gradient first.
        lowering.place(
            gradientOf: layer.input, .init(slot: gradient.slot, isExclusive: layer.shortcut == nil))
        if let shortcut = layer.shortcut {
            lowering.giveShortcut(index, shortcut, gradientIn: gradient.slot)
        }
    }
}
