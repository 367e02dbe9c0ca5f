// timm's RegNet: four stages of which the class computes widths from five numbers; a small subclass tells it the realised ones.

import Networks

extension Network {
    /// The network as timm's RegNet.
    func timmRegNet() throws(ExportRefusal) -> PythonModel {
        try refuseForTimm()
        let (stages, ratio) = try regNetStages(of: "timm", otherwise: "onnx")
        let rows = stages.map { "    (\($0.channels), \($0.stride), \($0.blocks), \($0.groupWidth))," }
        let activation = architecture.stem.activation.torchClass ?? ""
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
                        stem_width=\(dimensions.widths.stemOutput), se_ratio=\(ratio ?? 0), act_layer=\(activation),
                        norm_layer=partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon)))
                    return ScaledRegNet(shape, **{**settings, **options})
                """,
            ])
    }
}
