// MobileNetV3 (Howard et al. 2019, arXiv 1905.02244) and PP-LCNet (Cui et al. 2021, arXiv 2109.15099).

extension Architecture {
    /// MobileNetV3-Large at a width.
    static func mobileNetV3Large(_ name: String, width: Double) -> Architecture {
        mobileNetV3(
            name, width: width, pooled: 1280,
            stages: [
                .mbconv(1, k: 3, e: 1, 16, .relu), .mbconv(1, k: 3, s: 2, e: 4, 24, .relu),
                .mbconv(1, k: 3, e: 3, 24, .relu, continues: true),
                .mbconv(3, k: 5, s: 2, e: 3, 40, .relu, gate: gate),
                .mbconv(1, k: 3, s: 2, e: 6, 80, .hardSwish),
                .mbconv(1, k: 3, e: 2.5, 80, .hardSwish, continues: true),
                .mbconv(2, k: 3, e: 2.3, 80, .hardSwish, continues: true),
                .mbconv(2, k: 3, e: 6, 112, .hardSwish, gate: gate),
                .mbconv(3, k: 5, s: 2, e: 6, 160, .hardSwish, gate: gate), .plain(k: 1, 960, .hardSwish),
            ])
    }

    /// MobileNetV3-Small at a width.
    static func mobileNetV3Small(_ name: String, width: Double) -> Architecture {
        mobileNetV3(
            name, width: width, pooled: 1024,
            stages: [
                .mbconv(1, k: 3, s: 2, e: 1, 16, .relu, gate: gate),
                .mbconv(1, k: 3, s: 2, e: 4.5, 24, .relu),
                .mbconv(1, k: 3, e: 3.67, 24, .relu, continues: true),
                .mbconv(1, k: 5, s: 2, e: 4, 40, .hardSwish, gate: gate),
                .mbconv(2, k: 5, e: 6, 40, .hardSwish, gate: gate, continues: true),
                .mbconv(2, k: 5, e: 3, 48, .hardSwish, gate: gate),
                .mbconv(3, k: 5, s: 2, e: 6, 96, .hardSwish, gate: gate), .plain(k: 1, 576, .hardSwish),
            ])
    }

    /// PP-LCNet at a width: separable convolutions whose 1×1 activates too, gates in the last stage.
    static func lcNet(_ name: String, width: Double) -> Architecture {
        let gate = SqueezeExcitation(
            ratio: 0.25, reference: .gated, rounding: .nearest, activation: .relu, gate: .hardSigmoid)
        func stage(
            _ repeats: Int, k kernel: Int, s stride: Int = 1, _ channels: Int, isGated: Bool = false,
            continues: Bool = false
        ) -> Stage {
            .mbconv(
                repeats, k: kernel, s: stride, e: 1, channels, .hardSwish, gate: isGated ? gate : nil,
                continues: continues
            ) { options in
                options.hasShortcut = false
                options.outputActivation = .hardSwish
            }
        }
        return Architecture(
            name: name, stem: Stem(channels: 16, activation: .hardSwish),
            stages: [
                stage(1, k: 3, 32), stage(2, k: 3, s: 2, 64), stage(2, k: 3, s: 2, 128),
                stage(1, k: 3, s: 2, 256), stage(1, k: 5, 256, continues: true), stage(4, k: 5, 256),
                stage(2, k: 5, s: 2, 512, isGated: true),
            ],
            head: Head(
                channels: nil, activation: .hardSwish,
                pooled: PooledConvolution(channels: 1280, activation: .hardSwish), dropout: 0.2),
            scaling: Scaling(width: width), rules: .timm)
    }

    private static var gate: SqueezeExcitation {
        SqueezeExcitation(
            ratio: 0.25, reference: .gated, divisor: 8, rounding: .width, activation: .relu,
            gate: .hardSigmoid)
    }

    private static func mobileNetV3(
        _ name: String, width: Double, pooled: Int, stages: [Stage]
    ) -> Architecture {
        var rules = RoundingRules.timm
        rules.stemFixedBelow = 0.75
        return Architecture(
            name: name, stem: Stem(channels: 16, activation: .hardSwish), stages: stages,
            head: Head(
                channels: nil, activation: .hardSwish,
                pooled: PooledConvolution(channels: pooled, activation: .hardSwish), dropout: 0.2),
            scaling: Scaling(width: width), rules: rules)
    }
}
