// torchvision's RegNet, which takes its stages as lists.

import Networks

extension Network {
    /// The network as BlockParams with realised integers.
    func torchvisionRegNet() throws -> PythonModel {
        let (stages, ratio) = try regNetStages(of: "torchvision", otherwise: "timm")
        if architecture.dropPath > 0 || architecture.head.dropout > 0 {
            throw ExportRefusal(
                "torchvision's RegNet has no dropout and no stochastic depth; export to timm.")
        }
        func list(_ number: (RegNetStage) -> Int) -> String {
            "[" + stages.map { "\(number($0))" }.joined(separator: ", ") + "]"
        }
        return PythonModel(
            imports: [
                "from functools import partial", "from torchvision.models.regnet import BlockParams, RegNet",
            ],
            sections: [
                """
                STAGES = BlockParams(
                    depths=\(list(\.blocks)),
                    widths=\(list(\.channels)),
                    group_widths=\(list(\.groupWidth)),
                    bottleneck_multipliers=[1.0, 1.0, 1.0, 1.0],
                    strides=\(list(\.stride)),
                    se_ratio=\(ratio.map { "\($0)" } ?? "None"),
                )
                """,
                """
                def model(**options):
                    \"\"\"The network with new weights; options replace settings.\"\"\"
                    settings = dict(
                        block_params=STAGES,
                        num_classes=\(architecture.classes),
                        stem_width=\(dimensions.widths.stemOutput),
                        norm_layer=partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon)),
                        activation=\(architecture.stem.activation.torchClass ?? ""),
                    )
                    \(resultWithStem(of: "RegNet", at: "stem[0]"))
                """, try pythonNames(), PythonModel.loadByOrder,
            ])
    }
}
