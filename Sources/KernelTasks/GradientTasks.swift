// Arguments of the kernels of a backward pass: gradients of products, convolutions and pools.
//
// In training, unlike in inference, pad lanes hold zeros everywhere: in weights, activations and gradients.
// Every kernel here keeps it so where its arguments do. Each computes the part that its ranges name, and
// however the work is cut, every sum is added in the same order.

/// The gradient of a product's right matrix: the transposed left matrix times the gradient of the result.
///
/// The result is packed like the weights it belongs to, so that an optimiser may treat both as plain arrays.
package struct WeightGradientTask {
    /// Row 0 of the product's left matrix.
    package var left: UnsafePointer<Float>
    /// Floats from one row of the left matrix to the next; 0 repeats one row, as a bias's column of ones does.
    package var leftStride: Int
    /// Row 0 of the gradient of the result.
    package var right: UnsafePointer<Float>
    /// Floats from one row of the gradient to the next.
    package var rightStride: Int
    /// The rows (pixels) to sum over, from this one…
    package var firstRow: Int
    /// … up to but not including this one.
    package var endRow: Int
    /// Columns of the left matrix: rows of a packed panel.
    package var depth: Int
    /// Columns of the gradient, padded to whole lanes.
    package var columns: Int
    /// The packed panels, as in ``MatrixProduct``.
    package var output: UnsafeMutablePointer<Float>
    /// Whether the sums are added to what `output` holds.
    package var accumulates: Bool
    /// The rows of the panels to compute, from this one…
    package var firstDepth: Int
    /// … up to but not including this one.
    package var endDepth: Int
    /// The column panels to compute, from this one…
    package var firstPanel: Int
    /// … up to but not including this one.
    package var endPanel: Int

    /// Collects the arguments; see the properties.
    package init(
        left: UnsafePointer<Float>, leftStride: Int, right: UnsafePointer<Float>, rightStride: Int,
        firstRow: Int, endRow: Int, depth: Int, columns: Int, output: UnsafeMutablePointer<Float>,
        accumulates: Bool, firstDepth: Int, endDepth: Int, firstPanel: Int, endPanel: Int
    ) {
        self.left = left
        self.leftStride = leftStride
        self.right = right
        self.rightStride = rightStride
        self.firstRow = firstRow
        self.endRow = endRow
        self.depth = depth
        self.columns = columns
        self.output = output
        self.accumulates = accumulates
        self.firstDepth = firstDepth
        self.endDepth = endDepth
        self.firstPanel = firstPanel
        self.endPanel = endPanel
    }
}

/// Weights as the product for the input's gradient needs them: inputs and outputs exchanged, and the taps
/// of the kernel in reverse order.
///
/// From panels of `outputs` columns with `taps · inputs` rows, to panels of `inputs` columns with `taps ·
/// outputs` rows; row `tap · outputs + o`, column `i` is what stood in row `(taps − 1 − tap) · inputs + i`,
/// column `o`. Pad columns become zero.
package struct TransposedWeightsTask {
    /// The packed panels.
    package var weights: UnsafePointer<Float>
    /// Kernel positions, 1 for a plain transposition.
    package var taps: Int
    /// Input channels, not padded.
    package var inputs: Int
    /// Output channels, not padded.
    package var outputs: Int
    /// The panels to write.
    package var output: UnsafeMutablePointer<Float>
    /// The panels to write, of `inputs` columns, from this one…
    package var firstPanel: Int
    /// … up to but not including this one.
    package var endPanel: Int

    /// Collects the arguments; see the properties.
    package init(
        weights: UnsafePointer<Float>, taps: Int, inputs: Int, outputs: Int,
        output: UnsafeMutablePointer<Float>, firstPanel: Int, endPanel: Int
    ) {
        self.weights = weights
        self.taps = taps
        self.inputs = inputs
        self.outputs = outputs
        self.output = output
        self.firstPanel = firstPanel
        self.endPanel = endPanel
    }
}

/// The gradient of a depthwise convolution's input, for a range of input rows; row r is row `r %
/// inputHeight` of image `r / inputHeight`.
package struct DepthwiseInputGradientTask {
    /// The first pixel of the gradient of the result.
    package var outputGradient: UnsafePointer<Float>
    /// The window of the convolution itself; its input stride is the padded channel count.
    package var window: Window
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// `kernel · kernel` rows of `channels` weights, in the order ky, kx.
    package var weights: UnsafePointer<Float>
    /// The first pixel of the result.
    package var inputGradient: UnsafeMutablePointer<Float>
    /// The input rows to compute, from this one…
    package var firstRow: Int
    /// … up to but not including this one.
    package var endRow: Int

    /// Collects the arguments; see the properties.
    package init(
        outputGradient: UnsafePointer<Float>, window: Window, channels: Int, weights: UnsafePointer<Float>,
        inputGradient: UnsafeMutablePointer<Float>, firstRow: Int, endRow: Int
    ) {
        self.outputGradient = outputGradient
        self.window = window
        self.channels = channels
        self.weights = weights
        self.inputGradient = inputGradient
        self.firstRow = firstRow
        self.endRow = endRow
    }
}

