// timm's RegNet: four stages of which the class computes widths from five numbers; a small subclass tells it the realised ones.

import Networks

extension Network {
    /// The network as timm's RegNet.
    func timmRegNet() throws(ExportRefusal) -> PythonModel {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("timm's RegNet \(sentence); export to onnx.")
        }
        try refuseForTimm()
        try refuseOptions("timm's RegNet", except: ["group_width"])
        let stem = architecture.stem
        let stages = realisedBlocks
        if stages.count != 4 { throw refuse("has four stages, not \(stages.count)") }
        if stem.kernel != 3 || stem.stride != 2 || stem.pooling != nil || architecture.padding == .same {
            throw refuse("has a stem of kernel 3 and stride 2 without pooling, padded symmetrically")
        }
        if architecture.head.channels != nil { throw refuse("has no convolution in its head here") }
        guard architecture.hasOneActivation, let activation = stem.activation.torchClass else {
            throw refuse("has one activation")
        }
        let gates = Set(architecture.stages.map(\.squeezeExcitation))
        guard gates.count == 1, let gate = gates.first else { throw refuse("gates all of its stages alike") }
        if let gate, gate.activation != .relu || gate.gate != .sigmoid {
            throw refuse("gates by relu and sigmoid")
        }
        var rows: [String] = []
        for stage in stages {
            for block in stage {
                if let gate,
                    block.widths.squeezed != Int((Double(block.input) * gate.ratio).rounded(.toNearestOrEven))
                {
                    throw refuse("squeezes to a share of the block's input, rounded to the nearest")
                }
                if block.stage.kernel != 3 || block.stage.continues
                    || block.widths != stage[stage.count - 1].widths, gate == nil
                {
                    throw refuse("has equal blocks of kernel 3 in a stage")
                }
            }
            let block = stage[0]
            rows.append(
                "    (\(block.output), \(block.stride), \(stage.count), \(block.inner / block.widths.groups)),"
            )
        }
        let ratio = gate.map { "\($0.ratio)" } ?? "0.0"
        return PythonModel(
            imports: ["from timm.models.regnet import RegNet, RegNetCfg", "import numpy as np"],
            sections: [
                """
                STAGES = [
                    # channels, stride, blocks, channels of a group
                \(rows.joined(separator: "\n"))
                ]
                """,
                """
                class ScaledRegNet(RegNet):
                    \"\"\"timm's RegNet with stages that are told, not computed.\"\"\"

                    def _get_stage_args(self, cfg, drop_path_rate=0.0, **others):
                        rates = iter(np.linspace(0, drop_path_rate, sum(stage[2] for stage in STAGES)).tolist())
                        stages = [
                            dict(out_chs=channels, stride=stride, dilation=1, depth=blocks, bottle_ratio=1.0,
                                 group_size=group, drop_path_rates=[next(rates) for _ in range(blocks)])
                            for channels, stride, blocks, group in STAGES]
                        return stages, dict(
                            downsample=cfg.downsample, se_ratio=cfg.se_ratio, linear_out=False,
                            act_layer=cfg.act_layer, norm_layer=cfg.norm_layer)
                """,
                """
                def model(**options):
                    \"\"\"The network with new weights; options replace settings.\"\"\"
                    settings = dict(
                        in_chans=\(architecture.channels),
                        num_classes=\(architecture.classes),
                        drop_rate=\(architecture.head.dropout),
                        drop_path_rate=\(architecture.dropPath),
                    )
                    shape = RegNetCfg(
                        stem_width=\(dimensions.widths.stemOutput), se_ratio=\(ratio), act_layer=\(activation),
                        norm_layer=partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon)))
                    return ScaledRegNet(shape, **{**settings, **options})
                """,
            ])
    }
}
