// Networks as torchvision builds them: EfficientNet, MobileNetV2 and ResNet, each as far as its class goes.

import Networks

extension Network {
    /// The network in torchvision's terms.
    func torchvisionModel() throws -> PythonModel {
        if architecture.padding == .same {
            throw ExportRefusal("torchvision pads symmetrically, not as TensorFlow does; export to timm.")
        }
        if architecture.isMade(of: .basic) || architecture.isMade(of: .bottleneck) {
            return try torchvisionResNet()
        }
        guard architecture.isMade(of: .mbconv, .fusedMBConv) else {
            throw ExportRefusal("torchvision has no network of several families of blocks; export to onnx.")
        }
        try refuseForTorchvision()
        let gated = architecture.stages.contains { $0.squeezeExcitation != nil }
        return gated || architecture.stem.activation == .silu
            ? try torchvisionEfficientNet() : try torchvisionMobileNet()
    }

    /// Refuses what neither of torchvision's networks of inverted residuals has.
    private func refuseForTorchvision() throws {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("torchvision's networks of inverted residuals \(sentence).")
        }
        try refuseOptions("torchvision")
        if let stage = architecture.stages.first(where: { $0.continues || $0.expansion.whole == nil }) {
            throw refuse(
                stage.continues
                    ? "have one row a stage; export to timm" : "expand by whole numbers; export to timm")
        }
        if architecture.stem.pooling != nil { throw refuse("do not pool after the stem; export to onnx") }
        if architecture.head.channels == nil {
            throw refuse("have a convolution in the head; export to timm")
        }
        if architecture.head.squeezeExcitation != nil {
            throw refuse("have no squeeze-and-excitation in the head; export to onnx")
        }
        if let stage = architecture.stages.first(where: { $0.stride > 2 }) {
            throw refuse("stride by 1 or 2, not \(stage.stride); export to onnx")
        }
        if !architecture.hasOneActivation { throw refuse("have one activation; export to timm") }
    }

    /// Refuses blocks that torchvision's EfficientNet would round or gate otherwise.
    private func refuseBlocksForTorchvision() throws {
        func refuse(_ sentence: String, _ other: String = "timm") -> ExportRefusal {
            ExportRefusal("torchvision's EfficientNet \(sentence); export to \(other).")
        }
        for block in realisedBlocks.joined() {
            let isFused = block.stage.block == .fusedMBConv
            for channels in [block.inner] + (isFused ? [] : [block.input, block.output])
            where divisible(Double(channels)) != channels {
                throw refuse("rounds \(channels) channels to \(divisible(Double(channels)))", "onnx")
            }
            if isFused, block.squeezed != nil {
                throw refuse("has no squeeze-and-excitation in fused blocks")
            }
            if !isFused, block.squeezed != max(1, block.input / 4) {
                throw refuse(
                    "squeezes \(block.input) input channels to \(max(1, block.input / 4)), not "
                        + (block.squeezed.map { "\($0)" } ?? "at all left out"))
            }
            if let gate = block.stage.squeezeExcitation, gate.activation != .silu || gate.gate != .sigmoid {
                throw refuse(
                    "gates by silu and sigmoid, not \(gate.activation.rawValue) and \(gate.gate.rawValue)")
            }
        }
    }

    /// Rows of MBConvConfig and FusedMBConvConfig, already rounded.
    private func torchvisionEfficientNet() throws -> PythonModel {
        if architecture.stem.activation != .silu {
            throw ExportRefusal(
                "torchvision's EfficientNet activates by silu, not "
                    + "\(architecture.stem.activation.rawValue); export to timm.")
        }
        try refuseBlocksForTorchvision()
        let rows = realisedBlocks.map { stage in
            let row = stage[0].stage
            return
                "    \(row.block == .fusedMBConv ? "FusedMBConvConfig" : "MBConvConfig")(\(row.expansion.text), "
                + "\(row.kernel), \(row.stride), \(stage[0].input), \(stage[0].output), \(stage.count)),"
        }
        let kinds = ["FusedMBConvConfig", "MBConvConfig"].filter { kind in
            rows.contains { $0.hasPrefix("    \(kind)") }
        }
        return PythonModel(
            imports: [
                "from functools import partial",
                "from torchvision.models.efficientnet import "
                    + (["EfficientNet"] + kinds).joined(separator: ", "),
            ],
            sections: [
                """
                STAGES = [
                    # expansion, kernel, stride, channels read and written, repeats
                \(rows.joined(separator: "\n"))
                ]
                """,
                """
                def model(**options):
                    \"\"\"The network with new weights; options replace settings.\"\"\"
                    settings = dict(
                        inverted_residual_setting=STAGES,
                        last_channel=\(headChannels ?? 0),
                        dropout=\(architecture.head.dropout),
                        stochastic_depth_prob=\(architecture.dropPath),
                        num_classes=\(architecture.classes),
                        norm_layer=partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon)),
                    )
                    \(resultWithStem(of: "EfficientNet"))
                """, try pythonNames(), PythonModel.loadByOrder,
            ])
    }

    /// Rows of expansion, channels, repeats and stride.
    private func torchvisionMobileNet() throws -> PythonModel {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("torchvision's MobileNetV2 \(sentence); export to timm.")
        }
        if architecture.stem.activation != .relu6 {
            throw refuse("activates by relu6, not \(architecture.stem.activation.rawValue)")
        }
        if let stage = architecture.stages.first(where: { $0.kernel != 3 || $0.block != .mbconv }) {
            throw refuse("has inverted residuals of kernel 3, not \(stage.block.rawValue) of \(stage.kernel)")
        }
        if architecture.dropPath > 0 { throw refuse("has no stochastic depth") }
        // Widths are scaled by the class from 32 and 1280, or left alone where these are what is wanted.
        let width = architecture.scaling.width
        let isPlain = dimensions.widths.stemOutput == 32 && headChannels == 1280
        let wanted = dimensions.widths.outline
        let base = [32] + architecture.stages.map(\.channels)
        let scaled =
            base.map { divisible(Double($0) * width) } + [divisible(1280 * max(1, width))]
        if !isPlain, scaled != wanted {
            throw refuse("scales its stem from 32 and its head from 1280 by the rules of the paper")
        }
        let channels = isPlain ? Array(wanted.dropFirst().dropLast()) : architecture.stages.map(\.channels)
        let rows = zip(zip(architecture.stages, channels), dimensions.repeats).map { pair, repeats in
            "    (\(pair.0.expansion.text), \(pair.1), \(repeats), \(pair.0.stride)),"
        }
        return PythonModel(
            imports: [
                "from functools import partial", "from torchvision.models.mobilenetv2 import MobileNetV2",
            ],
            sections: [
                """
                STAGES = [
                    # expansion, channels, repeats, stride
                \(rows.joined(separator: "\n"))
                ]
                """,
                """
                def model(**options):
                    \"\"\"The network with new weights; options replace settings.\"\"\"
                    settings = dict(
                        inverted_residual_setting=STAGES,
                        width_mult=\(isPlain ? 1.0 : width),
                        round_nearest=\(isPlain ? 1 : 8),
                        dropout=\(architecture.head.dropout),
                        num_classes=\(architecture.classes),
                        norm_layer=partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon)),
                    )
                    \(resultWithStem(of: "MobileNetV2"))
                """, try pythonNames(), PythonModel.loadByOrder,
            ])
    }

    /// The end of `model`: the class's network, its first convolution replaced where it differs.
    private func resultWithStem(of name: String) -> String {
        let stem = architecture.stem
        if stem.kernel == 3, stem.stride == 2, architecture.channels == 3 {
            return "return \(name)(**{**settings, **options})"
        }
        return """
            network = \(name)(**{**settings, **options})
                network.features[0][0] = nn.Conv2d(
                    \(architecture.channels), \(dimensions.widths.stemOutput), \(stem.kernel), stride=\(stem.stride), \
            padding=\(stem.kernel / 2), bias=False)
                return network
            """
    }
}
