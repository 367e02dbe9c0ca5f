// MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381).

extension Architecture {
    /// MobileNetV2; its head never narrows below 1280 channels.
    package static func mobileNetV2(_ name: String, width: Double = 1) -> Architecture {
        var rules = RoundingRules()
        rules.head = .grows
        let table = [
            (1, 1, 1, 16), (2, 2, 6, 24), (3, 2, 6, 32), (4, 2, 6, 64), (3, 1, 6, 96), (3, 2, 6, 160),
            (1, 1, 6, 320),
        ]
        let stages = table.map { repeats, stride, expansion, channels in
            Stage(
                .mbconv, repeats: repeats, kernel: 3, stride: stride, expansion: Double(expansion),
                channels: channels,
                activation: .relu6)
        }
        return Architecture(
            name: name, stem: Stem(channels: 32, activation: .relu6), stages: stages,
            head: Head(channels: 1280, activation: .relu6, dropout: 0.2),
            scaling: Scaling(width: width), rules: rules)
    }
}
