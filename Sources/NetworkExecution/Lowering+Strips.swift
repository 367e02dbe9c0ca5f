// Which convolutions are computed strip by strip within the depthwise convolution that reads them.

import KernelTasks
import Networks

extension Lowering {
    /// The strips of a layer's output, where its only reader is the next layer, a depthwise convolution, and
    /// the tensor between them exceeds the second cache.
    func strip(after index: Int) -> Strip? {
        guard let next = units.follower(of: index),
            case .convolution(let convolution) = layers[next].operation, convolution.isDepthwise
        else { return nil }
        let shape = layers[index].output.shape
        let channels = set.padded(shape.channels)
        let rowFloats = shape.width * channels
        guard shape.height * rowFloats > Tuning.cachedFloats else { return nil }
        let window = window(
            layers[next], kernel: convolution.kernel, stride: convolution.stride, convolution.padding,
            inputStride: channels)
        let inputRows = max(convolution.kernel, Tuning.stripFloats / rowFloats)
        let rows = (inputRows - convolution.kernel) / convolution.stride + 1
        // Every strip reads all weights of the expansion; few pixels would not repay that.
        guard rows * convolution.stride * shape.width >= Tuning.stripPixels else { return nil }
        return Strip(rows: rows, window: window, channels: channels)
    }

    /// Gives a layer that is computed in strips buffers instead of an output.
    mutating func beginStrips(
        _ index: Int, _ convolution: Convolution, _ strip: Strip
    ) -> (KernelTasks.Activation, residual: Int?, output: Int) {
        let buffers = newSlot(threads * strip.count)
        slots.place(index, at: buffers)
        return (convolution.activation.kernel, nil, buffers)
    }

    /// Appends a convolution, or leaves it to the depthwise convolution after it.
    mutating func append(_ index: Int, _ strip: Strip?, _ step: some PixelStep) {
        if let strip {
            strips[index] = (strip, step)
        } else {
            append(index, step)
        }
    }
}
