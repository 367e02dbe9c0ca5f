// timm's ResNet: four stages of basic or bottleneck blocks after a stem of 64 channels.

import Networks

extension Network {
    /// The network as timm's ResNet, its stem replaced where it is not 7×7 with stride 2 and pooling.
    func timmResNet() throws(ExportRefusal) -> PythonModel {
        try refuseForTimm()
        try refuseForResNet("timm")
        guard let activation = architecture.stem.activation.torchClass, architecture.hasOneActivation else {
            throw ExportRefusal("timm's ResNet has one activation; export to onnx.")
        }
        let isBasic = architecture.isMade(of: .basic)
        let (planes, width) = try residualPlanes("timm")
        var settings = [
            ("block", isBasic ? "BasicBlock" : "Bottleneck"),
            ("layers", "(" + dimensions.repeats.map { "\($0)" }.joined(separator: ", ") + ")"),
            ("channels", "(" + planes.map { "\($0)" }.joined(separator: ", ") + ")"),
            ("act_layer", activation),
            ("norm_layer", "partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon))"),
            ("num_classes", "\(architecture.classes)"), ("in_chans", "\(architecture.channels)"),
            ("drop_rate", "\(architecture.head.dropout)"), ("drop_path_rate", "\(architecture.dropPath)"),
        ]
        var imports = ["from timm.models.resnet import \(isBasic ? "BasicBlock" : "Bottleneck"), ResNet"]
        if width != 64 { settings.insert(("base_width", "\(width)"), at: 3) }
        if let layer = try residualGate() {
            settings.append(("block_args", "dict(attn_layer=\(layer))"))
            if layer.contains("SEModule") { imports.append("from timm.layers import SEModule") }
        }
        let lines = settings.map { "        \($0.0)=\($0.1)," }.joined(separator: "\n")
        let replacements = stemReplacements(input: "network.in_chans")
        let result =
            replacements.isEmpty
            ? ["return ResNet(**{**settings, **options})"]
            : ["network = ResNet(**{**settings, **options})"] + replacements + ["return network"]
        return PythonModel(
            imports: imports,
            sections: [
                """
                def model(**options):
                    \"\"\"The network with new weights; options replace settings.\"\"\"
                    settings = dict(
                \(lines)
                    )
                    \(result.joined(separator: "\n    "))
                """
            ])
    }

    /// Refuses what no ResNet of a PyTorch library can be told.
    func refuseForResNet(_ tool: String) throws(ExportRefusal) {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("\(tool)'s ResNet \(sentence); export to onnx.")
        }
        let stages = architecture.stages
        if stages.count != 4 { throw refuse("has four stages, not \(stages.count)") }
        if stages.map(\.stride) != [1, 2, 2, 2] { throw refuse("strides in its stages by 1, 2, 2 and 2") }
        if let stage = stages.first(where: { $0.kernel != 3 }) {
            throw refuse("has kernels of 3, not \(stage.kernel)")
        }
        if dimensions.widths[0] != 64 {
            throw refuse("has a stem of 64 channels, not \(dimensions.widths[0])")
        }
        if architecture.padding == .same { throw refuse("pads symmetrically") }
        if architecture.head.channels != nil { throw refuse("has no convolution in its head") }
        if architecture.head.squeezeExcitation != nil {
            throw refuse("has no squeeze-and-excitation in its head")
        }
    }

    /// The channels of each stage as ResNet classes count them, a quarter of what a bottleneck writes, and the width
    /// per group, by which 64ths of them its inner convolutions are wide: 64, or 128 in a wide ResNet.
    func residualPlanes(_ tool: String) throws(ExportRefusal) -> (planes: [Int], width: Int) {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("\(tool)'s ResNet \(sentence); export to onnx.")
        }
        let stages = architecture.stages
        let inner = Array(dimensions.widths.dropFirst())
        if architecture.isMade(of: .basic) {
            guard let wide = stages.first(where: { $0.expansion != 1 }) else { return (inner, 64) }
            throw refuse("does not expand in basic blocks, so not by \(wide.expansion) either")
        }
        let expansion = stages[0].expansion
        if let other = stages.first(where: { $0.expansion != expansion }) {
            throw refuse(
                "has one width per group for all stages, and these expand by \(expansion) and \(other.expansion)"
            )
        }
        // What is written is four times the planes; what is inside, width per group / 64 times.
        guard 256 % expansion == 0 else {
            throw refuse(
                "takes 256/expansion for its width per group, and 256/\(expansion) is no whole number")
        }
        if let odd = inner.first(where: { $0 * expansion % 4 != 0 }) {
            throw refuse(
                "writes four times its channels in a stage, and \(odd) expanded by \(expansion) are no multiple of 4"
            )
        }
        return (inner.map { $0 * expansion / 4 }, 256 / expansion)
    }

    /// Lines that give `network` this stem, where it is not ResNet's own.
    func stemReplacements(input: String) -> [String] {
        let stem = architecture.stem
        var lines: [String] = []
        if stem.kernel != 7 || stem.stride != 2 {
            lines.append(
                "network.conv1 = nn.Conv2d(\(input), 64, \(stem.kernel), stride=\(stem.stride), "
                    + "padding=\(stem.kernel / 2), bias=False)")
        }
        if let pooling = stem.pooling {
            if pooling != Pooling(kernel: 3, stride: 2) {
                lines.append(
                    "network.maxpool = nn.MaxPool2d(\(pooling.kernel), stride=\(pooling.stride), "
                        + "padding=\(pooling.kernel / 2))")
            }
        } else {
            lines.append("network.maxpool = nn.Identity()")
        }
        return lines
    }

    /// The squeeze-and-excitation of all blocks as timm's argument, or nil where there is none.
    private func residualGate() throws(ExportRefusal) -> String? {
        let gates = Set(architecture.stages.map(\.squeezeExcitation))
        guard gates.count == 1, let gate = gates.first else {
            throw ExportRefusal(
                "timm's ResNet has the same squeeze-and-excitation in all stages; export to onnx.")
        }
        guard let gate else { return nil }
        for block in realisedBlocks.joined() {
            let computed = divisible(Double(block.gated) * gate.ratio, by: gate.divisor, limit: 0)
            if let squeezed = block.squeezed, squeezed != computed {
                throw ExportRefusal(
                    "timm's ResNet squeezes \(block.gated) channels to \(computed), not \(squeezed); "
                        + "export to onnx.")
            }
        }
        let usual = SqueezeExcitation(
            ratio: 1.0 / 16, reference: gate.reference, divisor: 8, activation: .relu)
        if gate == usual { return "\"se\"" }
        guard let activation = gate.activation.torchClass else {
            throw ExportRefusal(
                "timm's squeeze-and-excitation does not activate by \(gate.activation.rawValue); "
                    + "export to onnx.")
        }
        return "partial(SEModule, rd_ratio=\(gate.ratio), rd_divisor=\(gate.divisor), "
            + "act_layer=\(activation), gate_layer=\(gate.torchGate))"
    }
}
