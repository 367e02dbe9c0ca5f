// Convolutions as steps: which kernel computes them, and what they take over from the layers beside them.

import ConvolutionKernels
import KernelTasks
import Networks

extension Lowering {
    /// A depthwise convolution, or one of narrow groups.
    mutating func lowerDepthwise(_ index: Int, _ convolution: Convolution) throws(ExecutionError) {
        let layer = layers[index]
        let folded = folded(index)
        let packed = try ExecutionError.memory { () throws(AllocationError) in
            try PackedWeights(
                depthwise: folded?.weight, bias: folded?.bias, channels: convolution.outputChannels,
                groupWidth: convolution.inputChannels / convolution.groups, kernel: convolution.kernel,
                in: pool, for: set)
        }
        weightBytes += packed.bytes
        slots.reserve(margin: convolution.kernel * packed.columns)
        let input = slot(of: layer.input)
        let output = newSlot(layer.output.shape)
        slots.place(index, at: output)
        rowSums[index] = newRowSums(of: index, columns: packed.columns)
        let step = DepthwiseStep(
            kernel: set.depthwise, input: input,
            window: window(
                layer, kernel: convolution.kernel, stride: convolution.stride, convolution.padding),
            groupWidth: convolution.inputChannels / convolution.groups, weights: packed, output: output,
            activation: convolution.activation.kernel,
            rowSums: rowSums[index], lanes: set.lanes,
            shares: WorkShare.split(
                rows: batch * layer.output.shape.height, columns: packed.columns / set.lanes,
                threads: threads))
        if let (strip, producer) = strips.removeValue(forKey: layer.input.layer) {
            append(
                index,
                StripStep(
                    producer: producer, depthwise: step, buffers: input, strip: strip,
                    rows: shares(batch * layer.output.shape.height)))
        } else {
            append(index, step)
        }
    }

    /// A slot for the sums of each row of a depthwise convolution's output, if the next layer is a gate of it.
    private mutating func newRowSums(of index: Int, columns: Int) -> Int? {
        guard let next = units.follower(of: index), case .squeezeExcitation = layers[next].operation else {
            return nil
        }
        return newSlot(batch * layers[index].output.shape.height * columns)
    }

    mutating func lowerConvolution(_ index: Int, _ convolution: Convolution) throws(ExecutionError) {
        let layer = layers[index]
        if let tile = winogradTile(layer, convolution) { return try lowerWinograd(index, convolution, tile) }
        let packed = try pack(
            index, outputs: convolution.outputChannels, inputs: convolution.inputChannels,
            kernel: convolution.kernel, isPaired: isPaired(layer, convolution))
        let isPointwise =
            convolution.kernel == 1 && convolution.stride == 1
            && !Tuning.isAliased(set.padded(convolution.inputChannels))
        let gated = isPointwise ? gatedWeights(index, packed) : nil
        let input = gated == nil ? place(of: layer.input) : slots.place(of: layer.input)
        let strip = gated == nil ? strip(after: index) : nil
        let (activation, residual, output) =
            strip.map { beginStrips(index, convolution, $0) }
            ?? fuseAddition(index, convolution, input: input)
        let rows = batch * layer.output.shape.height * layer.output.shape.width
        let shares = WorkShare.split(
            rows: rows, rowUnit: packed.pairedScale == nil ? set.tileRows : set.pairedTileRows,
            columns: set.panels(convolution.outputChannels),
            threads: threads)
        if isPointwise {
            append(
                index, strip,
                PointwiseStep(
                    kernel: set.pointwise, input: input, inputStride: slots.stride(of: layer.input),
                    weights: packed, gated: gated, residual: residual, output: output, activation: activation,
                    imageRows: rows / batch, shares: shares))
        } else {
            let scratchRows = min(
                rows, Tuning.gatheredRows(depth: packed.depth, tileRows: set.tileRows))
            let scratchStride = Tuning.stride(packed.depth, lanes: set.lanes)
            let scratch = newSlot(threads * scratchRows * scratchStride)
            append(
                index, strip,
                ConvolutionStep(
                    kernel: set.convolution, input: input,
                    window: window(
                        layer, kernel: convolution.kernel, stride: convolution.stride, convolution.padding),
                    channels: convolution.inputChannels, weights: packed, residual: residual, output: output,
                    activation: activation, scratch: scratch, scratchRows: scratchRows,
                    scratchStride: scratchStride, shares: shares))
        }
    }

    /// Whether a convolution's depth is multiplied in pairs: where this CPU adds beside multiplying, and where pixels and
    /// outputs are enough to repay what belongs to a row or column alone.
    private func isPaired(_ layer: Layer, _ convolution: Convolution) -> Bool {
        let pixels = batch * layer.output.shape.height * layer.output.shape.width
        return set.multipliers.haveAddersBeside && pixels >= Tuning.pairedPixels
            && convolution.inputChannels >= Tuning.pairedChannels
            && convolution.outputChannels >= 2 * set.lanes
    }

    /// Takes over the addition after a convolution, if it is of its unit: in place where nothing else reads the shortcut.
    mutating func fuseAddition(
        _ index: Int, _ convolution: Convolution, input: Place
    ) -> (KernelTasks.Activation, residual: Int?, output: Int) {
        let last = units.unit(of: index).upperBound - 1
        guard last > index, case .add(let activation) = layers[last].operation else {
            let output = newSlot(layers[index].output.shape)
            slots.place(index, at: output)
            return (convolution.activation.kernel, nil, output)
        }
        let shortcut = layers[last].inputs[1]
        let residual = slot(of: shortcut)
        let inPlace = units.isLastReader(last, of: shortcut) && input != .slot(residual)
        let output = inPlace ? residual : newSlot(layers[last].output.shape)
        slots.place(last, at: output)
        return (activation.kernel, residual, output)
    }
}
