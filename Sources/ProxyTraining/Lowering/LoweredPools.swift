// Pools in training: max pooling of windows, and the mean of whole images.

import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    mutating func lowerMaxPool(_ index: Int, _ pooling: Pooling, _ padding: Padding) -> any LoweredUnit {
        let layer = layers[index]
        let output = newSlot(layer.output.shape)
        let input = source(of: layer.input).slot ?? 0
        place(index, at: output)
        let channels = set.padded(layer.input.shape.channels)
        let window = window(layer, kernel: pooling.kernel, stride: pooling.stride, padding)
        let kernel = set.maxPool
        let rows = shares(batch * layer.output.shape.height)
        append(index, .forward, [input, output]) { thread, memory in
            kernel(
                MaxPoolTask(
                    input: memory.slots[input], window: window, channels: channels,
                    output: memory.slots[output], firstRow: rows[thread].lowerBound,
                    endRow: rows[thread].upperBound))
        }
        return LoweredMaxPool(
            layer: layer, index: index, input: input, window: window, channels: channels,
            images: shares(batch))
    }

    mutating func lowerAveragePool(_ index: Int) -> any LoweredUnit {
        let layer = layers[index]
        let output = newSlot(layer.output.shape)
        let input = source(of: layer.input).slot ?? 0
        place(index, at: output)
        let channels = set.padded(layer.output.shape.channels)
        let pixels = layer.input.shape.height * layer.input.shape.width
        let kernel = set.averagePool
        let images = shares(batch)
        append(index, .forward, [input, output]) { thread, memory in
            for image in images[thread] {
                let means = memory.slots[output] + image * channels
                kernel(
                    AveragePoolTask(
                        input: memory.slots[input] + image * pixels * channels, pixels: pixels,
                        channels: channels, output: means, firstChannel: 0, endChannel: channels))
            }
        }
        return LoweredAveragePool(
            layer: layer, index: index, pixels: pixels, channels: channels, images: images)
    }
}

/// Max pooling, waiting for the gradient of its result.
private struct LoweredMaxPool: LoweredUnit {
    let layer: Layer
    let index: Int
    let input: Int
    let window: Window
    let channels: Int
    let images: [Range<Int>]

    func backward(_ lowering: inout TrainingLowering) {
        let gradient = lowering.gradient(of: index).slot
        let (target, accumulates) = lowering.target(gradientOf: layer.input)
        let plain = accumulates ? lowering.newSlot(layer.input.shape) : target
        let kernel = lowering.set.training.maxPoolGradient
        lowering.append(index, .inputGradient, [gradient, plain, input]) { [self] thread, memory in
            kernel(
                MaxPoolGradientTask(
                    input: memory.slots[input], window: window, channels: channels,
                    outputGradient: memory.slots[gradient], inputGradient: memory.slots[plain],
                    firstImage: images[thread].lowerBound, endImage: images[thread].upperBound))
        }
        guard accumulates else { return }
        lowering.add(
            index, plain, to: target,
            count: lowering.batch * layer.input.shape.height * layer.input.shape.width * channels)
    }
}

/// Global average pooling, waiting for the gradient of the means, of which every pixel gets its part.
private struct LoweredAveragePool: LoweredUnit {
    let layer: Layer
    let index: Int
    let pixels: Int
    let channels: Int
    let images: [Range<Int>]

    func backward(_ lowering: inout TrainingLowering) {
        let gradient = lowering.gradient(of: index).slot
        let (target, accumulates) = lowering.target(gradientOf: layer.input)
        precondition(!accumulates)
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
    }
}
