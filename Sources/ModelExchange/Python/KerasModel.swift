// EfficientNet and EfficientNetV2 as Keras Applications builds them. Its functions take no channels of stem and head, so these
// must follow from the width by the function's rule; repeats and all other channels are realised integers or baseline's.

import Networks

extension Network {
    /// The network in Keras' terms.
    func kerasModel() throws -> PythonModel {
        guard architecture.isMade(of: .mbconv, .fusedMBConv) else {
            throw ExportRefusal(
                "Keras' EfficientNet is made of mbconv and fused-mbconv blocks alone; export to timm.")
        }
        if architecture.head.pooled != nil { return try kerasMobileNetV3() }
        // Fused blocks make it the second version.
        let isSecond = architecture.stages.contains { $0.block == .fusedMBConv }
        let tool = isSecond ? "EfficientNetV2" : "EfficientNet"
        func refuse(_ sentence: String, _ other: String = "timm") -> ExportRefusal {
            ExportRefusal("Keras' \(tool) \(sentence); export to \(other).")
        }
        try refuseOptions("Keras' \(tool)", otherwise: "timm")
        try refuseBorderForKeras(tool)
        let stem = architecture.stem
        if stem.kernel != 3 || stem.stride != 2 || stem.pooling != nil {
            throw refuse("has a stem of kernel 3 and stride 2 without pooling")
        }
        if architecture.head.channels == nil || architecture.head.squeezeExcitation != nil {
            throw refuse("has a plain convolution in its head")
        }
        if let stage = architecture.stages.first(where: { $0.stride > 2 }) {
            throw refuse("strides by 1 or 2, not \(stage.stride)", "onnx")
        }
        guard architecture.hasOneActivation, let activation = stem.activation.kerasName else {
            throw refuse("has one activation: silu, relu, relu6, hard-swish or gelu")
        }
        let gates = architecture.stages.compactMap(\.squeezeExcitation)
        guard gates.allSatisfy({ $0.activation == stem.activation && $0.gate == .sigmoid }) else {
            throw refuse("gates by its one activation and sigmoid")
        }
        for row in realisedRows {
            for block in row { try refuseForKeras(block, after: row[0], refuse) }
        }
        let scaling = try kerasScaling(isSecond, refuse)
        let rows = zip(realisedRows, scaling.channels).map { row, channels in
            let block = row[0]
            return
                "    block(\(row.count), \(block.stage.kernel), \(block.stride), \(block.stage.expansion.text), "
                + "\(channels.0), \(channels.1), \(block.stage.squeezeExcitation?.ratio ?? 0)"
                + (isSecond ? ", \(block.stage.block == .fusedMBConv ? 1 : 0))," : "),")
        }
        let names =
            isSecond
            ? """
            num_repeat=repeats, kernel_size=kernel, strides=stride, expand_ratio=expansion,
                    input_filters=read, output_filters=written, se_ratio=squeeze, conv_type=fused
            """
            : """
            repeats=repeats, kernel_size=kernel, strides=stride, expand_ratio=expansion,
                    filters_in=read, filters_out=written, se_ratio=squeeze, id_skip=True
            """
        // The second version's own preprocessing depends on its name and on the channels.
        let input =
            isSecond
            ? """
            input_tensor=layers.Rescaling(1 / 255)(layers.Input(INPUT)),
                    include_preprocessing=False,
                    min_depth=1,
            """ : "input_tensor=layers.Input(INPUT),"
        return PythonModel(
            imports: ["from keras.src.applications.efficientnet\(isSecond ? "_v2" : "") import \(tool)"],
            sections: [
                """
                def block(repeats, kernel, stride, expansion, read, written, squeeze\(isSecond ? ", fused" : "")):
                    \"\"\"A stage as Keras describes it.\"\"\"
                    return dict(
                        \(names))
                """,
                """
                STAGES = [
                \(rows.joined(separator: "\n"))
                ]
                """,
                """
                def model(**options):
                    \"\"\"The network with new weights, from images in 0...255 to logits; options replace settings.\"\"\"
                    settings = dict(
                        width_coefficient=\(scaling.width),
                        depth_coefficient=1.0,
                        depth_divisor=\(scaling.divisor),
                        default_size=INPUT[0],
                        \(input)
                        blocks_args=STAGES,
                        activation="\(activation)",
                        dropout_rate=\(architecture.head.dropout),
                        drop_connect_rate=\(architecture.dropPath),
                        classes=\(architecture.classes),
                        classifier_activation=None,
                        weights=None,
                    )
                    return \(tool)(**{**settings, **options})
                """, try pythonNames(), PythonModel.loadIntoKeras,
            ])
    }

