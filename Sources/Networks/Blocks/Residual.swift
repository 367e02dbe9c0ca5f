// The residual blocks of ResNet (He et al. 2015), version 1.5: a bottleneck strides in its k×k convolution.
// Squeeze-and-excitation gates the branch before the addition, which makes SE-ResNet of it.

extension Block {
    /// Two k×k convolutions and a shortcut.
    @inline(__always)
    func basic<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        let shortcut = shortcut(x, to: width * stage.expansion, into: &sink)
        var y = sink.convolution(
            name(.first), x, to: width, kernel: stage.kernel, stride: stride, padding: padding,
            stage.activation)
        y = sink.convolution(
            name(.second), y, to: width * stage.expansion, kernel: stage.kernel, stride: 1, padding: padding,
            .identity)
        return add(y, shortcut, input: x.shape.channels, into: &sink)
    }

    /// 1×1 to the inner width, k×k, 1×1 to the outer width, and a shortcut.
    @inline(__always)
    func bottleneck<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        let shortcut = shortcut(x, to: width * stage.expansion, into: &sink)
        var y = sink.convolution(
            name(.first), x, to: width, kernel: 1, stride: 1, padding: padding, stage.activation)
        y = sink.convolution(
            name(.second), y, to: width, kernel: stage.kernel, stride: stride, padding: padding,
            stage.activation)
        y = sink.convolution(
            name(.third), y, to: width * stage.expansion, kernel: 1, stride: 1, padding: padding, .identity)
        return add(y, shortcut, input: x.shape.channels, into: &sink)
    }

    /// The input itself, or a strided 1×1 convolution of it where shapes differ. It comes before the branch,
    /// so that no more than one tensor waits for the addition.
    @inline(__always)
    private func shortcut<Sink: LayerSink>(_ x: Value, to channels: Int, into sink: inout Sink) -> Value {
        var shortcut = x
        if stride != 1 || x.shape.channels != channels {
            shortcut = sink.convolution(
                name(.shortcut), x, to: channels, kernel: 1, stride: stride, padding: padding, .identity)
        }
        sink.hold(shortcut)
        return shortcut
    }

    @inline(__always)
    private func add<Sink: LayerSink>(
        _ branch: Value, _ shortcut: Value, input: Int, into sink: inout Sink
    ) -> Value {
        var y = branch
        if let gate = stage.squeezeExcitation { y = sink.gate(name(.gate), y, gate, input: input) }
        let sum = sink.append(.add(stage.activation), name(.add), y, adding: shortcut)
        sink.release()
        return sum
    }
}
