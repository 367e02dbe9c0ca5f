// The generator: from an architecture and its realised sizes to layers, in the order in which they run.

extension Architecture {
    /// Writes every layer of a candidate into a sink.
    func write<Sink: LayerSink>(_ dimensions: Dimensions, into sink: inout Sink) {
        let side = dimensions.resolution
        var x = Value(layer: -1, shape: Shape(height: side, width: side, channels: channels))
        x = sink.convolution(
            LayerName(part: .stem), x, to: dimensions.widths[0], kernel: stem.kernel, stride: stem.stride,
            padding: padding, stem.activation)
        if let pooling = stem.pooling {
            x = sink.append(.maxPool(pooling, padding), LayerName(part: .pool), x, adding: nil)
        }
        for index in stages.indices {
            let stage = stages[index]
            for repetition in 0..<dimensions.repeats[index] {
                let block = Block(
                    stage: stage, place: LayerName(stage: index, block: repetition, part: .add),
                    stride: repetition == 0 ? stage.stride : 1, width: dimensions.widths[index + 1],
                    padding: padding)
                switch stage.block {
                case .mbconv: x = block.mbconv(x, into: &sink)
                case .fusedMBConv: x = block.fusedMBConv(x, into: &sink)
                case .basic: x = block.basic(x, into: &sink)
                case .bottleneck: x = block.bottleneck(x, into: &sink)
                }
            }
        }
        writeHead(dimensions, after: x, into: &sink)
    }

    private func writeHead<Sink: LayerSink>(
        _ dimensions: Dimensions, after last: Value, into sink: inout Sink
    ) {
        var x = last
        if head.channels != nil {
            x = sink.convolution(
                LayerName(part: .convolution), x, to: dimensions.widths[stages.count + 1], kernel: 1,
                stride: 1,
                padding: padding, head.activation)
        }
        if let gate = head.squeezeExcitation {
            x = sink.gate(LayerName(part: .gate), x, gate, input: last.shape.channels)
        }
        x = sink.append(.globalAveragePool, LayerName(block: 1, part: .pool), x, adding: nil)
        _ = sink.append(
            .linear(inputs: x.shape.channels, outputs: classes), LayerName(part: .classifier), x, adding: nil)
    }
}

/// One block of a stage with its sizes settled; each kind of block is a method in a file of its own.
struct Block {
    let stage: Stage
    let place: LayerName
    let stride: Int
    /// The stage's realised channels.
    let width: Int
    let padding: Padding

    /// The name of a part of this block.
    @inline(__always)
    func name(_ part: LayerName.Part) -> LayerName {
        LayerName(stage: place.stage, block: place.block, part: part)
    }
}

extension LayerSink {
    /// Writes a convolution with batch norm and activation.
    @inline(__always)
    mutating func convolution(
        _ name: LayerName, _ x: Value, to channels: Int, kernel: Int, stride: Int, groups: Int = 1,
        padding: Padding, _ activation: Activation
    ) -> Value {
        append(
            .convolution(
                Convolution(
                    kernel: kernel, stride: stride, groups: groups, inputChannels: x.shape.channels,
                    outputChannels: channels, padding: padding, normalised: true, activation: activation)),
            name, x, adding: nil)
    }

    /// Writes squeeze-and-excitation of a tensor, in place.
    @inline(__always)
    mutating func gate(_ name: LayerName, _ x: Value, _ gate: SqueezeExcitation, input: Int) -> Value {
        append(
            .squeezeExcitation(
                ChannelGate(
                    channels: x.shape.channels,
                    squeezed: gate.squeezed(input: input, gated: x.shape.channels),
                    activation: gate.activation, gate: gate.gate)), name, x, adding: nil)
    }
}
