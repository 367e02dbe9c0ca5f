// Gates as a description knows them.

/// What multiplies a block's tensor by something that follows from the whole of it.
package enum Gate: Hashable, Sendable {
    /// A factor a channel.
    case squeezeExcitation(SqueezeExcitation)
    /// One scalar, and the tensor divided by its length: the gate of the article that this project began from.
    case l2Scalar

    /// Squeeze-and-excitation, where it is that.
    package var squeezeExcitation: SqueezeExcitation? {
        get { if case .squeezeExcitation(let gate) = self { gate } else { nil } }
        set { if let newValue { self = .squeezeExcitation(newValue) } }
    }
}

/// Channel gates computed from the pooled tensor (Hu et al. 2018, arXiv 1709.01507).
package struct SqueezeExcitation: Hashable, Sendable {
    /// The tensor whose channels `ratio` refers to.
    package enum Reference: String, CaseIterable, Hashable, Sendable {
        /// The block's input channels, as in EfficientNet.
        case input
        /// The channels that are gated, as in SE-ResNet.
        case gated
        /// The gated channels over the expansion: the input's, but for what rounding made of them, as timm's EfficientNet.
        case unexpanded
    }

    /// How squeezed channels become an integer.
    package enum Rounding: String, CaseIterable, Hashable, Sendable {
        /// Down, or with a divisor above 1 to the nearest multiple.
        case down
        /// To the nearest integer, ties to even, as timm.
        case nearest
        /// To a multiple of the divisor, never below 90 % of the value, as MobileNetV3.
        case width
    }

    /// Squeezed channels over the reference channels.
    package var ratio: Double
    /// What `ratio` refers to.
    package var reference: Reference
    /// Above 1, squeezed channels are a multiple of it, never below one multiple.
    package var divisor: Int
    /// How squeezed channels become an integer.
    package var rounding: Rounding
    /// The activation between the two layers.
    package var activation: Activation
    /// What makes a gate of the result: sigmoid or hard sigmoid.
    package var gate: Activation

    /// Squeeze-and-excitation; by default EfficientNet's with SiLU.
    package init(
        ratio: Double, reference: Reference = .input, divisor: Int = 1, rounding: Rounding = .down,
        activation: Activation = .silu, gate: Activation = .sigmoid
    ) {
        self.ratio = ratio
        self.reference = reference
        self.divisor = divisor
        self.rounding = rounding
        self.activation = activation
        self.gate = gate
    }

    /// The squeezed channels for a block's input and gated channels, both already rounded.
    ///     SqueezeExcitation(ratio: 0.25).squeezed(input: 24, gated: 144)   // 6
    package func squeezed(input: Int, gated: Int, expansion: Double = 1) -> Int {
        let scaled =
            switch reference {
            case .input: ratio * Double(input)
            case .gated: ratio * Double(gated)
            case .unexpanded: Double(gated) * (ratio / expansion)
            }
        switch rounding {
        case .nearest: return max(1, Int(scaled.rounded(.toNearestOrEven)))
        case .width: return scaled.multiple(of: divisor, floor: 0.9)
        case .down where divisor == 1: return max(1, Int(scaled))
        case .down: return max(divisor, Int(scaled + Double(divisor) / 2) / divisor * divisor)
        }
    }
}

extension Double {
    /// The nearest multiple of a divisor, at least one, and one more where that falls below a share of this number.
    func multiple(of divisor: Int, floor share: Double) -> Int {
        let nearest = Swift.max(divisor, Int((self + Double(divisor) / 2) / Double(divisor)) * divisor)
        return Double(nearest) < share * self ? nearest + divisor : nearest
    }
}

extension Stage {
    /// The gate of the blocks, where it is squeeze-and-excitation.
    package var squeezeExcitation: SqueezeExcitation? {
        get { gate?.squeezeExcitation }
        set { gate = newValue.map { .squeezeExcitation($0) } }
    }
}

extension Head {
    /// The head's gate, where it is squeeze-and-excitation.
    package var squeezeExcitation: SqueezeExcitation? {
        get { gate?.squeezeExcitation }
        set { gate = newValue.map { .squeezeExcitation($0) } }
    }
}
