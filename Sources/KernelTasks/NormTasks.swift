// Arguments of the kernels around batch norm in training, forward and backward.
//
// A tensor is a matrix of rows (pixels) × channels, dense, its channels padded to whole lanes with zeros.
// Let z be a convolution's result; u = z · scale + offset is its batch norm, written with the batch's
// statistics as one factor and one offset a channel; y = activation(u + residual) is what follows.

/// Sums of a channel and of its squares, over rows: Σ (z − shift) and Σ (z − shift)².
package struct NormStatisticsTask {
    /// The first row.
    package var values: UnsafePointer<Float>
    /// Rows to sum over, few enough for sums in single precision.
    package var rows: Int
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// What is subtracted before summing, one value a channel, near the mean.
    package var shift: UnsafePointer<Float>
    /// Σ (z − shift), one value a channel.
    package var sums: UnsafeMutablePointer<Float>
    /// Σ (z − shift)², one value a channel.
    package var squares: UnsafeMutablePointer<Float>

    /// Collects the arguments; see the properties.
    package init(
        values: UnsafePointer<Float>, rows: Int, channels: Int, shift: UnsafePointer<Float>,
        sums: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
    ) {
        self.values = values
        self.rows = rows
        self.channels = channels
        self.shift = shift
        self.sums = sums
        self.squares = squares
    }
}

/// y = activation(z · scale + offset + residual), and its sums.
package struct NormApplyTask {
    /// z, the first row.
    package var values: UnsafePointer<Float>
    /// Rows to compute.
    package var rows: Int
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// One factor a channel.
    package var scale: UnsafePointer<Float>
    /// One offset a channel.
    package var offset: UnsafePointer<Float>
    /// Added before the activation; nil adds nothing.
    package var residual: UnsafePointer<Float>?
    /// y, the first row, allowed to be `values` or `residual`.
    package var output: UnsafeMutablePointer<Float>
    /// Applied last.
    package var activation: Activation
    /// Σ y over the rows, one value a channel; nil where nobody asks.
    package var sums: UnsafeMutablePointer<Float>?

    /// Collects the arguments; see the properties.
    package init(
        values: UnsafePointer<Float>, rows: Int, channels: Int, scale: UnsafePointer<Float>,
        offset: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>, activation: Activation, sums: UnsafeMutablePointer<Float>? = nil
    ) {
        self.values = values
        self.rows = rows
        self.channels = channels
        self.scale = scale
        self.offset = offset
        self.residual = residual
        self.output = output
        self.activation = activation
        self.sums = sums
    }
}

/// The gradient of u, and what its mean and deviation need: g = (gradient · factor + addend) ·
/// activation′(z · scale + offset + residual), Σ g and Σ g · (z − mean).
package struct NormGradientTask {
    /// z, the first row.
    package var values: UnsafePointer<Float>
    /// Rows to compute; of one image, where there are factors and addends.
    package var rows: Int
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// One factor a channel.
    package var scale: UnsafePointer<Float>
    /// One offset a channel.
    package var offset: UnsafePointer<Float>
    /// What was added before the activation; nil is zero.
    package var residual: UnsafePointer<Float>?
    /// The activation of the forward pass.
    package var activation: Activation
    /// The gradient of what came of y.
    package var gradient: UnsafePointer<Float>
    /// The gate that y was multiplied by, one value a channel; nil is 1.
    package var factors: UnsafePointer<Float>?
    /// What reaches every pixel's y besides, one value a channel; nil is 0.
    package var addends: UnsafePointer<Float>?
    /// The batch's mean, one value a channel.
    package var mean: UnsafePointer<Float>
    /// g, the first row, allowed to be `gradient`.
    package var output: UnsafeMutablePointer<Float>
    /// Σ g, one value a channel.
    package var sums: UnsafeMutablePointer<Float>
    /// Σ g · (z − mean), one value a channel.
    package var products: UnsafeMutablePointer<Float>
    /// Where the activation itself is written too, which costs little beside its derivative; nil is nowhere.
    package var activated: UnsafeMutablePointer<Float>?

    /// Collects the arguments; see the properties.
    package init(
        values: UnsafePointer<Float>, rows: Int, channels: Int, scale: UnsafePointer<Float>,
        offset: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil, activation: Activation,
        gradient: UnsafePointer<Float>, factors: UnsafePointer<Float>? = nil,
        addends: UnsafePointer<Float>? = nil, mean: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        sums: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>,
        activated: UnsafeMutablePointer<Float>? = nil
    ) {
        self.values = values
        self.rows = rows
        self.channels = channels
        self.scale = scale
        self.offset = offset
        self.residual = residual
        self.activation = activation
        self.gradient = gradient
        self.factors = factors
        self.addends = addends
        self.mean = mean
        self.output = output
        self.sums = sums
        self.products = products
        self.activated = activated
    }
}

