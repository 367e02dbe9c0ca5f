// ResNet version 1.5 (He et al. 2015, arXiv 1512.03385), SE-ResNet (Hu et al. 2018, arXiv 1709.01507), ResNeXt (Xie et al.
// 2017, arXiv 1611.05431), wide ResNet (Zagoruyko & Komodakis 2016), ResNet-D (He et al. 2019, arXiv 1812.01187) and
// ResNet-RS (Bello et al. 2021, arXiv 2103.07579).

extension Architecture {
    /// A ResNet of four stages. Width scales the stages, never the stem; with `gated`, SE as timm builds it.
    package static func resNet(
        _ name: String, _ block: BlockKind, repeats: [Int], gated: Bool = false
    ) -> Architecture {
        var rules = RoundingRules()
        rules.stemFixedBelow = .infinity
        let gate = SqueezeExcitation(ratio: 1.0 / 16, reference: .gated, divisor: 8, activation: .relu)
        let stages = repeats.enumerated().map { index, count in
            Stage(
                block, repeats: count, kernel: 3, stride: index == 0 ? 1 : 2,
                expansion: block == .bottleneck ? 4 : 1, channels: 64 << index,
                gate: gated ? .squeezeExcitation(gate) : nil, activation: .relu)
        }
        return Architecture(
            name: name,
            stem: Stem(
                channels: 64, kernel: 7, activation: .relu, pooling: Pooling(kernel: 3, stride: 2)),
            stages: stages, head: Head(channels: nil, activation: .relu), rules: rules)
    }

    /// This ResNet with groups in the bottleneck's k×k, each of `baseWidth` channels for 64 of the row's.
    func grouped(_ groups: Int, baseWidth: Int) -> Architecture {
        var network = self
        for index in network.stages.indices {
            network.stages[index].options.groups = groups == 1 ? nil : groups
            network.stages[index].options.baseWidth = baseWidth
        }
        return network
    }

    /// This ResNet with a stem of three 3×3 convolutions and pooled shortcuts (ResNet-D) at a resolution.
    func deep(resolution: Double) -> Architecture {
        var network = self
        network.stem.kernel = 3
        network.stem.before = [32, 32]
        for index in network.stages.indices { network.stages[index].options.poolsShortcut = true }
        network.scaling.resolution = resolution
        return network
    }

    /// ResNet-RS of a depth: ResNet-D with gates, and a strided convolution in place of the stem's max pooling.
    static func resNetRS(_ name: String, repeats: [Int], resolution: Double) -> Architecture {
        var network = resNet(name, .bottleneck, repeats: repeats).deep(resolution: resolution)
        network.stem.poolsByConvolution = true
        let gate = SqueezeExcitation(ratio: 0.25, reference: .gated, divisor: 8, activation: .relu)
        for index in network.stages.indices { network.stages[index].gate = .squeezeExcitation(gate) }
        return network
    }
}
