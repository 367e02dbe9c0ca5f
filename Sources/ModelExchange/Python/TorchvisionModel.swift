// Networks as torchvision builds them: each of its classes takes realised integers as far as it goes.

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
        if architecture.isMade(of: .regnet) { return try torchvisionRegNet() }
        if architecture.isMade(of: .mbconv, .fusedMBConv, .uib),
            !architecture.isMade(of: .mbconv, .fusedMBConv)
        {
            throw ExportRefusal("torchvision has no universal inverted bottlenecks; export to timm.")
        }
        guard architecture.isMade(of: .mbconv, .fusedMBConv) else {
            throw ExportRefusal("torchvision has no network of several families of blocks; export to onnx.")
        }
        try refuseForTorchvision()
        if architecture.head.pooled != nil { return try torchvisionMobileNetV3() }
        if !architecture.hasOneActivation {
            throw ExportRefusal(
                "torchvision's networks of inverted residuals have one activation; export to timm.")
        }
        let gated = architecture.stages.contains { $0.squeezeExcitation != nil }
        if gated || architecture.stem.activation == .silu { return try torchvisionEfficientNet() }
        return architecture.stem.activation == .relu ? try torchvisionMNASNet() : try torchvisionMobileNet()
    }

    /// Refuses what none of torchvision's networks of inverted residuals has.
    private func refuseForTorchvision() throws {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("torchvision's networks of inverted residuals \(sentence).")
        }
        try refuseOptions("torchvision", except: ["pooled"], otherwise: "timm")
        if architecture.stem.pooling != nil { throw refuse("do not pool after the stem; export to onnx") }
        if architecture.head.channels == nil, architecture.head.pooled == nil {
            throw refuse("have a convolution in the head; export to timm")
        }
        if architecture.head.squeezeExcitation != nil {
            throw refuse("have no squeeze-and-excitation in the head; export to onnx")
        }
        if let stage = architecture.stages.first(where: { $0.stride > 2 }) {
            throw refuse("stride by 1 or 2, not \(stage.stride); export to onnx")
        }
        if realisedRows.contains(where: { row in row.contains { $0.output != row[0].output } }) {
            throw refuse("have equal blocks in a row of the stage table; export to timm")
        }
    }

    /// Refuses blocks that torchvision's EfficientNet would round or gate otherwise.
    private func refuseBlocksForTorchvision() throws {
        func refuse(_ sentence: String, _ other: String = "timm") -> ExportRefusal {
            ExportRefusal("torchvision's EfficientNet \(sentence); export to \(other).")
        }
        for block in realisedBlocks.joined() {
            let isFused = block.stage.block == .fusedMBConv
            for channels in isFused ? [] : [block.input, block.output]
            where divisible(Double(channels)) != channels {
                throw refuse("rounds \(channels) channels to \(divisible(Double(channels)))")
            }
            let isExpanded = !isFused || block.stage.expands
            let inner = divisible(Double(block.input) * block.stage.expansion)
            if isExpanded, inner != block.inner {
                throw refuse(
                    "expands \(block.input) channels by \(block.stage.expansion.text) to \(inner), not \(block.inner)"
                )
            }
            if block.stage.expands, inner == block.input {
                throw refuse("has no 1×1 convolution where an expansion leaves \(inner) channels as they are")
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
        let rows = realisedRows.map { blocks in
            let row = blocks[0].stage
            return
                "    \(row.block == .fusedMBConv ? "FusedMBConvConfig" : "MBConvConfig")(\(row.expansion.text), "
                + "\(row.kernel), \(blocks[0].stride), \(blocks[0].input), \(blocks[0].output), \(blocks.count)),"
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

    /// The end of `model`: the class's network, its first convolution replaced where it differs.
    func resultWithStem(of name: String, at convolution: String = "features[0][0]") -> String {
        let stem = architecture.stem
        if stem.kernel == 3, stem.stride == 2, architecture.channels == 3 {
            return "return \(name)(**{**settings, **options})"
        }
        return """
            network = \(name)(**{**settings, **options})
                network.\(convolution) = nn.Conv2d(
                    \(architecture.channels), \(dimensions.widths.stemOutput), \(stem.kernel), stride=\(stem.stride), \
            padding=\(stem.kernel / 2), bias=False)
                return network
            """
    }
}