/// left · leftFactor + right · rightFactor + offset, with two factors and an offset for each channel: the
/// gradient of z, from g and z.
package struct ChannelCombinationTask {
    /// The first operand's first row.
    package var left: UnsafePointer<Float>
    /// The second operand's first row.
    package var right: UnsafePointer<Float>
    /// Rows to compute.
    package var rows: Int
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// One factor a channel.
    package var leftFactors: UnsafePointer<Float>
    /// One factor a channel.
    package var rightFactors: UnsafePointer<Float>
    /// One offset a channel.
    package var offsets: UnsafePointer<Float>
    /// The result's first row, allowed to be either operand.
    package var output: UnsafeMutablePointer<Float>

    /// Collects the arguments; see the properties.
    package init(
        left: UnsafePointer<Float>, right: UnsafePointer<Float>, rows: Int, channels: Int,
        leftFactors: UnsafePointer<Float>, rightFactors: UnsafePointer<Float>, offsets: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        self.left = left
        self.right = right
        self.rows = rows
        self.channels = channels
        self.leftFactors = leftFactors
        self.rightFactors = rightFactors
        self.offsets = offsets
        self.output = output
    }
}

/// The gradient of one image's gate: Σ gradient · activation(z · scale + offset) over its rows.
package struct GateGradientTask {
    /// z, the first row.
    package var values: UnsafePointer<Float>
    /// Rows of the image.
    package var rows: Int
    /// Channels, padded to whole lanes.
    package var channels: Int
    /// One factor a channel.
    package var scale: UnsafePointer<Float>
    /// One offset a channel.
    package var offset: UnsafePointer<Float>
    /// The activation of the forward pass.
    package var activation: Activation
    /// The gradient of the gated tensor.
    package var gradient: UnsafePointer<Float>
    /// One value a channel.
    package var output: UnsafeMutablePointer<Float>
    /// Where the activations are written too; nil is nowhere.
    package var activated: UnsafeMutablePointer<Float>?

    /// Collects the arguments; see the properties.
    package init(
        values: UnsafePointer<Float>, rows: Int, channels: Int, scale: UnsafePointer<Float>,
        offset: UnsafePointer<Float>, activation: Activation, gradient: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, activated: UnsafeMutablePointer<Float>? = nil
    ) {
        self.values = values
        self.rows = rows
        self.channels = channels
        self.scale = scale
        self.offset = offset
        self.activation = activation
        self.gradient = gradient
        self.output = output
        self.activated = activated
    }
}

/// gradient · activation′(values), elementwise.
package struct ActivationGradientTask {
    /// What the activation was applied to.
    package var values: UnsafePointer<Float>
    /// The gradient of its result.
    package var gradient: UnsafePointer<Float>
    /// The gradient of its argument, allowed to be `gradient`.
    package var output: UnsafeMutablePointer<Float>
    /// Elements, a multiple of the lanes.
    package var count: Int
    /// The activation of the forward pass.
    package var activation: Activation

    /// Collects the arguments; see the properties.
    package init(
        values: UnsafePointer<Float>, gradient: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        count: Int, activation: Activation
    ) {
        self.values = values
        self.gradient = gradient
        self.output = output
        self.count = count
        self.activation = activation
    }
}
