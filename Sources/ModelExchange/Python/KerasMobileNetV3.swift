// MobileNetV3 as Keras Applications builds it: its function takes a function that makes the blocks.

import Networks

extension Network {
    /// The network in terms of Keras' MobileNetV3.
    func kerasMobileNetV3() throws -> PythonModel {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("Keras' MobileNetV3 \(sentence); export to timm.")
        }
        try refuseOptions("Keras' MobileNetV3", except: ["pooled"], otherwise: "timm")
        try refuseBorderForKeras("MobileNetV3")
        let (stem, head) = (architecture.stem, architecture.head)
        guard stem.kernel == 3, stem.stride == 2, stem.pooling == nil, dimensions.widths.stemOutput == 16
        else {
            throw refuse("has a stem of 16 channels, kernel 3 and stride 2 without pooling")
        }
        guard stem.activation == .hardSwish, head.channels == nil, let pooled = head.pooled,
            !pooled.isNormalised, pooled.activation == .hardSwish
        else { throw refuse("has hard-swish in stem and head, and no batch norm after the pooling") }
        var blocks = Array(realisedBlocks.joined())
        let last = blocks.removeLast()
        guard last.stage.block == .fusedMBConv, !last.stage.expands, last.stage.kernel == 1, last.stride == 1,
            last.stage.activation == .hardSwish, last.output == divisible(Double(6 * last.input))
        else {
            throw refuse("ends in a 1×1 convolution with hard-swish to six times the channels before it")
        }
        if architecture.dropPath > 0 { throw refuse("has no stochastic depth") }
        let rows = try blocks.enumerated().map { index, block in
            let row = block.stage
            guard row.block == .mbconv, [.relu, .hardSwish].contains(row.activation), block.stride <= 2 else {
                throw refuse("has mbconv blocks that activate by relu or hard-swish")
            }
            guard row.expands == (index > 0) else {
                throw refuse("expands in all blocks but the first")
            }
            let inner = divisible(Double(block.input) * row.expansion)
            if block.inner != inner {
                throw refuse(
                    "expands \(block.input) channels by \(row.expansion.text) to \(inner), not \(block.inner)"
                )
            }
            if let gate = row.squeezeExcitation {
                let squeezed = divisible(Double(inner) * gate.ratio)
                if gate.activation != .relu || gate.gate != .hardSigmoid || block.squeezed != squeezed {
                    throw refuse("gates \(inner) channels by relu and hard-sigmoid, squeezed to \(squeezed)")
                }
            }
            return "    (\(row.expansion.text), \(block.output), \(row.kernel), \(block.stride), "
                + "\(row.squeezeExcitation?.ratio ?? 0), \(row.activation == .relu ? "relu" : "hard_swish")),"
        }
        return PythonModel(
            imports: [
                "from keras.src.applications.mobilenet_v3 import MobileNetV3, _inverted_res_block, hard_swish, relu"
            ],
            sections: [
                """
                ROWS = [
                    # expansion, channels, kernel, stride, ratio of the gate, activation
                \(rows.joined(separator: "\n"))
                ]
                """,
                """
                def blocks(x, *others):
                    \"\"\"All blocks after the stem.\"\"\"
                    for number, row in enumerate(ROWS):
                        x = _inverted_res_block(x, *row, number)
                    return x
                """,
                """
                def model(**options):
                    \"\"\"The network with new weights, from images in 0...255 to logits; options replace settings.\"\"\"
                    settings = dict(
                        stack_fn=blocks,
                        last_point_ch=\(dimensions.widths.pooled ?? 0),
                        input_tensor=layers.Rescaling(1 / 255)(layers.Input(INPUT)),
                        include_preprocessing=False,
                        dropout_rate=\(head.dropout),
                        classes=\(architecture.classes),
                        classifier_activation=None,
                        weights=None,
                    )
                    return MobileNetV3(**{**settings, **options})
                """, try pythonNames(), PythonModel.loadIntoKeras,
            ])
    }
}

extension PythonModel {
    /// Loads weights into a network of Keras whose layers come in the order of timm's.
    static let loadIntoKeras = """
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
                    values[0] = values[0].reshape(*values[0].shape[:2], *layer.kernel_size).transpose(2, 3, 1, 0)
                else:
                    values[0] = values[0].T
                layer.set_weights(values)
        """
}
