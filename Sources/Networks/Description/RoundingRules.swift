// How scaled sizes become integers. The released networks differ here more than anywhere else.

/// The rules that turn scaled widths, depths and resolutions into integers.
package struct RoundingRules: Hashable, Sendable {
    /// How repeats round.
    package enum DepthRounding: String, CaseIterable, Hashable, Sendable {
        /// ⌈depth·repeats⌉, as EfficientNet.
        case ceil
        /// To the nearest integer, ties to even, never below 1, as TinyNet.
        case round
    }

    /// How the head's 1×1 convolution follows the width.
    package enum HeadWidth: String, CaseIterable, Hashable, Sendable {
        /// Scaled like every stage, as EfficientNet.
        case scaled
        /// Never scaled, as EfficientNet-Lite.
        case fixed
        /// Scaled, but never below the baseline's, as MobileNetV2 and TinyNet.
        case grows
    }

    /// Widths are multiples of this.
    package var widthDivisor = 8
    /// A width that rounds below this share of the scaled value goes up one multiple.
    package var widthFloor = 0.9
    /// How repeats round.
    package var depth = DepthRounding.ceil
    /// The width factor below which the stem keeps its width: 0 always scales it, infinity never.
    package var stemFixedBelow = 0.0
    /// Expanded channels are multiples of this, by the rule of the widths; 1 rounds them to the nearest.
    package var innerDivisor = 1
    /// How the head follows the width.
    package var head = HeadWidth.scaled
    /// Whether the first stage keeps its repeats.
    package var firstDepthFixed = false
    /// Whether the last stage keeps its repeats.
    package var lastDepthFixed = false
    /// Resolutions are multiples of this.
    package var resolutionMultiple = 1

    /// EfficientNet's rules.
    package init() {}

    /// The width rule of EfficientNet: a multiple of the divisor, never below 90 % of the scaled width.
    ///     RoundingRules().width(32, by: 1.1)   // 32, since 35.2 is nearer to 32 than to 40
    /// Throws where the result is not a sensible number of channels.
    package func width(_ channels: Int, by factor: Double) throws(NetworkError) -> Int {
        let scaled = Double(channels) * factor
        guard scaled > 0, scaled <= Double(Limits.channels) else {
            throw .tooLarge("a width of \(channels) × \(factor)", limit: "1 to \(Limits.channels) channels")
        }
        return scaled.multiple(of: widthDivisor, floor: widthFloor)
    }

    /// Channels expanded by a factor.
    ///     RoundingRules().inner(24, by: 6)   // 144
    package func inner(_ channels: Int, by factor: Double) -> Int {
        // Each expansion of a network is at most 64 times its channels, which are limited.
        (Double(channels) * factor).multiple(of: innerDivisor, floor: 0.9)
    }

    /// A stage's repeats at a depth factor.
    ///     RoundingRules().repeats(4, by: 1.2)   // 5, since 4.8 rounds up
    package func repeats(_ repeats: Int, by factor: Double) throws(NetworkError) -> Int {
        let scaled = Double(repeats) * factor
        guard scaled > 0, scaled <= Double(Limits.repeats) else {
            throw .tooLarge("a depth of \(repeats) × \(factor)", limit: "1 to \(Limits.repeats) repeats")
        }
        switch depth {
        case .ceil: return Int(scaled.rounded(.up))
        case .round: return max(1, Int(scaled.rounded(.toNearestOrEven)))
        }
    }

    /// The nearest allowed resolution in pixels, at least one multiple.
    package func resolution(_ pixels: Double) throws(NetworkError) -> Int {
        let multiple = Double(resolutionMultiple)
        guard Scaling.resolutionRange.contains(pixels) else {
            throw .tooLarge("a resolution of \(pixels)", limit: "1 to \(Limits.resolution) pixels")
        }
        return max(1, Int((pixels / multiple).rounded())) * resolutionMultiple
    }
}

/// Sizes beyond which a description is taken for a mistake.
package enum Limits {
    /// Pixels of one side of the image.
    package static let resolution = 16_384
    /// Channels of one tensor, before expansion.
    package static let channels = 1_048_576
    /// Repeats of one stage.
    package static let repeats = 10_000
}
