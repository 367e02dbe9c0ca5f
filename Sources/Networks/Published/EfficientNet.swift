// EfficientNet (Tan & Le 2019, arXiv 1905.11946), its Lite form (Google 2020) and TinyNet (Han et al. 2020).

extension Architecture {
    /// EfficientNet at given factors; the baseline B0 is (1, 1, 224).
    package static func efficientNet(
        _ name: String, width: Double, depth: Double, resolution: Double, dropout: Double = 0.2
    ) -> Architecture {
        mobile(
            name, scaling: Scaling(width: width, depth: depth, resolution: resolution), dropout: dropout,
            rules: RoundingRules(), activation: .silu, gate: SqueezeExcitation(ratio: 0.25))
    }

    /// EfficientNet-Lite: no squeeze-and-excitation, ReLU6; stem, head, first and last stage are not scaled.
    package static func efficientNetLite(
        _ name: String, width: Double, depth: Double, resolution: Double, dropout: Double
    ) -> Architecture {
        var rules = RoundingRules()
        rules.stemFixedBelow = .infinity
        rules.head = .fixed
        rules.firstDepthFixed = true
        rules.lastDepthFixed = true
        return mobile(
            name, scaling: Scaling(width: width, depth: depth, resolution: resolution), dropout: dropout,
            rules: rules, activation: .relu6, gate: nil)
    }

    /// TinyNet: EfficientNet scaled down, with rounded depth, a fixed stem and a head of 1280 or more.
    package static func tinyNet(
        _ name: String, width: Double, depth: Double, resolution: Double
    ) -> Architecture {
        var rules = RoundingRules()
        rules.depth = .round
        rules.stemFixedBelow = .infinity
        rules.head = .grows
        return mobile(
            name, scaling: Scaling(width: width, depth: depth, resolution: resolution), dropout: 0.2,
            rules: rules, activation: .silu, gate: SqueezeExcitation(ratio: 0.25))
    }

    /// The seven stages that the three families share.
    private static func mobile(
        _ name: String, scaling: Scaling, dropout: Double, rules: RoundingRules, activation: Activation,
        gate: SqueezeExcitation?
    ) -> Architecture {
        func stage(
            _ repeats: Int, k kernel: Int, s stride: Int, e expansion: Double, _ channels: Int
        ) -> Stage {
            Stage(
                .mbconv, repeats: repeats, kernel: kernel, stride: stride, expansion: expansion,
                channels: channels, gate: gate.map { .squeezeExcitation($0) }, activation: activation)
        }
        return Architecture(
            name: name, stem: Stem(channels: 32, activation: activation),
            stages: [
                stage(1, k: 3, s: 1, e: 1, 16),
                stage(2, k: 3, s: 2, e: 6, 24),
                stage(2, k: 5, s: 2, e: 6, 40),
                stage(3, k: 3, s: 2, e: 6, 80),
                stage(3, k: 5, s: 1, e: 6, 112),
                stage(4, k: 5, s: 2, e: 6, 192),
                stage(1, k: 3, s: 1, e: 6, 320),
            ], head: Head(channels: 1280, activation: activation, dropout: dropout), scaling: scaling,
            rules: rules, dropPath: 0.2)
    }
}
