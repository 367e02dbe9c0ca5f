// The generator: from an architecture and its realised sizes to layers, in the order in which they run.

extension Architecture {
    /// Writes every layer of a candidate into a sink.
    func write<Sink: LayerSink>(_ dimensions: Dimensions, into sink: inout Sink) {
        let side = dimensions.resolution
        let image = Value(layer: -1, shape: Shape(height: side, width: side, channels: channels))
        var x = writeStem(dimensions.widths.stem, after: image, into: &sink)
        var place = LayerName(stage: -1, part: .add)
        for index in stages.indices {
            if !stages[index].continues || index == 0 {
                place = LayerName(stage: (place.stage ?? -1) + 1, part: .add)
            }
            for repetition in 0..<dimensions.repeats[index] {
                let isFirst = repetition == 0 && place.block == 0
                let block = Block(
                    stage: stages[index], place: place, stride: isFirst ? stages[index].stride : 1,
                    widths: dimensions.widths.rows[index][repetition], padding: padding)
                x = block.write(after: x, into: &sink)
                place.block += 1
            }
        }
        writeHead(dimensions.widths, after: x, into: &sink)
    }

    private func writeStem<Sink: LayerSink>(
        _ channels: [Int], after image: Value, into sink: inout Sink
    ) -> Value {
        var x = image
        for (index, channels) in channels.enumerated() {
            // The last one is the stem; those before it are stem.0, stem.1.
            let place = LayerName(block: index == stem.before.count ? 0 : index + 1, part: .stem)
            x = sink.convolution(
                place, x, to: channels, kernel: stem.kernel, stride: index == 0 ? stem.stride : 1,
                padding: padding, stem.activation)
        }
        guard let pooling = stem.pooling else { return x }
        let name = LayerName(part: .pool)
        if stem.poolsByConvolution {
            return sink.convolution(
                name, x, to: x.shape.channels, kernel: pooling.kernel, stride: pooling.stride,
                padding: padding, stem.activation)
        }
        return sink.append(.maxPool(pooling, padding), name, x, adding: nil)
    }

    private func writeHead<Sink: LayerSink>(_ widths: Widths, after last: Value, into sink: inout Sink) {
        var x = last
        if let channels = widths.head {
            x = sink.convolution(
                LayerName(part: .convolution), x, to: channels, kernel: 1, stride: 1, padding: padding,
                head.activation)
        }
        if let gate = head.gate {
            let squeezed = gate.squeezeExcitation?.squeezed(
                input: last.shape.channels, gated: x.shape.channels)
            x = sink.gate(LayerName(part: .gate), x, gate, squeezed: squeezed ?? 0)
        }
        x = sink.append(.globalAveragePool, LayerName(block: 1, part: .pool), x, adding: nil)
        if let pooled = head.pooled, let channels = widths.pooled {
            x = sink.convolution(
                LayerName(part: .pooled), x, to: channels, kernel: 1, stride: 1, padding: padding,
                isNormalised: pooled.isNormalised, pooled.activation)
        }
        _ = sink.append(
            .linear(inputs: x.shape.channels, outputs: classes), LayerName(part: .classifier), x, adding: nil)
    }
}

/// One block of a stage with its sizes settled; each kind of block is a method in a file of its own.
struct Block {
    let stage: Stage
    let place: LayerName
    let stride: Int
    /// The block's realised channels.
    let widths: BlockWidths
    let padding: Padding

    /// The name of a part of this block.
    @inline(__always)
    func name(_ part: LayerName.Part) -> LayerName {
        LayerName(stage: place.stage, block: place.block, part: part)
    }

    /// Writes the block's gate, where it has one.
    @inline(__always)
    func gate<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        guard let gate = stage.gate else { return x }
        return sink.gate(name(.gate), x, gate, squeezed: widths.squeezed)
    }
}

extension LayerSink {
    /// Writes a convolution with batch norm, or a bias, and activation.
    @inline(__always)
    mutating func convolution(
        _ name: LayerName, _ x: Value, to channels: Int, kernel: Int, stride: Int, groups: Int = 1,
        padding: Padding, isNormalised: Bool = true, _ activation: Activation
    ) -> Value {
        append(
            .convolution(
                Convolution(
                    kernel: kernel, stride: stride, groups: groups, inputChannels: x.shape.channels,
                    outputChannels: channels, padding: padding, normalised: isNormalised,
                    activation: activation)),
            name, x, adding: nil)
    }

    /// Writes the gate of a tensor, in place.
    @inline(__always)
    mutating func gate(_ name: LayerName, _ x: Value, _ gate: Gate, squeezed: Int) -> Value {
        switch gate {
        case .squeezeExcitation(let gate):
            append(
                .squeezeExcitation(
                    ChannelGate(
                        channels: x.shape.channels, squeezed: squeezed, activation: gate.activation,
                        gate: gate.gate)), name, x, adding: nil)
        case .l2Scalar: append(.scalarGate(ScalarGate(channels: x.shape.channels)), name, x, adding: nil)
        }
    }
}
