// The residual blocks of ResNet (He et al. 2015), version 1.5: a bottleneck strides in its k×k convolution. With groups
// it is ResNeXt's (Xie et al. 2017), with a pooled shortcut ResNet-D's (He et al. 2019); RegNet's (Radosavovic et al. 2020)
// has one width and gates within. Squeeze-and-excitation before the addition makes SE-ResNet.

extension Block {
    /// Two k×k convolutions and a shortcut.
    @inline(__always)
    func basic<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        let shortcut = shortcut(x, into: &sink)
        var y = sink.convolution(
            name(.first), x, to: widths.inner, kernel: stage.kernel, stride: stride, padding: padding,
            stage.activation)
        y = sink.convolution(
            name(.second), y, to: widths.output, kernel: stage.kernel, stride: 1, padding: padding,
            .identity)
        y = gate(y, into: &sink)
        return add(y, shortcut, into: &sink)
    }

    /// 1×1 to the inner width, k×k, 1×1 to the outer width, gate, and a shortcut.
    @inline(__always)
    func bottleneck<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        let shortcut = shortcut(x, into: &sink)
        var y = spatial(x, into: &sink)
        y = widen(y, into: &sink)
        y = gate(y, into: &sink)
        return add(y, shortcut, into: &sink)
    }

    /// 1×1, grouped k×k, gate, 1×1, and a shortcut.
    @inline(__always)
    func regnet<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        let shortcut = shortcut(x, into: &sink)
        var y = spatial(x, into: &sink)
        y = gate(y, into: &sink)
        y = widen(y, into: &sink)
        return add(y, shortcut, into: &sink)
    }

    /// A 1×1 to the inner width, and the k×k that strides.
    @inline(__always)
    private func spatial<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        let y = sink.convolution(
            name(.first), x, to: widths.inner, kernel: 1, stride: 1, padding: padding, stage.activation)
        return sink.convolution(
            name(.second), y, to: widths.inner, kernel: stage.kernel, stride: stride, groups: widths.groups,
            padding: padding, stage.activation)
    }

    @inline(__always)
    private func widen<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        sink.convolution(
            name(.third), x, to: widths.output, kernel: 1, stride: 1, padding: padding, .identity)
    }

    /// The input itself, or a strided 1×1 convolution of it where shapes differ. It comes before the branch,
    /// so that no more than one tensor waits for the addition.
    @inline(__always)
    private func shortcut<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        var shortcut = x
        if stride != 1 || x.shape.channels != widths.output {
            let pools = stage.options.poolsShortcut && stride != 1
            if pools {
                sink.hold(x)
                let window = Pooling(kernel: 2, stride: stride)
                shortcut = sink.append(.averagePool(window), name(.shortcutPool), x, adding: nil)
            }
            shortcut = sink.convolution(
                name(.shortcut), shortcut, to: widths.output, kernel: 1, stride: pools ? 1 : stride,
                padding: padding, .identity)
            if pools { sink.release() }
        }
        sink.hold(shortcut)
        return shortcut
    }

    @inline(__always)
    private func add<Sink: LayerSink>(_ branch: Value, _ shortcut: Value, into sink: inout Sink) -> Value {
        let sum = sink.append(.add(stage.activation), name(.add), branch, adding: shortcut)
        sink.release()
        return sum
    }
}
