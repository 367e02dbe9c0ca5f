// Mobile networks of inverted residuals found by search, and their ancestor: MnasNet (Tan et al. 2018, arXiv 1807.11626),
// FBNet-C (Wu et al. 2018, arXiv 1812.03443), Single-Path NAS (Stamoulis et al. 2019, arXiv 1904.02877) and
// MobileNetV1 (Howard et al. 2017, arXiv 1704.04861).

extension Architecture {
    /// MobileNetV1: separable convolutions without shortcuts, no convolution in the head.
    static func mobileNetV1(_ name: String) -> Architecture {
        let table = [(1, 1, 64), (2, 2, 128), (2, 2, 256), (6, 2, 512), (2, 2, 1024)]
        let stages = table.map { repeats, stride, channels in
            Stage.mbconv(repeats, k: 3, s: stride, e: 1, channels, .relu6) { options in
                options.hasShortcut = false
                options.outputActivation = .relu6
            }
        }
        return Architecture(
            name: name, stem: Stem(channels: 32, activation: .relu6), stages: stages,
            head: Head(channels: nil, activation: .relu6, dropout: 0.2), rules: .timm)
    }

    /// MnasNet-A1, with squeeze-and-excitation.
    static func mnasNetA1(_ name: String) -> Architecture {
        searched(
            name,
            [
                bare(.mbconv(1, k: 3, e: 1, 16, .relu)), .mbconv(2, k: 3, s: 2, e: 6, 24, .relu),
                .mbconv(3, k: 5, s: 2, e: 3, 40, .relu, gate: gate), .mbconv(4, k: 3, s: 2, e: 6, 80, .relu),
                .mbconv(2, k: 3, e: 6, 112, .relu, gate: gate),
                .mbconv(3, k: 5, s: 2, e: 6, 160, .relu, gate: gate), .mbconv(1, k: 3, e: 6, 320, .relu),
            ])
    }

    /// MnasNet-B1, without.
    static func mnasNetB1(_ name: String) -> Architecture {
        searched(
            name,
            [
                bare(.mbconv(1, k: 3, e: 1, 16, .relu)), .mbconv(3, k: 3, s: 2, e: 3, 24, .relu),
                .mbconv(3, k: 5, s: 2, e: 3, 40, .relu), .mbconv(3, k: 5, s: 2, e: 6, 80, .relu),
                .mbconv(2, k: 3, e: 6, 96, .relu), .mbconv(4, k: 5, s: 2, e: 6, 192, .relu),
                bare(.mbconv(1, k: 3, e: 6, 320, .relu)),
            ])
    }

    /// MnasNet-small.
    static func mnasNetSmall(_ name: String) -> Architecture {
        searched(
            name, stem: 8,
            [
                .mbconv(1, k: 3, e: 1, 8, .relu), .mbconv(1, k: 3, s: 2, e: 3, 16, .relu),
                .mbconv(2, k: 3, s: 2, e: 6, 16, .relu), .mbconv(4, k: 5, s: 2, e: 6, 32, .relu, gate: gate),
                .mbconv(3, k: 3, e: 6, 32, .relu, gate: gate),
                .mbconv(3, k: 5, s: 2, e: 6, 88, .relu, gate: gate), .mbconv(1, k: 3, e: 6, 144, .relu),
            ])
    }

    /// FBNet-C, whose blocks of expansion 1 keep their 1×1 convolutions.
    static func fbNetC(_ name: String) -> Architecture {
        func row(
            _ repeats: Int, k kernel: Int, s stride: Int = 1, e expansion: Double, _ channels: Int,
            continues: Bool = false
        ) -> Stage {
            .mbconv(repeats, k: kernel, s: stride, e: expansion, channels, .relu, continues: continues) {
                $0.keepsExpansion = expansion == 1
            }
        }
        return searched(
            name, stem: 16, head: 1984,
            [
                row(1, k: 3, e: 1, 16), row(1, k: 3, s: 2, e: 6, 24), row(2, k: 3, e: 1, 24, continues: true),
                row(1, k: 5, s: 2, e: 6, 32), row(1, k: 5, e: 3, 32, continues: true),
                row(1, k: 5, e: 6, 32, continues: true), row(1, k: 3, e: 6, 32, continues: true),
                row(1, k: 5, s: 2, e: 6, 64), row(1, k: 5, e: 3, 64, continues: true),
                row(2, k: 5, e: 6, 64, continues: true), row(3, k: 5, e: 6, 112),
                row(1, k: 5, e: 3, 112, continues: true), row(4, k: 5, s: 2, e: 6, 184),
                row(1, k: 3, e: 6, 352),
            ])
    }

    /// The network of Single-Path NAS.
    static func spNASNet(_ name: String) -> Architecture {
        searched(
            name,
            [
                bare(.mbconv(1, k: 3, e: 1, 16, .relu)), .mbconv(3, k: 3, s: 2, e: 3, 24, .relu),
                .mbconv(1, k: 5, s: 2, e: 6, 40, .relu), .mbconv(3, k: 3, e: 3, 40, .relu, continues: true),
                .mbconv(1, k: 5, s: 2, e: 6, 80, .relu), .mbconv(3, k: 3, e: 3, 80, .relu, continues: true),
                .mbconv(1, k: 5, e: 6, 96, .relu), .mbconv(3, k: 5, e: 3, 96, .relu, continues: true),
                .mbconv(4, k: 5, s: 2, e: 6, 192, .relu), bare(.mbconv(1, k: 3, e: 6, 320, .relu)),
            ])
    }

    private static var gate: SqueezeExcitation {
        SqueezeExcitation(ratio: 0.25, reference: .unexpanded, rounding: .nearest, activation: .relu)
    }

    /// The row without shortcuts.
    private static func bare(_ stage: Stage) -> Stage {
        var stage = stage
        stage.options.hasShortcut = false
        return stage
    }

    private static func searched(
        _ name: String, stem: Int = 32, head: Int = 1280, _ stages: [Stage]
    ) -> Architecture {
        var rules = RoundingRules.timm
        rules.head = .fixed
        return Architecture(
            name: name, stem: Stem(channels: stem, activation: .relu), stages: stages,
            head: Head(channels: head, activation: .relu, dropout: 0.2), rules: rules)
    }
}
