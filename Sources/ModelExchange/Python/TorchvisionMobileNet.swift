// torchvision's mobile networks that are not made of gates and SiLU alone: MobileNetV2, V3 and MNASNet.

import Networks

extension Network {
    /// Rows of expansion, channels, repeats and stride.
    func torchvisionMobileNet() throws -> PythonModel {
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
        for block in realisedBlocks.joined() {
            let inner = (Double(block.input) * block.stage.expansion).rounded(.toNearestOrEven)
            if Int(inner) != block.inner {
                throw refuse(
                    "expands \(block.input) channels by \(block.stage.expansion.text) to \(Int(inner)), not \(block.inner)"
                )
            }
        }
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
        let rows = zip(realisedRows, channels).map { row, channels in
            "    (\(row[0].stage.expansion.text), \(channels), \(row.count), \(row[0].stride)),"
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

    /// MNASNet of an alpha: its stage table is fixed, and only channels scale.
    func torchvisionMNASNet() throws -> PythonModel {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("torchvision's MNASNet \(sentence); export to timm.")
        }
        let table = [
            (3, 1, 1, 1), (3, 2, 3, 3), (5, 2, 3, 3), (5, 2, 6, 3), (3, 1, 6, 2), (5, 2, 6, 4), (3, 1, 6, 1),
        ].map { [$0.0, $0.1, $0.2, $0.3] }
        let own = realisedRows.map { row in
            [row[0].stage.kernel, row[0].stride, row[0].stage.expansion.whole ?? 0, row.count]
        }
        guard architecture.isMade(of: .mbconv), own == table else {
            throw refuse("has the kernels, strides, expansions and repeats of MnasNet-B1")
        }
        let width = architecture.scaling.width
        let widths = [32, 16, 24, 40, 80, 96, 192, 320].map { divisible(Double($0) * width) }
        guard dimensions.widths.outline == widths + [1280],
            realisedBlocks.joined().allSatisfy({ Double($0.inner) == Double($0.input) * $0.stage.expansion })
        else { throw refuse("scales all channels of MnasNet-B1 by one factor, but the head's 1280") }
        if architecture.batchNormEpsilon != 1e-5 { throw refuse("has an epsilon of 0.00001") }
        if architecture.dropPath > 0 { throw refuse("has no stochastic depth") }
        return PythonModel(
            imports: ["from torchvision.models.mnasnet import MNASNet"],
            sections: [
                """
                def model(**options):
                    \"\"\"The network with new weights; options replace settings.\"\"\"
                    settings = dict(alpha=\(width), num_classes=\(architecture.classes), dropout=\(architecture.head.dropout))
                    \(resultWithStem(of: "MNASNet", at: "layers[0]"))
                """, try pythonNames(), PythonModel.loadByOrder,
            ])
    }

    /// Rows of InvertedResidualConfig, one for each block, already rounded.
    func torchvisionMobileNetV3() throws -> PythonModel {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("torchvision's MobileNetV3 \(sentence); export to timm.")
        }
        let head = architecture.head
        guard architecture.stem.activation == .hardSwish, head.channels == nil, let pooled = head.pooled,
            !pooled.isNormalised, pooled.activation == .hardSwish
        else { throw refuse("has hard-swish in stem and head, and no batch norm after the pooling") }
        if architecture.dropPath > 0 { throw refuse("has no stochastic depth") }
        var blocks = Array(realisedBlocks.joined())
        let last = blocks.removeLast()
        guard last.stage.block == .fusedMBConv, !last.stage.expands, last.stage.kernel == 1, last.stride == 1,
            last.stage.activation == .hardSwish, last.output == 6 * last.input
        else {
            throw refuse("ends in a 1×1 convolution with hard-swish to six times the channels before it")
        }
        let rows = try blocks.map { block in
            let row = block.stage
            guard row.block == .mbconv, [.relu, .hardSwish].contains(row.activation) else {
                throw refuse("has mbconv blocks that activate by relu or hard-swish")
            }
            for channels in [block.input, block.inner, block.output]
            where divisible(Double(channels)) != channels {
                throw refuse("rounds \(channels) channels to \(divisible(Double(channels)))")
            }
            if row.expands, block.inner == block.input {
                throw refuse(
                    "has no 1×1 convolution where an expansion leaves \(block.inner) channels as they are")
            }
            if let gate = row.squeezeExcitation {
                let squeezed = divisible(Double(block.inner / 4))
                if gate.activation != .relu || gate.gate != .hardSigmoid || block.squeezed != squeezed {
                    throw refuse(
                        "gates \(block.inner) channels by relu and hard-sigmoid, squeezed to \(squeezed)")
                }
            }
            let numbers = [block.input, row.kernel, block.inner, block.output]
                .map { "\($0)" }.joined(separator: ", ")
            return
                "    InvertedResidualConfig(\(numbers), \(row.squeezeExcitation == nil ? "False" : "True"), "
                + "\"\(row.activation == .relu ? "RE" : "HS")\", \(block.stride), 1, 1.0),"
        }
        return PythonModel(
            imports: [
                "from functools import partial",
                "from torchvision.models.mobilenetv3 import InvertedResidualConfig, MobileNetV3",
            ],
            sections: [
                """
                ROWS = [
                    # channels read, kernel, channels inside and written, gate, activation, stride, dilation, factor
                \(rows.joined(separator: "\n"))
                ]
                """,
                """
                def model(**options):
                    \"\"\"The network with new weights; options replace settings.\"\"\"
                    settings = dict(
                        inverted_residual_setting=ROWS,
                        last_channel=\(dimensions.widths.pooled ?? 0),
                        dropout=\(head.dropout),
                        num_classes=\(architecture.classes),
                        norm_layer=partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon)),
                    )
                    \(resultWithStem(of: "MobileNetV3"))
                """, try pythonNames(), PythonModel.loadByOrder,
            ])
    }
}