/// The gradient of a depthwise convolution's weights, summed over a range of output rows, which are numbered
/// as in ``DepthwiseTask``.
package struct DepthwiseWeightGradientTask {
    /// The first pixel of the first image.
    package var input: UnsafePointer<Float>
    /// Which pixels a kernel position meets; its input stride is the padded channel count.
    package var window: Window
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// The first pixel of the gradient of the result.
    package var outputGradient: UnsafePointer<Float>
    /// `kernel · kernel` rows of `channels` sums, in the order ky, kx.
    package var output: UnsafeMutablePointer<Float>
    /// Whether the sums are added to what `output` holds.
    package var accumulates: Bool
    /// The output rows to sum over, from this one…
    package var firstRow: Int
    /// … up to but not including this one.
    package var endRow: Int
    /// The channels to compute, from this multiple of the lanes…
    package var firstChannel: Int
    /// … up to but not including this multiple of the lanes.
    package var endChannel: Int

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, window: Window, channels: Int, outputGradient: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, accumulates: Bool, firstRow: Int, endRow: Int, firstChannel: Int,
        endChannel: Int
    ) {
        self.input = input
        self.window = window
        self.channels = channels
        self.outputGradient = outputGradient
        self.output = output
        self.accumulates = accumulates
        self.firstRow = firstRow
        self.endRow = endRow
        self.firstChannel = firstChannel
        self.endChannel = endChannel
    }
}

/// The pixels that windows meet, as rows of a matrix ("im2col"): `kernel · kernel · channels` floats a row,
/// zeros in the padding; row r is output pixel r of the whole batch.
package struct GatherTask {
    /// The first pixel of the first image.
    package var input: UnsafePointer<Float>
    /// Which pixels a kernel position meets.
    package var window: Window
    /// Channels read of each pixel.
    package var channels: Int
    /// Row `firstRow` of the matrix.
    package var output: UnsafeMutablePointer<Float>
    /// Floats from one row of the matrix to the next.
    package var outputStride: Int
    /// The output pixels to gather, from this one…
    package var firstRow: Int
    /// … up to but not including this one.
    package var endRow: Int

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, window: Window, channels: Int, output: UnsafeMutablePointer<Float>,
        outputStride: Int, firstRow: Int, endRow: Int
    ) {
        self.input = input
        self.window = window
        self.channels = channels
        self.output = output
        self.outputStride = outputStride
        self.firstRow = firstRow
        self.endRow = endRow
    }
}

/// The reverse of ``GatherTask`` for whole images: sets their pixels to the sums of what the rows of the
/// matrix say of them.
package struct ScatterTask {
    /// Row 0 of the matrix: output pixel 0 of image 0.
    package var input: UnsafePointer<Float>
    /// Floats from one row of the matrix to the next.
    package var rowStride: Int
    /// Which pixels a kernel position meets.
    package var window: Window
    /// Channels of a pixel that the matrix has; those up to the window's input stride become zero.
    package var channels: Int
    /// The first pixel of image 0.
    package var output: UnsafeMutablePointer<Float>
    /// The images to sum, from this one…
    package var firstImage: Int
    /// … up to but not including this one.
    package var endImage: Int

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, rowStride: Int, window: Window, channels: Int,
        output: UnsafeMutablePointer<Float>, firstImage: Int, endImage: Int
    ) {
        self.input = input
        self.rowStride = rowStride
        self.window = window
        self.channels = channels
        self.output = output
        self.firstImage = firstImage
        self.endImage = endImage
    }
}

/// The gradient of max pooling's input, for whole images: each output's gradient goes to the first pixel of
/// its window, row by row, that has the largest value.
package struct MaxPoolGradientTask {
    /// The first pixel of the first image.
    package var input: UnsafePointer<Float>
    /// Which pixels a window meets; its input stride is the padded channel count.
    package var window: Window
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// The first pixel of the gradient of the result.
    package var outputGradient: UnsafePointer<Float>
    /// The first pixel of the input's gradient.
    package var inputGradient: UnsafeMutablePointer<Float>
    /// The images to compute, from this one…
    package var firstImage: Int
    /// … up to but not including this one.
    package var endImage: Int

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, window: Window, channels: Int, outputGradient: UnsafePointer<Float>,
        inputGradient: UnsafeMutablePointer<Float>, firstImage: Int, endImage: Int
    ) {
        self.input = input
        self.window = window
        self.channels = channels
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
        self.firstImage = firstImage
        self.endImage = endImage
    }
}

/// The gradient of the input of average pooling of windows: each pixel gets its part of the gradient of every window
/// that has it.
package struct WindowAverageGradientTask {
    /// Which pixels a window meets; its input stride is the padded channel count.
    package var window: Window
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// The first pixel of the gradient of the result.
    package var outputGradient: UnsafePointer<Float>
    /// The first pixel of the input's gradient.
    package var inputGradient: UnsafeMutablePointer<Float>
    /// The images to compute, from this one…
    package var firstImage: Int
    /// … up to but not including this one.
    package var endImage: Int

    /// Collects the arguments; see the properties.
    package init(
        window: Window, channels: Int, outputGradient: UnsafePointer<Float>,
        inputGradient: UnsafeMutablePointer<Float>, firstImage: Int, endImage: Int
    ) {
        self.window = window
        self.channels = channels
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
        self.firstImage = firstImage
        self.endImage = endImage
    }
}
