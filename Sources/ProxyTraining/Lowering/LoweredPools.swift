// Pools in training: the largest values or the means of windows, and the means of whole images.

import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    mutating func lowerMaxPool(_ index: Int, _ pooling: Pooling, _ padding: Padding) -> any LoweredUnit {
        let window = window(layers[index], kernel: pooling.kernel, stride: pooling.stride, padding)
        let gradient = set.training.maxPoolGradient
        return lowerPool(index, window, set.maxPool, keepsInput: true) { task, input in
            gradient(
                MaxPoolGradientTask(
                    input: input, window: task.window, channels: task.channels,
                    outputGradient: task.outputGradient, inputGradient: task.inputGradient,
                    firstImage: task.firstImage, endImage: task.endImage))
        }
    }

    mutating func lowerWindowAverage(_ index: Int, _ pooling: Pooling) -> any LoweredUnit {
        let window = window(layers[index], kernel: pooling.kernel, stride: pooling.stride, nil)
        let gradient = set.training.windowAverageGradient
        return lowerPool(index, window, set.windowAverage, keepsInput: false) { task, _ in gradient(task) }
    }

    private mutating func lowerPool(
        _ index: Int, _ window: Window, _ kernel: @escaping @Sendable (WindowPoolTask) -> Void,
        keepsInput: Bool,
        gradient: @escaping (_ task: WindowAverageGradientTask, _ input: UnsafePointer<Float>) -> Void
    ) -> any LoweredUnit {
        let layer = layers[index]
        let output = newSlot(layer.output.shape)
        let input = slots.slot(of: layer.input)
        slots.place(index, at: output)
        let channels = set.padded(layer.input.shape.channels)
        let rows = shares(batch * layer.output.shape.height)
        append(index, .forward, [input, output]) { thread, memory in
            kernel(
                WindowPoolTask(
                    input: memory.slots[input], window: window, channels: channels,
                    output: memory.slots[output], firstRow: rows[thread].lowerBound,
                    endRow: rows[thread].upperBound))
        }
        return LoweredPool(
            layer: layer, index: index, input: input, keepsInput: keepsInput, window: window,
            channels: channels, images: shares(batch), gradient: gradient)
    }

    mutating func lowerGlobalAverage(_ index: Int) -> any LoweredUnit {
        let layer = layers[index]
        let output = newSlot(layer.output.shape)
        let input = slots.slot(of: layer.input)
        slots.place(index, at: output)
        let channels = set.padded(layer.output.shape.channels)
        let pixels = layer.input.shape.height * layer.input.shape.width
        let kernel = set.averagePool
        let images = shares(batch)
        append(index, .forward, [input, output]) { thread, memory in
            for image in images[thread] {
                kernel(
                    AveragePoolTask(
                        input: memory.slots[input] + image * pixels * channels, pixels: pixels,
                        channels: channels, output: memory.slots[output] + image * channels, firstChannel: 0,
                        endChannel: channels))
            }
        }
        return LoweredGlobalAverage(
            layer: layer, index: index, pixels: pixels, channels: channels, images: images)
    }
}

/// Pooling of windows, waiting for the gradient of its result.
private struct LoweredPool: LoweredUnit {
    let layer: Layer
    let index: Int
    let input: Int
    /// Whether the gradient depends on the input itself.
    let keepsInput: Bool
    let window: Window
    let channels: Int
    let images: [Range<Int>]
    /// What the windows' gradients make of the input's.
    let gradient: (_ task: WindowAverageGradientTask, _ input: UnsafePointer<Float>) -> Void

    func backward(_ lowering: inout TrainingLowering) {
        let slot = lowering.gradient(of: index).slot
        let plain = lowering.newSlot(layer.input.shape)
        lowering.append(index, .inputGradient, [slot, plain, keepsInput ? input : nil]) {
            [self] thread, memory in
            gradient(
                WindowAverageGradientTask(
                    window: window, channels: channels, outputGradient: memory.slots[slot],
                    inputGradient: memory.slots[plain], firstImage: images[thread].lowerBound,
                    endImage: images[thread].upperBound), memory.slots[input])
        }
        lowering.give(index, gradientIn: plain, to: [layer.input])
    }
}

/// Global average pooling, waiting for the gradient of the means, of which every pixel gets its part.
private struct LoweredGlobalAverage: LoweredUnit {
    let layer: Layer
    let index: Int
    let pixels: Int
    let channels: Int
    let images: [Range<Int>]

    func backward(_ lowering: inout TrainingLowering) {
        let gradient = lowering.gradient(of: index).slot
        let target = lowering.newSlot(layer.input.shape)
        lowering.append(index, .inputGradient, [gradient, target]) { [self] thread, memory in
            let share = 1 / Float(pixels)
            for image in images[thread] {
                let first = memory.slots[target] + image * pixels * channels
                let means = memory.slots[gradient] + image * channels
                for channel in 0..<channels {
                    first[channel] = means[channel] * share
                }
                for pixel in 1..<max(1, pixels) {
                    (first + pixel * channels).update(from: first, count: channels)
                }
            }
        }
        lowering.give(index, gradientIn: target, to: [layer.input])
    }
}
