// timm's ResNet: four stages of basic or bottleneck blocks after a stem of 64 channels.

import Networks

extension Network {
    /// The network as timm's ResNet, its stem replaced where it is not 7×7 with stride 2 and pooling.
    func timmResNet() throws(ExportRefusal) -> PythonModel {
        try refuseForTimm()
        try refuseForResNet("timm", except: ["before", "poolsByConvolution", "shortcut_pool"])
        guard let activation = architecture.stem.activation.torchClass, architecture.hasOneActivation else {
            throw ExportRefusal("timm's ResNet has one activation; export to onnx.")
        }
        let isBasic = architecture.isMade(of: .basic)
        let (planes, width, groups) = try residualPlanes("timm")
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
        if groups != 1 { settings.insert(("cardinality", "\(groups)"), at: 3) }
        settings += try residualStem()
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
    func refuseForResNet(_ tool: String, except allowed: Set<String> = []) throws(ExportRefusal) {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("\(tool)'s ResNet \(sentence); export to onnx.")
        }
        try refuseOptions(
            "\(tool)'s ResNet", except: allowed.union(["groups", "base_width"]),
            otherwise: tool == "timm" ? "onnx" : "timm")
        let pools = Set(architecture.stages.map(\.options.poolsShortcut))
        if pools.count > 1 { throw refuse("pools all of its shortcuts or none") }
        if architecture.stages.contains(where: \.continues) { throw refuse("has one row a stage") }
        let stages = architecture.stages
        if stages.count != 4 { throw refuse("has four stages, not \(stages.count)") }
        if stages.map(\.stride) != [1, 2, 2, 2] { throw refuse("strides in its stages by 1, 2, 2 and 2") }
        if let stage = stages.first(where: { $0.kernel != 3 }) {
            throw refuse("has kernels of 3, not \(stage.kernel)")
        }
        if architecture.stem.before.isEmpty, dimensions.widths.stemOutput != 64 {
            throw refuse("has a stem of 64 channels, not \(dimensions.widths.stemOutput)")
        }
        if architecture.padding == .same { throw refuse("pads symmetrically") }
        if architecture.head.channels != nil { throw refuse("has no convolution in its head") }
        if architecture.head.squeezeExcitation != nil {
            throw refuse("has no squeeze-and-excitation in its head")
        }
    }

    /// The channels of each stage as ResNet classes count them, a quarter of what a bottleneck writes; the groups; and the
    /// width per group, of which there are planes/64 for each group inside: 64, or 128 in a wide ResNet, 4 in ResNeXt.
    func residualPlanes(_ tool: String) throws(ExportRefusal) -> (planes: [Int], width: Int, groups: Int) {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("\(tool)'s ResNet \(sentence); export to onnx.")
        }
        let stages = realisedBlocks
        let last = stages.map { $0[$0.count - 1] }
        if architecture.isMade(of: .basic) {
            if let wide = last.first(where: { $0.output != $0.inner }) {
                throw refuse(
                    "does not expand in basic blocks, so not by \(wide.stage.expansion.text) either")
            }
            return (last.map(\.output), 64, 1)
        }
        let groups = last[0].widths.groups
        if last.contains(where: { $0.widths.groups != groups }) {
            throw refuse("has one number of groups for all stages")
        }
        if let odd = last.first(where: { $0.output % 4 != 0 }) {
            throw refuse(
                "writes four times its channels in a stage, and \(odd.output) channels are no multiple of 4")
        }
        let planes = last.map { $0.output / 4 }
        // The inner channels that the class computes: the planes' 64ths, in whole numbers, times width and groups.
        func inner(_ planes: Int, _ width: Int) -> Int {
            Int(Double(planes) * (Double(width) / 64)) * groups
        }
        let width = last[0].inner * 64 / max(1, planes[0] * groups)
        for candidate in [width, width + 1]
        where zip(planes, last).allSatisfy({ inner($0, candidate) == $1.inner }) {
            return (planes, candidate, groups)
        }
        throw refuse("has one width per group for all stages, and no whole one gives these inner channels")
    }

    /// The arguments of a stem of several convolutions, of a strided convolution for its pooling, and of pooled shortcuts.
    private func residualStem() throws(ExportRefusal) -> [(String, String)] {
        let stem = architecture.stem
        var settings: [(String, String)] = []
        if !stem.before.isEmpty {
            let widths = dimensions.widths.stem
            guard widths.count == 3, widths[0] == widths[1], widths[2] == 2 * widths[0], stem.kernel == 3,
                stem.stride == 2
            else {
                throw ExportRefusal(
                    "timm's ResNet has a deep stem of three 3×3 convolutions, the last twice as wide; export to onnx."
                )
            }
            settings += [("stem_width", "\(widths[0])"), ("stem_type", "\"deep\"")]
        }
        if stem.poolsByConvolution {
            guard stem.pooling == Pooling(kernel: 3, stride: 2) else {
                throw ExportRefusal(
                    "timm's ResNet pools by a convolution of kernel 3 and stride 2; export to onnx.")
            }
            settings.append(("replace_stem_pool", "True"))
        }
        if architecture.stages[0].options.poolsShortcut { settings.append(("avg_down", "True")) }
        return settings
    }

    /// Lines that give `network` this stem, where it is not ResNet's own.
    func stemReplacements(input: String) -> [String] {
        let stem = architecture.stem
        var lines: [String] = []
        if stem.before.isEmpty, stem.kernel != 7 || stem.stride != 2 {
            lines.append(
                "network.conv1 = nn.Conv2d(\(input), 64, \(stem.kernel), stride=\(stem.stride), "
                    + "padding=\(stem.kernel / 2), bias=False)")
        }
        if let pooling = stem.pooling {
            if !stem.poolsByConvolution, pooling != Pooling(kernel: 3, stride: 2) {
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
