// A network as a person describes it: a stem, a table of stages, a head, and the rules that scale them.
// Nothing here is rounded yet; `Network` is what scaling and rounding make of it.

/// A convolutional network before scaling: the stage table of the baseline with the factors that scale it.
package struct Architecture: Hashable, Sendable {
    /// The name people know it by, such as `efficientnet-b0`.
    package var name: String
    /// The first convolution, and the pooling after it where there is one.
    package var stem: Stem
    /// The stages in order; repeats and channels are those of the unscaled baseline.
    package var stages: [Stage]
    /// What follows the last stage.
    package var head: Head
    /// The factors of this variant; a search multiplies them.
    package var scaling: Scaling
    /// How scaled widths, depths and resolutions become integers.
    package var rules: RoundingRules
    /// Channels of the input image.
    package var channels: Int
    /// Outputs of the classifier.
    package var classes: Int
    /// How convolutions and pooling treat the image's border.
    package var padding: Padding
    /// The epsilon of every batch norm: 1e-5 in PyTorch, 1e-3 in TensorFlow.
    package var batchNormEpsilon: Double
    /// The rate of stochastic depth at the last block; it grows linearly from zero.
    package var dropPath: Double
    /// Sizes that rounding did not make: those of a network whose blocks have widths of their own, such as a pruned one.
    package var ownSizes: OwnSizes?

    /// Channels that an image may have: grey to hyperspectral.
    package static let channelRange = 1...4096
    /// Outputs that a classifier may have.
    package static let classRange = 1...Limits.channels
    /// Blocks that all stages may have together.
    package static let blockRange = 1...10_000

    /// An architecture with the usual defaults: RGB input, 1000 classes, symmetric padding, PyTorch's epsilon.
    package init(
        name: String, stem: Stem, stages: [Stage], head: Head, scaling: Scaling = Scaling(),
        rules: RoundingRules = RoundingRules(), channels: Int = 3, classes: Int = 1000,
        padding: Padding = .symmetric, batchNormEpsilon: Double = 1e-5, dropPath: Double = 0
    ) {
        self.name = name
        self.stem = stem
        self.stages = stages
        self.head = head
        self.scaling = scaling
        self.rules = rules
        self.channels = channels
        self.classes = classes
        self.padding = padding
        self.batchNormEpsilon = batchNormEpsilon
        self.dropPath = dropPath
    }
}

/// Integers that are given, and the factors at which they hold; other factors scale them.
package struct OwnSizes: Hashable, Sendable {
    /// The sizes at those factors.
    package var dimensions: Dimensions
    /// The factors.
    package var scaling: Scaling

    /// Sizes at factors.
    package init(_ dimensions: Dimensions, at scaling: Scaling) {
        self.dimensions = dimensions
        self.scaling = scaling
    }
}

/// The first convolution of a network, normalised and activated; or several, of which the first strides (ResNet-D).
package struct Stem: Hashable, Sendable {
    /// Output channels before scaling.
    package var channels: Int
    /// Height and width of the kernel.
    package var kernel: Int
    /// Step between output pixels.
    package var stride: Int
    /// The activation after the batch norm.
    package var activation: Activation
    /// Output channels of the convolutions before the last, of the same kernel.
    package var before: [Int]
    /// Pooling right after the stem, as ResNet has it.
    package var pooling: Pooling?
    /// Whether a convolution of the window's kernel and stride stands in place of that pooling (ResNet-RS).
    package var poolsByConvolution = false

    /// A stem; by default EfficientNet's, a 3×3 convolution of stride 2.
    package init(
        channels: Int, kernel: Int = 3, stride: Int = 2, activation: Activation, before: [Int] = [],
        pooling: Pooling? = nil
    ) {
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
        self.activation = activation
        self.before = before
        self.pooling = pooling
    }
}

/// What follows the last stage: an optional 1×1 convolution, global average pooling, another optional 1×1, the classifier.
package struct Head: Hashable, Sendable {
    /// Output channels of the 1×1 convolution before scaling, or nil where there is none (ResNet).
    package var channels: Int?
    /// The activation of that convolution.
    package var activation: Activation
    /// A gate between that convolution and the pooling.
    package var gate: Gate?
    /// The 1×1 convolution after the pooling, where there is one (MobileNetV3).
    package var pooled: PooledConvolution?
    /// The dropout rate before the classifier.
    package var dropout: Double

    /// A head; without `channels` it is pooling and the classifier alone.
    package init(
        channels: Int?, activation: Activation, gate: Gate? = nil, pooled: PooledConvolution? = nil,
        dropout: Double = 0
    ) {
        self.channels = channels
        self.activation = activation
        self.gate = gate
        self.pooled = pooled
        self.dropout = dropout
    }
}

/// A 1×1 convolution of the pooled channels, which no width factor scales.
package struct PooledConvolution: Hashable, Sendable {
    /// Output channels.
    package var channels: Int
    /// Whether a batch norm follows; if not there is a bias.
    package var isNormalised: Bool
    /// Applied last.
    package var activation: Activation

    /// A convolution with a bias, or with a batch norm.
    package init(channels: Int, isNormalised: Bool = false, activation: Activation) {
        self.channels = channels
        self.isNormalised = isNormalised
        self.activation = activation
    }
}

/// A square window of pooling.
package struct Pooling: Hashable, Sendable {
    /// Height and width of the window.
    package var kernel: Int
    /// Step between output pixels.
    package var stride: Int

    /// A window of `kernel`×`kernel` moved by `stride`.
    package init(kernel: Int, stride: Int) {
        self.kernel = kernel
        self.stride = stride
    }
}

/// How a convolution treats the image's border.
package enum Padding: String, CaseIterable, Hashable, Sendable {
    /// (k−1)/2 on every side: timm's and torchvision's plain models.
    case symmetric
    /// TensorFlow's: ⌈n/s⌉ outputs, the smaller half of the padding first.
    case same
}
