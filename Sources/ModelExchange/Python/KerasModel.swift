// EfficientNet as Keras Applications builds it. Its function takes no channels of stem and head, so these must
// follow from the width by the paper's rule; repeats and all other channels are realised integers or baseline's.

import Networks

extension Network {
    /// The network in Keras' terms.
    func kerasModel() throws -> PythonModel {
        func refuse(_ sentence: String, _ other: String = "timm") -> ExportRefusal {
            ExportRefusal("Keras' EfficientNet \(sentence); export to \(other).")
        }
        guard architecture.isMade(of: .mbconv) else { throw refuse("is made of mbconv blocks alone") }
        if architecture.padding != .same || architecture.batchNormEpsilon != 1e-3 {
            throw refuse(
                "pads as TensorFlow does and has an epsilon of 0.001; "
                    + "set 'padding: same' and 'batch_norm_epsilon: 1.0e-3'", "timm as it is")
        }
        try refuseOptions("Keras' EfficientNet")
        if let stage = architecture.stages.first(where: { $0.continues || $0.expansion.whole == nil }) {
            let sentence = stage.continues ? "has one row a stage" : "expands by whole numbers"
            throw refuse(sentence)
        }
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
        for block in realisedBlocks.joined() {
            let ratio = block.stage.squeezeExcitation?.ratio ?? 0
            if let squeezed = block.squeezed, max(1, Int(Double(block.input) * ratio)) != squeezed {
                throw refuse("squeezes to a share of the block's input channels, rounded down")
            }
        }
        let scaling = try kerasScaling(refuse)
        let rows = zip(realisedBlocks, scaling.channels).map { stage, channels in
            "    block(\(stage.count), \(stage[0].stage.kernel), \(stage[0].stage.stride), "
                + "\(stage[0].stage.expansion.text), \(channels.0), \(channels.1), "
                + "\(stage[0].stage.squeezeExcitation?.ratio ?? 0)),"
        }
        return PythonModel(
            imports: ["from keras.src.applications.efficientnet import EfficientNet"],
            sections: [
                """
                def block(repeats, kernel, stride, expansion, read, written, squeeze):
                    \"\"\"A stage as Keras describes it.\"\"\"
                    return dict(
                        repeats=repeats, kernel_size=kernel, strides=stride, expand_ratio=expansion,
                        filters_in=read, filters_out=written, se_ratio=squeeze, id_skip=True)
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
                        input_tensor=layers.Input(INPUT),
                        blocks_args=STAGES,
                        activation="\(activation)",
                        dropout_rate=\(architecture.head.dropout),
                        drop_connect_rate=\(architecture.dropPath),
                        classes=\(architecture.classes),
                        classifier_activation=None,
                        weights=None,
                    )
                    return EfficientNet(**{**settings, **options})
                """, try pythonNames(),
                """
                def load(network, weights):
                    \"\"\"Loads a safetensors file with timm's names.\"\"\"
                    from safetensors.numpy import load_file
                    tensors = load_file(weights)
                    kinds = (layers.Conv2D, layers.DepthwiseConv2D, layers.BatchNormalization, layers.Dense)
                    own = [layer for layer in network.layers if isinstance(layer, kinds)]
                    for name, layer in zip(NAMES, own, strict=True):
                        values = [tensors[f"{name}.{part}"] for part in ("weight", "bias") if f"{name}.{part}" in tensors]
                        if isinstance(layer, layers.BatchNormalization):
                            values += [tensors[f"{name}.running_mean"], tensors[f"{name}.running_var"]]
                        elif isinstance(layer, layers.DepthwiseConv2D):
                            values[0] = values[0].transpose(2, 3, 0, 1)
                        elif isinstance(layer, layers.Conv2D):
                            values[0] = values[0].transpose(2, 3, 1, 0)
                        else:
                            values[0] = values[0].T
                        layer.set_weights(values)
                """,
            ])
    }

    /// The factor from which Keras computes the channels of stem and head, and what to hand it for the stages.
    private func kerasScaling(
        _ refuse: (String, String) -> ExportRefusal
    ) throws -> (width: Double, divisor: Int, channels: [(Int, Int)]) {
        let widths = dimensions.widths.outline
        func pairs(_ channels: [Int]) -> [(Int, Int)] { Array(zip(channels, channels.dropFirst())) }
        if widths[0] == 32, headChannels == 1280 { return (1, 1, pairs(Array(widths.dropLast()))) }
        let width = architecture.scaling.width
        let divisor = architecture.rules.widthDivisor
        let base = [32] + architecture.stages.map(\.channels) + [1280]
        guard base.map({ divisible(Double($0) * width, by: divisor) }) == widths else {
            throw refuse("scales its stem from 32 and its head from 1280 by the paper's rule", "timm")
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
