// MobileNetV4's convolutional networks (Qin et al. 2024, arXiv 2404.10518): plain convolutions first, then universal
// inverted bottlenecks.

extension Architecture {
    /// MobileNetV4-Conv's small, medium and large.
    static let mobileNetV4: [Architecture] = [
        mobileNetV4(
            "small", stem: 32, resolution: 224,
            stages: [
                [.plain(k: 3, s: 2, 32, .relu), .plain(k: 1, 32, .relu)],
                [.plain(k: 3, s: 2, 96, .relu), .plain(k: 1, 64, .relu)],
                universal(96, [(1, 5, 5, 3), (4, 0, 3, 2), (1, 3, 0, 4)]),
                universal(128, [(1, 3, 3, 6), (1, 5, 5, 4), (1, 0, 5, 4), (1, 0, 5, 3), (2, 0, 3, 4)]),
            ]),
        mobileNetV4(
            "medium", stem: 32, resolution: 256,
            stages: [
                [.fused(1, k: 3, s: 2, e: 4, 48, .relu)], universal(80, [(1, 3, 5, 4), (1, 3, 3, 2)]),
                universal(
                    160,
                    [
                        (1, 3, 5, 6), (2, 3, 3, 4), (1, 3, 5, 4), (1, 3, 3, 4), (1, 3, 0, 4), (1, 0, 0, 2),
                        (1, 3, 0, 4),
                    ]),
                universal(
                    256,
                    [
                        (1, 5, 5, 6), (1, 5, 5, 4), (2, 3, 5, 4), (1, 0, 0, 4), (1, 3, 0, 4), (1, 3, 5, 2),
                        (1, 5, 5, 4), (2, 0, 0, 4), (1, 5, 0, 2),
                    ]),
            ]),
        mobileNetV4(
            "large", stem: 24, resolution: 384,
            stages: [
                [.fused(1, k: 3, s: 2, e: 4, 48, .relu)], universal(96, [(1, 3, 5, 4), (1, 3, 3, 4)]),
                universal(
                    192, [(1, 3, 5, 4), (3, 3, 3, 4), (1, 3, 5, 4), (5, 5, 3, 4), (1, 3, 0, 4)]),
                universal(
                    512,
                    [
                        (4, 5, 5, 4), (1, 5, 0, 4), (1, 5, 3, 4), (2, 5, 0, 4), (1, 5, 3, 4), (1, 5, 5, 4),
                        (3, 5, 0, 4),
                    ]),
            ]),
    ]

    /// A strided stage of bottlenecks, each row (repeats, starting kernel, middle kernel, expansion); 0 is no convolution.
    private static func universal(_ channels: Int, _ rows: [(Int, Int, Int, Double)]) -> [Stage] {
        rows.enumerated().map { index, row in
            var options = BlockOptions()
            options.startKernel = row.1
            return Stage(
                .uib, repeats: row.0, kernel: row.2, stride: index == 0 ? 2 : 1, expansion: row.3,
                channels: channels, activation: .relu, options: options)
        }
    }

    private static func mobileNetV4(
        _ name: String, stem: Int, resolution: Double, stages: [[Stage]]
    ) -> Architecture {
        var rules = RoundingRules.timm
        rules.stemFixedBelow = 1
        let rows = (stages + [[.plain(k: 1, 960, .relu)]]).flatMap { stage in
            stage.enumerated().map { index, row in
                var row = row
                row.continues = index > 0
                return row
            }
        }
        return Architecture(
            name: "mobilenetv4-conv-\(name)", stem: Stem(channels: stem, activation: .relu), stages: rows,
            head: Head(
                channels: nil, activation: .relu,
                pooled: PooledConvolution(channels: 1280, isNormalised: true, activation: .relu),
                dropout: 0.2), scaling: Scaling(resolution: resolution), rules: rules)
    }
}
