// timm's EfficientNet: stages of block strings, such as `ir_r2_k3_s2_e6_c24_se0.25`.

import Networks

extension Network {
    /// The network as block strings with realised channels and repeats.
    func timmEfficientNet() throws -> PythonModel {
        try refuseForTimm()
        let stem = architecture.stem
        if stem.pooling != nil {
            throw ExportRefusal("timm's EfficientNet does not pool after its stem; export to onnx.")
        }
        if architecture.head.channels != nil, architecture.head.activation != stem.activation {
            throw ExportRefusal("timm's EfficientNet activates stem and head alike; export to onnx.")
        }
        var rows: [String] = []
        for stage in realisedBlocks {
            rows.append("[" + (try timmStrings(of: stage).map { "\"\($0)\"" }).joined(separator: ", ") + "],")
        }
        // The class takes strides beyond this for dilation, and counts 2 for the stem.
        let stride = architecture.stages.reduce(2) { $0 * $1.stride }
        var settings = [
            ("num_features", "\(headChannels ?? 0)"), ("stem_size", "\(dimensions.widths[0])"),
            ("fix_stem", "True"), ("round_chs_fn", "int"), ("output_stride", "\(max(stride, 32))"),
            ("act_layer", stem.activation.torchClass ?? ""),
            ("norm_layer", "partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon))"),
            ("pad_type", architecture.padding == .same ? "\"same\"" : "\"\""),
            ("num_classes", "\(architecture.classes)"), ("in_chans", "\(architecture.channels)"),
            ("drop_rate", "\(architecture.head.dropout)"), ("drop_path_rate", "\(architecture.dropPath)"),
        ]
        if let layer = try squeezeLayer() { settings.insert(("se_layer", layer), at: 7) }
        var imports = [
            "from timm.models._efficientnet_builder import decode_arch_def",
            "from timm.models.efficientnet import EfficientNet",
        ]
        var result = "    return EfficientNet(**{**settings, **options})"
        if stem.kernel != 3 || stem.stride != 2 {
            imports.append("from timm.layers import create_conv2d")
            let padding = architecture.padding == .same ? "\"same\"" : "\(stem.kernel / 2)"
            result = """
                    network = EfficientNet(**{**settings, **options})
                    network.conv_stem = create_conv2d(
                        network.in_chans, \(dimensions.widths[0]), \(stem.kernel), stride=\(stem.stride), padding=\(padding))
                    return network
                """
        }
        if settings.contains(where: { $0.1.contains("SqueezeExcite") }) {
            imports.append("from timm.models._efficientnet_blocks import SqueezeExcite")
        }
        let lines = settings.map { "        \($0.0)=\($0.1)," }.joined(separator: "\n")
        return PythonModel(
            imports: imports,
            sections: [
                """
                STAGES = [
                \(rows.map { "    " + $0 }.joined(separator: "\n"))
                ]
                """,
                """
                def model(**options):
                    \"\"\"The network with new weights; options replace settings.\"\"\"
                    settings = dict(
                        block_args=decode_arch_def(STAGES),
                \(lines)
                    )
                \(result)
                """,
            ])
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
        let isPlain = stage.expansion == 1
        let kind = stage.block == .mbconv ? (isPlain ? "ds" : "ir") : (isPlain ? "cn" : "er")
        var rest = "k\(stage.kernel)_s\(block.stride)_e\(stage.expansion)_c\(block.output)"
        if !isPlain, divisible(Double(block.inner)) != block.inner {
            throw ExportRefusal(
                "timm rounds \(block.inner) expanded channels to \(divisible(Double(block.inner))); "
                    + "export to onnx, or choose widths that are multiples of 8.")
        }
        if let squeezed = block.squeezed {
            if kind == "cn" {
                throw ExportRefusal(
                    "timm has no squeeze-and-excitation in a fused block of expansion 1; export to onnx.")
            }
            rest += "_se\(block.timmRatio(squeezed))"
        }
        if stage.activation != architecture.stem.activation {
            guard let suffix = stage.activation.timmSuffix else {
                throw ExportRefusal(
                    "timm's block strings do not know \(stage.activation.rawValue) beside another activation; "
                        + "export to onnx.")
            }
            rest += suffix
        }
        return (kind, kind == "cn" ? rest + "_skip" : rest)
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
        return options.isEmpty ? nil : "partial(SqueezeExcite, \(options.joined(separator: ", ")))"
    }
}

extension RealisedBlock {
    /// The ratio from which timm computes these squeezed channels: the stage's own wherever possible.
    fileprivate func timmRatio(_ squeezed: Int) -> Double {
        func computed(_ ratio: Double) -> Int {
            Int((Double(inner) * (ratio / Double(stage.expansion))).rounded(.toNearestOrEven))
        }
        if let ratio = stage.squeezeExcitation?.ratio, computed(ratio) == squeezed { return ratio }
        return Double(squeezed) / Double(input)
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
