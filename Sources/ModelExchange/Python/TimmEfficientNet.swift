// timm's EfficientNet: stages of block strings, such as `ir_r2_k3_s2_e6_c24_se0.25`.

import Networks

extension Network {
    /// The network as block strings with realised channels and repeats.
    func timmEfficientNet() throws -> PythonModel {
        try refuseForTimm()
        try refuseOptions("timm's EfficientNet", except: EfficientNetOptions.known)
        let stem = architecture.stem
        if stem.pooling != nil {
            throw ExportRefusal("timm's EfficientNet does not pool after its stem; export to onnx.")
        }
        if architecture.head.channels != nil, architecture.head.activation != stem.activation {
            throw ExportRefusal("timm's EfficientNet activates stem and head alike; export to onnx.")
        }
        let name = architecture.head.pooled == nil ? "EfficientNet" : "MobileNetV3"
        let rows = try realisedBlocks.map { stage in
            "    [" + (try timmStrings(of: stage).map { "\"\($0)\"" }).joined(separator: ", ") + "],"
        }
        let settings = try timmSettings().map { "        \($0.0)=\($0.1)," }.joined(separator: "\n")
        var imports = [
            "from timm.models._efficientnet_builder import decode_arch_def",
            "from timm.models.\(name.lowercased()) import \(name)",
        ]
        if settings.contains("make_divisible") { imports.append("from timm.layers import make_divisible") }
        if settings.contains("SqueezeExcite") {
            imports.append("from timm.models._efficientnet_blocks import SqueezeExcite")
        }
        var shapes: [String] = []
        var changes: [String] = []
        if stem.kernel != 3 || stem.stride != 2 {
            imports.append("from timm.layers import create_conv2d")
            let padding = architecture.padding == .same ? "\"same\"" : "\(stem.kernel / 2)"
            changes.append(
                """
                network.conv_stem = create_conv2d(
                        network.in_chans, \(dimensions.widths.stemOutput), \(stem.kernel), stride=\(stem.stride), \
                padding=\(padding))
                """)
        }
        if realisedBlocks.joined().contains(where: { !$0.isRoundedByTimm }) {
            imports.append("from timm.models import adapt_model_from_string")
            shapes.append(try timmShapes())
            changes.append("network = adapt_model_from_string(network, \"***\".join(SHAPES)).train()")
        }
        let result =
            changes.isEmpty
            ? ["return \(name)(**{**settings, **options})"]
            : ["network = \(name)(**{**settings, **options})"] + changes + ["return network"]
        return PythonModel(
            imports: imports,
            sections: ["STAGES = [\n\(rows.joined(separator: "\n"))\n]"] + shapes + [
                """
                def model(**options):
                    \"\"\"The network with new weights; options replace settings.\"\"\"
                    settings = dict(
                        block_args=decode_arch_def(STAGES),
                \(settings)
                    )
                    \(result.joined(separator: "\n    "))
                """
            ])
    }

    /// The arguments of timm's EfficientNet, or with a convolution after the pooling of its MobileNetV3.
    private func timmSettings() throws(ExportRefusal) -> [(String, String)] {
        let stem = architecture.stem
        // The class takes strides beyond this for dilation, and counts 2 for the stem.
        let stride = architecture.stages.reduce(2) { $0 * ($1.continues ? 1 : $1.stride) }
        var head = [("output_stride", "\(max(stride, 32))")]
        if let pooled = architecture.head.pooled {
            func refuse(_ sentence: String) -> ExportRefusal {
                ExportRefusal("timm's MobileNetV3 \(sentence); export to onnx.")
            }
            if headChannels != nil { throw refuse("has one convolution in its head") }
            if pooled.activation != stem.activation { throw refuse("activates stem and head alike") }
            if stride > 32 { throw refuse("strides by 32 in all, not \(stride)") }
            head = [
                ("head_bias", pooled.isNormalised ? "False" : "True"),
                ("head_norm", pooled.isNormalised ? "True" : "False"), ("se_from_exp", "False"),
            ]
        }
        let layers = [
            ("act_layer", stem.activation.torchClass ?? ""),
            ("norm_layer", "partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon))"),
        ]
        return [
            ("num_features", "\(dimensions.widths.pooled ?? headChannels ?? 0)"),
            ("stem_size", "\(dimensions.widths.stemOutput)"), ("fix_stem", "True"), ("round_chs_fn", "int"),
        ] + head + layers + (try squeezeLayer().map { [("se_layer", $0)] } ?? []) + [
            ("pad_type", architecture.padding == .same ? "\"same\"" : "\"\""),
            ("num_classes", "\(architecture.classes)"), ("in_chans", "\(architecture.channels)"),
            ("drop_rate", "\(architecture.head.dropout)"), ("drop_path_rate", "\(architecture.dropPath)"),
        ]
    }

    /// One string for each run of blocks that timm describes alike.
    private func timmStrings(of stage: [RealisedBlock]) throws(ExportRefusal) -> [String] {
        var runs: [(kind: String, rest: String, count: Int)] = []
        for block in stage {
            let (kind, rest) = try timmParts(of: block)
            // The first block alone strides; timm takes 1 for all others.
            if let last = runs.last, last.kind == kind,
                last.rest.replacing("_s\(stage[0].stride)_", with: "_s1_")
                    == rest.replacing("_s\(block.stride)_", with: "_s1_")
            {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((kind, rest, 1))
            }
        }
        return runs.map { "\($0.kind)_r\($0.count)_\($0.rest)" }
    }

