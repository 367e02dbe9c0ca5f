// One row of a stage table: a block repeated, its first repeat striding and changing the channels.

/// A run of equal blocks; the first one takes the stride and the change of channels.
package struct Stage: Hashable, Sendable {
    /// What the stage repeats.
    package var block: BlockKind
    /// How often, before depth scaling.
    package var repeats: Int
    /// Height and width of the spatial convolution's kernel.
    package var kernel: Int
    /// Stride of the first block.
    package var stride: Int
    /// Inner channels over input channels (MBConv), or output channels over inner channels (bottleneck).
    package var expansion: Int
    /// The row's channels before width scaling: output channels, or the inner ones of a ResNet block.
    package var channels: Int
    /// Squeeze-and-excitation in every block, where wanted.
    package var squeezeExcitation: SqueezeExcitation?
    /// The activation of the blocks.
    package var activation: Activation

    /// A row of the stage table.
    package init(
        _ block: BlockKind, repeats: Int, kernel: Int, stride: Int, expansion: Int, channels: Int,
        squeezeExcitation: SqueezeExcitation? = nil, activation: Activation
    ) {
        self.block = block
        self.repeats = repeats
        self.kernel = kernel
        self.stride = stride
        self.expansion = expansion
        self.channels = channels
        self.squeezeExcitation = squeezeExcitation
        self.activation = activation
    }
}

/// The kinds of block that a stage can repeat.
package enum BlockKind: String, CaseIterable, Hashable, Sendable {
    /// MobileNetV2's inverted residual: expand 1×1, depthwise, SE, project 1×1. Expansion 1 has no expand.
    case mbconv
    /// EfficientNetV2's: expand by a dense k×k, SE, project 1×1. Expansion 1 is one k×k convolution.
    case fusedMBConv = "fused-mbconv"
    /// ResNet-18's block: two k×k convolutions.
    case basic
    /// ResNet-50's block, version 1.5: 1×1, k×k with the stride, 1×1.
    case bottleneck
}

/// Channel gates computed from the pooled tensor (Hu et al. 2018, arXiv 1709.01507).
package struct SqueezeExcitation: Hashable, Sendable {
    /// The tensor whose channels `ratio` refers to.
    package enum Reference: String, CaseIterable, Hashable, Sendable {
        /// The block's input channels, as in EfficientNet.
        case input
        /// The channels that are gated, as in SE-ResNet.
        case gated
    }

    /// Squeezed channels over the reference channels.
    package var ratio: Double
    /// What `ratio` refers to.
    package var reference: Reference
    /// 1 rounds down, never below 1; above 1, to the nearest multiple, never below one multiple.
    package var divisor: Int
    /// The activation between the two layers.
    package var activation: Activation
    /// What makes a gate of the result: sigmoid or hard sigmoid.
    package var gate: Activation

    /// Squeeze-and-excitation; by default EfficientNet's with SiLU.
    package init(
        ratio: Double, reference: Reference = .input, divisor: Int = 1, activation: Activation = .silu,
        gate: Activation = .sigmoid
    ) {
        self.ratio = ratio
        self.reference = reference
        self.divisor = divisor
        self.activation = activation
        self.gate = gate
    }

    /// The squeezed channels for a block's input and gated channels, both already rounded.
    ///     SqueezeExcitation(ratio: 0.25).squeezed(input: 24, gated: 144)   // 6
    package func squeezed(input: Int, gated: Int) -> Int {
        let scaled = ratio * Double(reference == .input ? input : gated)
        if divisor == 1 { return max(1, Int(scaled)) }
        return max(divisor, Int(scaled + Double(divisor) / 2) / divisor * divisor)
    }
}

/// The pointwise non-linearities that the generator uses.
package enum Activation: String, CaseIterable, Hashable, Sendable {
    /// x
    case identity
    /// x·sigmoid(x)
    case silu
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6
    /// x·relu6(x + 3)/6
    case hardSwish = "hard-swish"
    /// x·Φ(x), where Φ is the normal distribution
    case gelu
    /// 1/(1 + e⁻ˣ)
    case sigmoid
    /// relu6(x + 3)/6
    case hardSigmoid = "hard-sigmoid"
}

extension Activation {
    /// The activation of a spelling that libraries and papers use: swish is silu, `HSwish`, `hard_swish` and
    /// `hardswish` are hard-swish. Case, hyphens and underscores tell nothing apart.
    package init?(spelling text: String) {
        switch text.lowercased().filter({ $0 != "-" && $0 != "_" && $0 != " " }) {
        case "identity", "linear": self = .identity
        case "silu", "swish": self = .silu
        case "relu": self = .relu
        case "relu6": self = .relu6
        case "hardswish", "hswish", "hardsilu": self = .hardSwish
        case "gelu": self = .gelu
        case "sigmoid": self = .sigmoid
        case "hardsigmoid", "hsigmoid": self = .hardSigmoid
        default: return nil
        }
    }
}
