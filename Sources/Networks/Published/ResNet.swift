// ResNet version 1.5 (He et al. 2015, arXiv 1512.03385) and SE-ResNet (Hu et al. 2018, arXiv 1709.01507).

extension Architecture {
    /// A ResNet of four stages. Width scales the stages, never the stem; with `gated`, SE as timm builds it.
    package static func resNet(
        _ name: String, _ block: BlockKind, repeats: [Int], gated: Bool
    ) -> Architecture {
        var rules = RoundingRules()
        rules.stemFixed = true
        let gate = SqueezeExcitation(ratio: 1.0 / 16, reference: .gated, divisor: 8, activation: .relu)
        let stages = repeats.enumerated().map { index, count in
            Stage(
                block, repeats: count, kernel: 3, stride: index == 0 ? 1 : 2,
                expansion: block == .bottleneck ? 4 : 1, channels: 64 << index,
                squeezeExcitation: gated ? gate : nil, activation: .relu)
        }
        return Architecture(
            name: name,
            stem: Stem(
                channels: 64, kernel: 7, activation: .relu, pooling: Pooling(kernel: 3, stride: 2)),
            stages: stages, head: Head(channels: nil, activation: .relu), rules: rules)
    }
}
