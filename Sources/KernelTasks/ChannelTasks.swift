// Arguments of the kernels that keep channels apart: depthwise convolution, pooling, gates, elementwise.
//
// Channel counts here are padded to whole lanes, and all tensors are dense: a pixel follows the one before.

/// A depthwise convolution of a range of output rows; row r is row `r % outputHeight` of image `r /
/// outputHeight`.
package struct DepthwiseTask {
    /// The first pixel of the first image; `kernel` pixels before the first and after the last must be
    /// readable, and nothing is made of them.
    package var input: UnsafePointer<Float>
    /// Which pixels a kernel position meets; its input stride is the padded channel count.
    package var window: Window
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// Channels of a group: a power of two, less than the lanes. An output channel reads as many. Beyond 1, kernels are 3×3 and
    /// strides 1 or 2.
    package var groupWidth: Int
    /// `kernel · kernel · groupWidth` rows of `channels` weights, in the order ky, kx, channel of the group.
    package var weights: UnsafePointer<Float>
    /// One value a padded channel.
    package var bias: UnsafePointer<Float>
    /// The first pixel of the first result.
    package var output: UnsafeMutablePointer<Float>
    /// Applied to every sum.
    package var activation: Activation
    /// Floats of input rows that stay in the first cache beside weights and results; `KernelSet` says so.
    package var cachedFloats = 0
    /// For each output row one value a padded channel: the sum of its pixels, activated; nil where nobody asks.
    package var rowSums: UnsafeMutablePointer<Float>?
    /// The output rows to compute, from this one…
    package var firstRow: Int
    /// … up to but not including this one.
    package var endRow: Int
    /// The channels to compute, from this multiple of the lanes…
    package var firstChannel: Int
    /// … up to but not including this multiple of the lanes.
    package var endChannel: Int

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, window: Window, channels: Int, groupWidth: Int = 1,
        weights: UnsafePointer<Float>,
        bias: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, activation: Activation,
        rowSums: UnsafeMutablePointer<Float>? = nil, firstRow: Int, endRow: Int, firstChannel: Int,
        endChannel: Int
    ) {
        self.input = input
        self.window = window
        self.channels = channels
        self.groupWidth = groupWidth
        self.weights = weights
        self.bias = bias
        self.output = output
        self.activation = activation
        self.rowSums = rowSums
        self.firstRow = firstRow
        self.endRow = endRow
        self.firstChannel = firstChannel
        self.endChannel = endChannel
    }
}

/// Max or average pooling of a range of output rows, numbered as in ``DepthwiseTask``; padding neither wins nor counts.
package struct WindowPoolTask {
    /// The first pixel of the first image.
    package var input: UnsafePointer<Float>
    /// Which pixels a window meets; its input stride is the padded channel count.
    package var window: Window
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// The first pixel of the first result.
    package var output: UnsafeMutablePointer<Float>
    /// The output rows to compute, from this one…
    package var firstRow: Int
    /// … up to but not including this one.
    package var endRow: Int

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, window: Window, channels: Int, output: UnsafeMutablePointer<Float>,
        firstRow: Int, endRow: Int
    ) {
        self.input = input
        self.window = window
        self.channels = channels
        self.output = output
        self.firstRow = firstRow
        self.endRow = endRow
    }
}

/// The mean over the pixels of one image, for a range of its channels.
package struct AveragePoolTask {
    /// The image's first pixel.
    package var input: UnsafePointer<Float>
    /// Pixels of the image, or rows of sums of pixels.
    package var pixels: Int
    /// What their sum is divided by.
    package var divisor: Int
    /// Channels of the image, padded to whole lanes.
    package var channels: Int
    /// One value a channel.
    package var output: UnsafeMutablePointer<Float>
    /// The channels to compute, from this multiple of the lanes…
    package var firstChannel: Int
    /// … up to but not including this multiple of the lanes.
    package var endChannel: Int

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, pixels: Int, divisor: Int? = nil, channels: Int,
        output: UnsafeMutablePointer<Float>, firstChannel: Int, endChannel: Int
    ) {
        self.input = input
        self.pixels = pixels
        self.divisor = divisor ?? pixels
        self.channels = channels
        self.output = output
        self.firstChannel = firstChannel
        self.endChannel = endChannel
    }
}

/// Multiplies a range of pixels, all of one image, by one factor a channel, in place.
package struct ScaleTask {
    /// The first pixel to scale.
    package var values: UnsafeMutablePointer<Float>
    /// One factor a padded channel.
    package var factors: UnsafePointer<Float>
    /// Pixels to scale.
    package var pixels: Int
    /// Channels, padded to whole lanes.
    package var channels: Int

    /// Collects the arguments; see the properties.
    package init(
        values: UnsafeMutablePointer<Float>, factors: UnsafePointer<Float>, pixels: Int, channels: Int
    ) {
        self.values = values
        self.factors = factors
        self.pixels = pixels
        self.channels = channels
    }
}

/// output = activation(left + right) elementwise; without `right`, output = activation(left).
package struct ElementwiseTask {
    /// The first operand.
    package var left: UnsafePointer<Float>
    /// The second operand, or nil for none.
    package var right: UnsafePointer<Float>?
    /// The result, allowed to be either operand.
    package var output: UnsafeMutablePointer<Float>
    /// Elements, a multiple of the lanes.
    package var count: Int
    /// Applied to every sum.
    package var activation: Activation

    /// Collects the arguments; see the properties.
    package init(
        left: UnsafePointer<Float>, right: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>,
        count: Int, activation: Activation
    ) {
        self.left = left
        self.right = right
        self.output = output
        self.count = count
        self.activation = activation
    }
}
