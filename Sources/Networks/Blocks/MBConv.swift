// The inverted residual block with squeeze-and-excitation (Sandler et al. 2018; Tan et al. 2019), and its
// fused form (Tan & Le 2021).

extension Block {
    /// Expand 1×1, depthwise k×k, gate, project 1×1; a shortcut where stride and channels allow it.
    @inline(__always)
    func mbconv<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        let inner = x.shape.channels * stage.expansion
        return residual(x, into: &sink) { x, sink in
            var y = x
            if stage.expansion != 1 {
                y = sink.convolution(
                    name(.expand), y, to: inner, kernel: 1, stride: 1, padding: padding, stage.activation)
            }
            y = sink.convolution(
                name(.depthwise), y, to: inner, kernel: stage.kernel, stride: stride, groups: inner,
                padding: padding, stage.activation)
            if let gate = stage.squeezeExcitation {
                y = sink.gate(name(.gate), y, gate, input: x.shape.channels)
            }
            return sink.convolution(
                name(.project), y, to: width, kernel: 1, stride: 1, padding: padding, .identity)
        }
    }

    /// Expand by a dense k×k, gate, project 1×1; with expansion 1 a single k×k convolution.
    @inline(__always)
    func fusedMBConv<Sink: LayerSink>(_ x: Value, into sink: inout Sink) -> Value {
        let expands = stage.expansion != 1
        return residual(x, into: &sink) { x, sink in
            var y = sink.convolution(
                name(.expand), x, to: expands ? x.shape.channels * stage.expansion : width,
                kernel: stage.kernel, stride: stride, padding: padding, stage.activation)
            if let gate = stage.squeezeExcitation {
                y = sink.gate(name(.gate), y, gate, input: x.shape.channels)
            }
            guard expands else { return y }
            return sink.convolution(
                name(.project), y, to: width, kernel: 1, stride: 1, padding: padding, .identity)
        }
    }

    /// Writes a branch and adds its input where shapes agree.
    @inline(__always)
    private func residual<Sink: LayerSink>(
        _ x: Value, into sink: inout Sink, branch: (Value, inout Sink) -> Value
    ) -> Value {
        guard stride == 1, x.shape.channels == width else { return branch(x, &sink) }
        sink.hold(x)
        let y = branch(x, &sink)
        let sum = sink.append(.add(.identity), name(.add), y, adding: x)
        sink.release()
        return sum
    }
}
