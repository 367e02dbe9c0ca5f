// Everything between convolutions as steps: gates, pools, linear layers, additions that could not be fused.

import ConvolutionKernels
import KernelTasks
import Networks

extension Lowering {
    mutating func lowerGate(_ index: Int, _ gate: ChannelGate) throws(ExecutionError) {
        let layer = layers[index]
        guard units.isLastReader(index, of: layer.input) else {
            throw .unsupported("\(layer.name) gates a tensor that others read; gate a tensor of its own.")
        }
        let input = slot(of: layer.input)
        let pooled = pool(index, layer.input)
        let squeezed = newSlot(batch * set.padded(gate.squeezed))
        let factors = newSlot(batch * set.padded(gate.channels))
        let squeeze = try pack(index, outputs: gate.squeezed, inputs: gate.channels)
        let excite = try pack(index, 1, outputs: gate.channels, inputs: gate.squeezed)
        appendLinear(index, squeeze, input: pooled, output: squeezed, gate.activation.kernel)
        appendLinear(index, excite, input: squeezed, output: factors, gate.gate.kernel)
        slots.place(index, at: input)
        gates[index] = factors
    }

    /// The weights of a 1×1 convolution multiplied by the gate that its input waits for, if there is one
    /// and weights are fewer than activations.
    mutating func gatedWeights(_ index: Int, _ packed: PackedWeights) -> Int? {
        let input = layers[index].input
        guard let gate = gates[input.layer], units.isReadOnce(input),
            packed.columns < input.shape.height * input.shape.width
        else { return nil }
        gates[input.layer] = nil
        let output = newSlot(batch * packed.count)
        append(
            index,
            GatedWeightsStep(
                kernel: set.gatedWeights, weights: packed, gate: gate,
                gateStride: set.padded(input.shape.channels), batch: batch, output: output,
                shares: shares(packed.panelCount)))
        return output
    }

    /// The means of a tensor's channels, in a new slot.
    mutating func pool(_ index: Int, _ value: Value) -> Int {
        let sums = rowSums.removeValue(forKey: value.layer)
        let input = sums ?? slot(of: value)
        let channels = set.padded(value.shape.channels)
        let output = newSlot(batch * channels)
        let pixels = value.shape.height * value.shape.width
        append(
            index,
            AveragePoolStep(
                kernel: set.averagePool, input: input, batch: batch,
                pixels: sums == nil ? pixels : value.shape.height, divisor: pixels, channels: channels,
                output: output,
                shares: shares(channels, unit: set.lanes)))
        return output
    }

    /// Pooling of windows by a kernel of largest values or means.
    mutating func lowerPool(
        _ index: Int, _ kernel: @escaping @Sendable (WindowPoolTask) -> Void, _ pooling: Pooling,
        _ padding: Padding?
    ) {
        let layer = layers[index]
        let input = slot(of: layer.input)
        let output = newSlot(layer.output.shape)
        slots.place(index, at: output)
        append(
            index,
            WindowPoolStep(
                kernel: kernel, input: input,
                window: window(layer, kernel: pooling.kernel, stride: pooling.stride, padding),
                output: output, rows: shares(batch * layer.output.shape.height)))
    }

    mutating func appendLinear(
        _ index: Int, _ packed: PackedWeights, input: Int, output: Int, _ activation: KernelTasks.Activation
    ) {
        append(
            index,
            PointwiseStep(
                kernel: set.pointwise, input: .slot(input), inputStride: set.padded(packed.depth),
                weights: packed, gated: nil, residual: nil, output: output, activation: activation,
                imageRows: 1,
                shares: shares(packed.panelCount).map {
                    WorkShare(rows: 0..<batch, columns: $0)
                }))
    }

    /// An addition of any number of tensors, one after the other, in place where nothing reads the first one any more.
    mutating func lowerAdd(_ index: Int, _ activation: Networks.Activation) {
        let layer = layers[index]
        let inputs = layer.inputs.map { slot(of: $0) }
        let isInPlace =
            units.isLastReader(index, of: layer.input) && !inputs.dropFirst(2).contains(inputs[0])
        let output = isInPlace ? inputs[0] : newSlot(layer.output.shape)
        slots.place(index, at: output)
        let shares = shares(slots.count(of: inputs[0]), unit: set.lanes)
        for number in 1...max(1, inputs.count - 1) {
            append(
                index,
                AddStep(
                    kernel: set.elementwise, left: number == 1 ? inputs[0] : output,
                    right: number < inputs.count ? inputs[number] : nil, output: output,
                    activation: number < inputs.count - 1 ? .identity : activation.kernel, shares: shares))
        }
    }
}