    /// Refuses borders and norms unlike TensorFlow's.
    func refuseBorderForKeras(_ tool: String) throws(ExportRefusal) {
        if architecture.padding != .same || architecture.batchNormEpsilon != 1e-3 {
            throw ExportRefusal(
                "Keras' \(tool) pads as TensorFlow does and has an epsilon of 0.001; "
                    + "set 'padding: same' and 'batch_norm_epsilon: 1.0e-3'; export to timm as it is.")
        }
    }

    /// Refuses a block that Keras would build otherwise in a row that begins with `first`.
    private func refuseForKeras(
        _ block: RealisedBlock, after first: RealisedBlock, _ refuse: (String, String) -> ExportRefusal
    ) throws(ExportRefusal) {
        let row = block.stage
        if row.expansion.whole == nil { throw refuse("expands by whole numbers", "timm") }
        if row.expands, Double(block.inner) != Double(block.input) * row.expansion {
            throw refuse(
                "expands \(block.input) channels by \(row.expansion.text) exactly, not to \(block.inner)",
                "timm")
        }
        if block.output != first.output {
            throw refuse("has equal blocks in a row of the stage table", "timm")
        }
        let ratio = row.squeezeExcitation?.ratio ?? 0
        if let squeezed = block.squeezed, max(1, Int(Double(block.input) * ratio)) != squeezed {
            throw refuse("squeezes to a share of the block's input channels, rounded down", "timm")
        }
        if row.squeezeExcitation != nil, row.block == .fusedMBConv, !row.expands {
            throw refuse("gates what a fused block of expansion 1 reads, not what it makes", "onnx")
        }
    }

    /// The factor from which Keras computes the channels of stem and head, and what to hand it for the stages.
    private func kerasScaling(
        _ isSecond: Bool, _ refuse: (String, String) -> ExportRefusal
    ) throws -> (width: Double, divisor: Int, channels: [(Int, Int)]) {
        let widths = dimensions.widths.outline
        func pairs(_ channels: [Int]) -> [(Int, Int)] { Array(zip(channels, channels.dropFirst())) }
        if widths[0] == 32 || isSecond, headChannels == 1280 {
            return (1, 1, pairs(Array(widths.dropLast())))
        }
        let width = architecture.scaling.width
        let divisor = architecture.rules.widthDivisor
        let stem = isSecond ? architecture.stem.channels : 32
        let base = [stem] + architecture.stages.map(\.channels) + [1280]
        let limit = isSecond ? 0 : 0.9
        guard base.map({ divisible(Double($0) * width, by: divisor, limit: limit) }) == widths else {
            throw refuse(
                isSecond
                    ? "scales its stem and its head of 1280 as the stages, to the nearest multiple"
                    : "scales its stem from 32 and its head from 1280 by the paper's rule", "timm")
        }
        return (width, divisor, pairs(Array(base.dropLast())))
    }
}

extension Activation {
    /// Keras' name.
    fileprivate var kerasName: String? {
        switch self {
        case .silu: "silu"
        case .relu: "relu"
        case .relu6: "relu6"
        case .hardSwish: "hard_silu"
        case .gelu: "gelu"
        case .identity, .sigmoid, .hardSigmoid: nil
        }
    }
}
