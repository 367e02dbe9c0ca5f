// The gradient of a convolution's input, for each kind of convolution.
//
// Of a product it is a product with the transposed weights. Of a dense or depthwise convolution of stride 1
// it is a convolution with inputs and outputs exchanged and the kernel reversed; of a larger stride, a
// product whose rows are added to the pixels that their windows meet.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    /// Weights with inputs and outputs exchanged, in a slot.
    mutating func appendTransposed(
        _ layer: Int, _ matrix: ParameterLayout.Matrix, taps: Int, inputs: Int
    ) -> Int {
        let kernel = set.training.transposedWeights
        let panels = shares(set.panels(inputs))
        let slot = newSlot(taps * matrix.shape.outputs * set.padded(inputs))
        append(layer, .inputGradient, [slot]) { thread, memory in
            kernel(
                TransposedWeightsTask(
                    weights: memory.parameters + matrix.weight, taps: taps, inputs: inputs,
                    outputs: matrix.shape.outputs, output: memory.slots[slot],
                    firstPanel: panels[thread].lowerBound, endPanel: panels[thread].upperBound))
        }
        return slot
    }

    /// A pointwise convolution's input gradient; with `combine`, of pieces whose z gradient is made first.
    mutating func appendPointwiseInputGradient(
        _ unit: LoweredConvolution, gradient: Int, _ slots: [Int?],
        combine: ((TrainingMemory, Range<Int>) -> Void)?
    ) {
        let inputs = unit.convolution.inputChannels
        let transposed = appendTransposed(unit.unit.index, unit.matrix, taps: 1, inputs: inputs)
        let (target, accumulates) = target(gradientOf: unit.layer.input)
        let product = product(
            true, unit.window, .slot(gradient), channels: unit.convolution.outputChannels,
            inputStride: unit.columns, depth: unit.convolution.outputChannels, outputs: inputs,
            output: target,
            residual: accumulates ? target : nil, panels: 0..<set.panels(inputs)
        ) { UnsafePointer($0.slots[transposed]) }
        guard let combine else {
            let panels = shares(product.panels.count)
            append(unit.unit.index, .inputGradient, [gradient, transposed, target]) { thread, memory in
                product.run(thread, memory, 0..<unit.rows, panels[thread])
            }
            return
        }
        append(unit.unit.index, .inputGradient, slots + [transposed, target]) { thread, memory in
            for chunk in unit.chunks.shares[thread] {
                let rows = unit.chunks.rows(chunk)
                combine(memory, rows)
                product.run(thread, memory, rows, product.panels)
            }
        }
    }

    /// The window that goes back: from the output's pixels to the input's, in steps of one.
    private func reversed(_ window: Window, inputStride: Int) -> Window {
        Window(
            kernel: window.kernel, stride: 1, padTop: window.kernel - 1 - window.padTop,
            padLeft: window.kernel - 1 - window.padLeft, inputHeight: window.outputHeight,
            inputWidth: window.outputWidth, inputStride: inputStride, outputHeight: window.inputHeight,
            outputWidth: window.inputWidth)
    }

    /// A slot to write an input's gradient to where the kernel cannot add to what is there.
    private mutating func plainTarget(_ unit: LoweredConvolution) -> (slot: Int, sum: Int?) {
        let (target, accumulates) = target(gradientOf: unit.layer.input)
        return accumulates ? (newSlot(unit.layer.input.shape), target) : (target, nil)
    }

    private mutating func finish(_ unit: LoweredConvolution, _ target: (slot: Int, sum: Int?)) {
        guard let sum = target.sum else { return }
        let shape = unit.layer.input.shape
        add(
            unit.unit.index, target.slot, to: sum,
            count: batch * shape.height * shape.width * set.padded(shape.channels))
    }

    mutating func appendDepthwiseInputGradient(_ unit: LoweredConvolution, gradient: Int) {
        let target = plainTarget(unit)
        let rows = shares(batch * unit.window.inputHeight)
        let (columns, weight) = (unit.columns, unit.matrix.weight)
        if unit.convolution.stride == 1 {
            let kernel = set.depthwise
            let window = reversed(unit.window, inputStride: columns)
            let taps = unit.matrix.depth
            let flipped = newSlot(taps * columns)
            let tapShares = shares(taps)
            append(unit.unit.index, .inputGradient, [gradient, flipped, target.slot]) { thread, memory in
                for tap in tapShares[thread] {
                    (memory.slots[flipped] + (taps - 1 - tap) * columns).update(
                        from: memory.parameters + weight + tap * columns, count: columns)
                }
                memory.meet()
                kernel(
                    DepthwiseTask(
                        input: memory.slots[gradient], window: window, channels: columns,
                        weights: memory.slots[flipped], bias: memory.zeros, output: memory.slots[target.slot],
                        activation: .identity, firstRow: rows[thread].lowerBound,
                        endRow: rows[thread].upperBound, firstChannel: 0, endChannel: columns))
            }
        } else {
            let kernel = set.training.depthwiseInputGradient
            append(unit.unit.index, .inputGradient, [gradient, target.slot]) { thread, memory in
                kernel(
                    DepthwiseInputGradientTask(
                        outputGradient: memory.slots[gradient], window: unit.window, channels: columns,
                        weights: memory.parameters + weight, inputGradient: memory.slots[target.slot],
                        firstRow: rows[thread].lowerBound, endRow: rows[thread].upperBound))
            }
        }
        finish(unit, target)
    }

    mutating func appendDenseInputGradient(_ unit: LoweredConvolution, gradient: Int) {
        let convolution = unit.convolution
        guard convolution.stride == 1 else { return appendStridedInputGradient(unit, gradient: gradient) }
        let transposed = appendTransposed(
            unit.unit.index, unit.matrix, taps: convolution.kernel * convolution.kernel,
            inputs: convolution.inputChannels)
        let (target, accumulates) = target(gradientOf: unit.layer.input)
        let product = product(
            false, reversed(unit.window, inputStride: unit.columns), .slot(gradient),
            channels: convolution.outputChannels, inputStride: unit.columns,
            depth: convolution.outputChannels * convolution.kernel * convolution.kernel,
            outputs: convolution.inputChannels, output: target, residual: accumulates ? target : nil,
            panels: 0..<set.panels(convolution.inputChannels)
        ) { UnsafePointer($0.slots[transposed]) }
        let rows = batch * unit.window.inputHeight * unit.window.inputWidth
        let shares = WorkShare.split(
            rows: rows, rowUnit: set.tileRows, columns: product.panels.count, threads: threads)
        append(unit.unit.index, .inputGradient, [gradient, transposed, target, product.scratch]) {
            thread, memory in
            product.run(thread, memory, shares[thread].rows, shares[thread].columns)
        }
    }

    /// Image by image: the gradients of everything a window meets, then their sums.
    private mutating func appendStridedInputGradient(_ unit: LoweredConvolution, gradient: Int) {
        let convolution = unit.convolution
        let met = convolution.kernel * convolution.kernel * convolution.inputChannels
        let transposed = appendTransposed(unit.unit.index, unit.matrix, taps: 1, inputs: met)
        let target = plainTarget(unit)
        let stride = set.padded(met)
        let panels = set.panels(met)
        let scratch = newSlot(threads * unit.imageRows * stride)
        let images = shares(batch)
        let (pointwise, scatter) = (set.pointwise, set.training.scatter)
        var window = unit.window
        window.inputStride = set.padded(convolution.inputChannels)
        append(unit.unit.index, .inputGradient, [gradient, transposed, target.slot, scratch]) {
            thread, memory in
            let pixels = memory.slots[scratch] + thread * unit.imageRows * stride
            for image in images[thread] {
                pointwise(
                    PointwiseTask(
                        input: memory.slots[gradient] + image * unit.imageRows * unit.columns,
                        inputStride: unit.columns,
                        product: MatrixProduct(
                            depth: convolution.outputChannels, columns: stride, outputs: met,
                            weights: memory.slots[transposed], bias: nil, residual: nil, residualStride: 0,
                            output: pixels, outputStride: stride, activation: .identity, firstRow: 0,
                            endRow: unit.imageRows, firstPanel: 0, endPanel: panels)))
                // The matrix has this image's rows only.
                let target =
                    memory.slots[target.slot] + image * window.inputHeight * window.inputWidth
                    * window.inputStride
                scatter(
                    ScatterTask(
                        input: pixels, rowStride: stride, window: window, channels: convolution.inputChannels,
                        output: target, firstImage: 0, endImage: 1))
            }
        }
        finish(unit, target)
    }
}
