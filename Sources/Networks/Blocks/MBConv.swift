// The inverted residual block with squeeze-and-excitation (Sandler et al. 2018; Tan et al. 2019), its fused form
// (Tan & Le 2021), and the universal inverted bottleneck (Qin et al. 2024, arXiv 2404.10518).

extension Block {
    /// Expand 1×1, depthwise k×k, gate, project 1×1; a shortcut where stride and channels allow it.
    @inline(__always)
    func mbconv<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        residual(x, into: &sink) { x, sink in
            var y = x
            if stage.expands { y = expand(y, into: &sink) }
            y = depthwise(
                .depthwise, y, kernel: stage.kernel, stride: stride, groups: widths.groups,
                stage.activation, into: &sink)
            y = gate(y, into: &sink)
            return project(y, into: &sink)
        }
    }

    /// Expand by a k×k, gate, project 1×1; with expansion 1 a single k×k convolution.
    @inline(__always)
    func fusedMBConv<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        residual(x, into: &sink) { x, sink in
            var y = sink.convolution(
                name(.expand), x, to: widths.inner, kernel: stage.kernel, stride: stride,
                groups: widths.groups, padding: padding, stage.activation)
            y = gate(y, into: &sink)
            return stage.expands ? project(y, into: &sink) : y
        }
    }

    /// Depthwise without activation, expand 1×1, depthwise, gate, project 1×1; the last depthwise there is strides.
    @inline(__always)
    func universal<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        residual(x, into: &sink) { x, sink in
            var y = x
            if stage.options.startKernel > 0 {
                // Before the expansion there are other channels, in groups of the same width.
                let groups = widths.groups * x.shape.channels / widths.inner
                y = depthwise(
                    .start, y, kernel: stage.options.startKernel, stride: stage.kernel > 0 ? 1 : stride,
                    groups: max(1, groups), .identity, into: &sink)
            }
            y = expand(y, into: &sink)
            if stage.kernel > 0 {
                y = depthwise(
                    .depthwise, y, kernel: stage.kernel, stride: stride, groups: widths.groups,
                    stage.activation, into: &sink)
            }
            y = gate(y, into: &sink)
            return project(y, into: &sink)
        }
    }

    @inline(__always)
    private func expand<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        sink.convolution(
            name(.expand), x, to: widths.inner, kernel: 1, stride: 1, padding: padding, stage.activation)
    }

    @inline(__always)
    private func depthwise<Sink: LayerSink>(
        _ part: LayerName.Part, _ x: Value, kernel: Int, stride: Int, groups: Int, _ activation: Activation,
        into sink: inout Sink
    ) -> Value {
        sink.convolution(
            name(part), x, to: x.shape.channels, kernel: kernel, stride: stride, groups: groups,
            padding: padding, activation)
    }

    @inline(__always)
    private func project<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        sink.convolution(
            name(.project), x, to: widths.output, kernel: 1, stride: 1, padding: padding,
            stage.options.outputActivation)
    }

    /// Writes a branch and adds its input where shapes agree, unless the row leaves that out.
    @inline(__always)
    private func residual<Sink: LayerSink>(
        _ x: Value, into sink: inout Sink, branch: (Value, inout Sink) -> Value
    ) -> Value {
        guard stride == 1, x.shape.channels == widths.output, stage.options.hasShortcut else {
            return branch(x, &sink)
        }
        sink.hold(x)
        let y = branch(x, &sink)
        let sum = sink.append(.add(.identity), name(.add), y, adding: x)
        sink.release()
        return sum
    }
}