    /// The string of one block before and after its repeats.
    private func timmParts(of block: RealisedBlock) throws(ExportRefusal) -> (kind: String, rest: String) {
        let stage = block.stage
        let kind = block.timmKind
        var rest = "k\(stage.kernel)_s\(block.stride)_e\(stage.expansion.text)_c\(block.output)"
        if let expanded = block.timmExpanded { rest += "_fc\(expanded)" }
        if !block.isRoundedByTimm, stage.options.groupWidth != nil {
            throw ExportRefusal(
                "timm gives grouped convolutions other widths than the \(block.inner) channels of a block here; "
                    + "export to onnx, or set 'rules: {inner_divisor: 8}'.")
        }
        if stage.squeezeExcitation != nil {
            if kind == "cn" {
                throw ExportRefusal(
                    "timm has no squeeze-and-excitation in a fused block of expansion 1; export to onnx.")
            }
            rest += "_se\(block.timmRatio ?? stage.squeezeExcitation?.ratio ?? 0)"
        }
        if stage.activation != architecture.stem.activation {
            guard let suffix = stage.activation.timmSuffix else {
                throw ExportRefusal(
                    "timm's blocks cannot be told to activate by \(stage.activation.rawValue) alone; export to onnx."
                )
            }
            rest += suffix
        }
        return (kind, rest + (try block.timmOptions(kind)))
    }

    /// The class of squeeze-and-excitation, where it is not the one that timm takes by itself.
    private func squeezeLayer() throws(ExportRefusal) -> String? {
        let gated = architecture.stages.filter { $0.squeezeExcitation != nil }
        let gates = gated.compactMap(\.squeezeExcitation)
        guard let first = gates.first else { return nil }
        let follows = gated.allSatisfy { $0.squeezeExcitation?.activation == $0.activation }
        guard gates.allSatisfy({ $0.gate == first.gate }),
            follows || gates.allSatisfy({ $0.activation == first.activation }),
            follows || first.activation.torchClass != nil
        else {
            throw ExportRefusal("timm has one kind of squeeze-and-excitation in a network; export to onnx.")
        }
        var options: [String] = []
        if !follows { options.append("force_act_layer=\(first.activation.torchClass ?? "")") }
        if first.gate != .sigmoid { options.append("gate_layer=\(first.torchGate)") }
        if Set(gates.map { $0.rounding == .width ? $0.divisor : 0 }).count > 1 {
            throw ExportRefusal("timm rounds all squeezed channels of a network alike; export to onnx.")
        }
        if first.rounding == .width {
            options.append("rd_round_fn=partial(make_divisible, divisor=\(first.divisor))")
        }
        return options.isEmpty ? nil : "partial(SqueezeExcite, \(options.joined(separator: ", ")))"
    }
}

/// Options of blocks that timm's strings can say.
private enum EfficientNetOptions {
    static let known: Set<String> = [
        "group_width", "shortcut", "expand", "expanded_channels", "output_activation", "start_kernel",
        "pooled",
    ]
}

extension RealisedBlock {
    /// timm's word for the kind of block.
    fileprivate var timmKind: String {
        switch stage.block {
        case .uib: "uir"
        case .mbconv:
            stage.expands ? "ir" : stage.options.outputActivation == .identity ? "ds" : "dsa"
        default: stage.expands ? "er" : "cn"
        }
    }

    /// The parts of the string that say what is unlike other blocks.
    fileprivate func timmOptions(_ kind: String) throws(ExportRefusal) -> String {
        let options = stage.options
        var parts = ""
        if kind == "uir" { parts += "_a\(options.startKernel)" }
        // timm counts the groups of a plain convolution by what it reads.
        if options.groupWidth != nil { parts += "_gs\((kind == "cn" ? input : inner) / widths.groups)" }
        if options.outputActivation != .identity,
            kind != "dsa" || options.outputActivation != stage.activation
        {
            throw ExportRefusal(
                "timm activates the last convolution of separable blocks alone, as the first; export to onnx."
            )
        }
        switch kind {
        case "cn": return parts + (options.hasShortcut ? "_skip" : "")
        case "dsa":
            if options.hasShortcut, input == output, stride == 1 {
                throw ExportRefusal("timm's 'dsa' adds no shortcut; export to onnx.")
            }
            return parts
        default: return parts + (options.hasShortcut ? "" : "_noskip")
        }
    }

    /// The channels that timm's string names as those to be expanded, where they are not the block's input.
    fileprivate var timmExpanded: Int? {
        guard timmKind == "er", stage.options.expandedChannels != nil else { return nil }
        return (Double(inner) / stage.expansion).whole
    }

    /// Whether timm's own rounding makes the channels inside this block of its string.
    fileprivate var isRoundedByTimm: Bool {
        if stage.expands || stage.block == .uib {
            let expanded = timmExpanded ?? input
            if divisible(Double(expanded) * stage.expansion) != inner { return false }
        } else if stage.block == .mbconv, input != inner {
            return false
        }
        return stage.squeezeExcitation == nil || timmRatio != nil
    }

    /// The ratio from which timm computes the squeezed channels: the stage's own wherever possible.
    fileprivate var timmRatio: Double? {
        guard let squeezed, let gate = stage.squeezeExcitation else { return nil }
        func computed(_ ratio: Double) -> Int {
            let scaled = Double(inner) * (ratio / (stage.expands ? stage.expansion : 1))
            return gate.rounding == .width
                ? divisible(scaled, by: gate.divisor) : Int(scaled.rounded(.toNearestOrEven))
        }
        let own = gate.ratio
        return [own, own * stage.expansion, Double(squeezed) / Double(inner) * stage.expansion]
            .first { computed($0) == squeezed }
    }
}

extension Activation {
    /// The part of a block string that names this activation.
    fileprivate var timmSuffix: String? {
        switch self {
        case .silu: "_nsw"
        case .relu: "_nre"
        case .relu6: "_nr6"
        case .hardSwish: "_nhs"
        case .identity, .gelu, .sigmoid, .hardSigmoid: nil
        }
    }
}
