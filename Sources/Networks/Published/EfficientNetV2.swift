// EfficientNetV2 (Tan & Le 2021, arXiv 2104.00298) and EfficientNet-EdgeTPU (Gupta & Tan 2019).

extension Architecture {
    /// EfficientNetV2's S, M, L and XL: fused stages of expansion 4 first, then inverted residuals with a gate.
    static let efficientNetV2: [Architecture] = [
        efficientNetV2(
            "s", stem: 24, fused: [(2, 24), (4, 48), (4, 64)],
            gated: [(6, 2, 4, 128), (9, 1, 6, 160), (15, 2, 6, 256)], head: .scaled, resolution: 288),
        efficientNetV2(
            "m", stem: 24, fused: [(3, 24), (5, 48), (5, 80)],
            gated: [(7, 2, 4, 160), (14, 1, 6, 176), (18, 2, 6, 304), (5, 1, 6, 512)], head: .fixed,
            resolution: 320),
        efficientNetV2(
            "l", stem: 32, fused: [(4, 32), (7, 64), (7, 96)],
            gated: [(10, 2, 4, 192), (19, 1, 6, 224), (25, 2, 6, 384), (7, 1, 6, 640)], head: .fixed,
            resolution: 384),
        efficientNetV2(
            "xl", stem: 32, fused: [(4, 32), (8, 64), (8, 96)],
            gated: [(16, 2, 4, 192), (24, 1, 6, 256), (32, 2, 6, 512), (8, 1, 6, 640)], head: .fixed,
            resolution: 384),
    ]

    /// EfficientNetV2's B0 to B3: TensorFlow's padding and epsilon, and widths that round without the rule of 90 %.
    static let efficientNetV2Base: [Architecture] = [
        ("b0", 1.0, 1.0, 192.0), ("b1", 1.0, 1.1, 192), ("b2", 1.1, 1.2, 208), ("b3", 1.2, 1.4, 240),
    ].map { name, width, depth, resolution in
        var network = efficientNetV2(
            name, stem: 32, fused: [(1, 16), (2, 32), (2, 48)],
            gated: [(3, 2, 4, 96), (5, 1, 6, 112), (8, 2, 6, 192)], head: .scaled, resolution: resolution)
        network.scaling.width = width
        network.scaling.depth = depth
        network.rules.widthFloor = 0
        network.padding = .same
        network.batchNormEpsilon = 1e-3
        return network
    }

    /// EfficientNet-EdgeTPU: fused stages first, ReLU, no gates. The first expansion multiplies its own width.
    static let efficientNetEdge: [Architecture] = [
        ("es", 1.0, 1.0, 224.0), ("em", 1.0, 1.1, 240), ("el", 1.2, 1.4, 300),
    ].map { name, width, depth, resolution in
        let first = Stage.fused(1, k: 3, e: 4, 24, .relu) { options in
            options.expandedChannels = 24
            options.hasShortcut = false
        }
        return Architecture(
            name: "efficientnet-\(name)", stem: Stem(channels: 32, activation: .relu),
            stages: [
                first, .fused(2, k: 3, s: 2, e: 8, 32, .relu), .fused(4, k: 3, s: 2, e: 8, 48, .relu),
                .mbconv(5, k: 5, s: 2, e: 8, 96, .relu), .mbconv(4, k: 5, e: 8, 144, .relu),
                .mbconv(2, k: 5, s: 2, e: 8, 192, .relu),
            ], head: Head(channels: 1280, activation: .relu, dropout: 0.2),
            scaling: Scaling(width: width, depth: depth, resolution: resolution), rules: .timm)
    }

    /// One of them; rows of fused stages are (repeats, channels), of gated ones (repeats, stride, expansion, channels).
    private static func efficientNetV2(
        _ name: String, stem: Int, fused: [(Int, Int)], gated: [(Int, Int, Double, Int)],
        head: RoundingRules.HeadWidth, resolution: Double
    ) -> Architecture {
        let gate = SqueezeExcitation(
            ratio: 0.25, reference: .unexpanded, rounding: .nearest, activation: .silu)
        var stages: [Stage] = []
        for (index, row) in fused.enumerated() {
            stages.append(
                .fused(row.0, k: 3, s: index == 0 ? 1 : 2, e: index == 0 ? 1 : 4, row.1, .silu))
        }
        for (repeats, stride, expansion, channels) in gated {
            stages.append(.mbconv(repeats, k: 3, s: stride, e: expansion, channels, .silu, gate: gate))
        }
        var rules = RoundingRules.timm
        rules.head = head
        return Architecture(
            name: "efficientnetv2-\(name)", stem: Stem(channels: stem, activation: .silu), stages: stages,
            head: Head(channels: 1280, activation: .silu, dropout: 0.2),
            scaling: Scaling(resolution: resolution), rules: rules, dropPath: 0.2)
    }
}

extension RoundingRules {
    /// EfficientNet's rules with timm's multiples of 8 inside the blocks.
    static var timm: RoundingRules {
        var rules = RoundingRules()
        rules.innerDivisor = 8
        return rules
    }
}
