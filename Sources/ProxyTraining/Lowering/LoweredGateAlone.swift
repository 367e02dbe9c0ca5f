// Squeeze-and-excitation of a tensor that no convolution makes for it alone, such as the sum that ends the last block.
//
// The gated tensor gets a slot of its own, and what it is made of stays as it is.

import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    mutating func lowerGate(_ index: Int, _ operation: ChannelGate) -> any LoweredUnit {
        let layer = layers[index]
        let gate = prepareGate(index, operation)
        let input = slots.slot(of: layer.input)
        let output = newSlot(layer.output.shape)
        slots.place(index, at: output)
        let columns = set.padded(layer.output.shape.channels)
        let pixels = layer.output.shape.height * layer.output.shape.width
        let images = shares(batch)
        let (pool, combine) = (set.averagePool, set.training.channelCombination)
        let factors = factors(gate)
        append(index, .gate, [input, output] + gate.slots) { thread, memory in
            for image in images[thread] {
                pool(
                    AveragePoolTask(
                        input: memory.slots[input] + image * pixels * columns, pixels: pixels,
                        channels: columns,
                        output: memory.slots[gate.pooled] + image * columns, firstChannel: 0,
                        endChannel: columns))
            }
            factors(memory, images[thread])
            for image in images[thread] {
                let start = image * pixels * columns
                let values = memory.slots[input] + start
                combine(
                    ChannelCombinationTask(
                        left: values, right: values, rows: pixels, channels: columns,
                        leftFactors: memory.slots[gate.factors] + image * columns,
                        rightFactors: memory.zeros, offsets: memory.zeros,
                        output: memory.slots[output] + start))
            }
        }
        return LoweredGateAlone(
            layer: layer, gate: gate, input: input, columns: columns, pixels: pixels, images: images)
    }
}

/// A gate, waiting for the gradient of what it gates.
private struct LoweredGateAlone: LoweredUnit {
    let layer: Layer
    let gate: LoweredGate
    let input: Int
    let columns: Int
    /// Pixels of an image.
    let pixels: Int
    let images: [Range<Int>]

    func backward(_ lowering: inout TrainingLowering) {
        let gradient = lowering.gradient(of: gate.index).slot
        let kernel = lowering.set.training.gateGradient
        let factors = lowering.factorGradients(gate, pixels: pixels)
        lowering.append(gate.index, .gateGradient, [input, gradient] + factors.slots) {
            [self] thread, memory in
            for image in images[thread] {
                let start = image * pixels * columns
                kernel(
                    GateGradientTask(
                        values: memory.slots[input] + start, rows: pixels, channels: columns,
                        scale: memory.ones,
                        offset: memory.zeros, activation: .identity, gradient: memory.slots[gradient] + start,
                        output: memory.slots[gate.ofFactors] + image * columns))
            }
            factors.run(memory, images[thread])
        }
        lowering.gateWeightGradients(gate)
        appendInputGradient(&lowering, gradient)
    }

    /// Every pixel's gradient: that of the gated one times its factor, and what reaches it through the mean.
    private func appendInputGradient(_ lowering: inout TrainingLowering, _ gradient: Int) {
        let plain = lowering.newSlot(layer.input.shape)
        let combine = lowering.set.training.channelCombination
        lowering.append(
            gate.index, .gateGradient, [gradient, plain, gate.factors, gate.addends]
        ) { [self] thread, memory in
            for image in images[thread] {
                let start = image * pixels * columns
                let values = memory.slots[gradient] + start
                combine(
                    ChannelCombinationTask(
                        left: values, right: values, rows: pixels, channels: columns,
                        leftFactors: memory.slots[gate.factors] + image * columns,
                        rightFactors: memory.zeros, offsets: memory.slots[gate.addends] + image * columns,
                        output: memory.slots[plain] + start))
            }
        }
        lowering.give(gate.index, gradientIn: plain, to: [layer.input])
    }
}
