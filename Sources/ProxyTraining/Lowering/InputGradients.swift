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
    /// Weights with inputs and outputs exchanged, in a slot that is filled before all backward phases.
    mutating func transposed(_ matrix: ParameterLayout.Matrix, taps: Int, inputs: Int) -> Int {
        let kernel = set.training.transposedWeights
        let panels = shares(set.panels(inputs))
        let slot = newSlot(taps * matrix.shape.outputs * set.padded(inputs))
        let threads = threads
        prepare([slot]) { thread, memory in
            // Of a matrix that is too small to share, each slot's falls to another thread.
            let panels = panels[(thread + slot) % threads]
            kernel(
                TransposedWeightsTask(
                    weights: memory.parameters + matrix.weight, taps: taps, inputs: inputs,
                    outputs: matrix.shape.outputs, output: memory.slots[slot],
                    firstPanel: panels.lowerBound, endPanel: panels.upperBound))
        }
        return slot
    }

    /// Depthwise weights with their taps reversed, in such a slot.
    private mutating func reversed(_ unit: LoweredConvolution) -> Int {
        let (taps, columns, weight) = (unit.matrix.depth, unit.columns, unit.matrix.weight)
        let slot = newSlot(taps * columns)
        let shares = shares(taps)
        prepare([slot]) { thread, memory in
            for tap in shares[thread] {
                (memory.slots[slot] + (taps - 1 - tap) * columns).update(
                    from: memory.parameters + weight + tap * columns, count: columns)
            }
        }
        return slot
    }

    /// The window that goes back: from the output's pixels to the input's, in steps of one.
    private func reversed(_ window: Window, inputStride: Int) -> Window {
        Window(
            kernel: window.kernel, stride: 1, padTop: window.kernel - 1 - window.padTop,
            padLeft: window.kernel - 1 - window.padLeft, inputHeight: window.outputHeight,
            inputWidth: window.outputWidth, inputStride: inputStride, outputHeight: window.inputHeight,
            outputWidth: window.inputWidth)
    }

    /// The input's gradient, of any of its pixels; of whole rows where windows overlap, of whole images where they stride.
    private mutating func inputGradient(_ unit: LoweredConvolution, accumulates: Bool) -> ProductPart {
        let convolution = unit.convolution
        if convolution.isDepthwise {
            return convolution.stride == 1
                ? depthwiseInputGradient(unit) : stridedDepthwiseInputGradient(unit)
        }
        if let panels = unit.matrix.panels.grouped {
            guard convolution.stride == 1 else { return stridedGroupedInputGradient(unit, panels) }
            return groupedInputGradient(
                unit, panels, window: reversed(unit.window, inputStride: unit.columns),
                accumulates: accumulates)
        }
        if convolution.stride != 1 { return stridedInputGradient(unit) }
        let taps = convolution.kernel * convolution.kernel
        let transposed = transposed(unit.matrix, taps: taps, inputs: convolution.inputChannels)
        let product = product(
            unit.isPointwise, reversed(unit.window, inputStride: unit.columns),
            channels: convolution.outputChannels, inputStride: unit.columns,
            depth: convolution.outputChannels * taps, outputs: convolution.inputChannels,
            accumulates: accumulates
        ) { UnsafePointer($0.slots[transposed]) }
        return ProductPart(slots: product.slots + [transposed], panels: product.panels, run: product.run)
    }

    private mutating func depthwiseInputGradient(_ unit: LoweredConvolution) -> ProductPart {
        let weights = reversed(unit)
        let product = depthwiseProduct(
            reversed(unit.window, inputStride: unit.columns), columns: unit.columns
        ) { UnsafePointer($0.slots[weights]) }
        return ProductPart(slots: [weights], panels: product.panels, run: product.run)
    }

    private func stridedDepthwiseInputGradient(_ unit: LoweredConvolution) -> ProductPart {
        let kernel = set.training.depthwiseInputGradient
        let (columns, weight, width) = (unit.columns, unit.matrix.weight, unit.window.inputWidth)
        return ProductPart(slots: [], panels: 0..<1) { _, memory, gradient, output, rows, _ in
            kernel(
                DepthwiseInputGradientTask(
                    outputGradient: gradient, window: unit.window, channels: columns,
                    weights: memory.parameters + weight, inputGradient: output,
                    firstRow: rows.lowerBound / width, endRow: rows.upperBound / width))
        }
    }

    /// Image by image: the gradients of everything a window meets, then their sums.
    private mutating func stridedInputGradient(_ unit: LoweredConvolution) -> ProductPart {
        let convolution = unit.convolution
        let met = convolution.kernel * convolution.kernel * convolution.inputChannels
        let transposed = transposed(unit.matrix, taps: 1, inputs: met)
        let stride = set.padded(met)
        let panels = set.panels(met)
        let scratch = scratch(.windows, unit.imageRows * stride)
        let (pointwise, scatter) = (set.pointwise, set.training.scatter)
        var window = unit.window
        window.inputStride = set.padded(convolution.inputChannels)
        return ProductPart(slots: scratch.slots + [transposed], panels: 0..<1) {
            [window] thread, memory, gradient, output, rows, _ in
            let pixels = scratch.start(thread, memory)
            for image in rows.lowerBound / unit.inputRows..<rows.upperBound / unit.inputRows {
                pointwise(
                    PointwiseTask(
                        input: gradient + image * unit.imageRows * unit.columns, inputStride: unit.columns,
                        product: MatrixProduct(
                            depth: convolution.outputChannels, columns: stride, outputs: met,
                            weights: memory.slots[transposed], bias: nil, residual: nil, residualStride: 0,
                            output: pixels, outputStride: stride, activation: .identity, firstRow: 0,
                            endRow: unit.imageRows, firstPanel: 0, endPanel: panels)))
                // The matrix has this image's rows only.
                scatter(
                    ScatterTask(
                        input: pixels, rowStride: stride, window: window, channels: convolution.inputChannels,
                        output: output + image * unit.inputRows * window.inputStride, firstImage: 0,
                        endImage: 1)
                )
            }
        }
    }

    /// Whether the kernel of a unit's input gradient can add to what is there.
    private func canAccumulate(_ unit: LoweredConvolution) -> Bool {
        !unit.convolution.isDepthwise && unit.convolution.stride == 1
    }

    /// The input's gradient of a range of images, from that of the result of these images alone; where `place` is given, there.
    mutating func chunkInputGradient(
        _ unit: LoweredConvolution, to place: Scratch?
    ) -> (
        slots: [Int?],
        run: (_ thread: Int, _ memory: TrainingMemory, _ gradient: UnsafePointer<Float>, _ images: Range<Int>)
            -> Void
    ) {
        if let place {
            let part = inputGradient(unit, accumulates: false)
            return (
                part.slots + place.slots,
                { thread, memory, gradient, images in
                    part.run(
                        thread, memory, gradient, place.start(thread, memory),
                        0..<images.count * unit.inputRows, part.panels)
                }
            )
        }
        let (target, accumulates) = target(gradientOf: unit.layer.input)
        let part = inputGradient(unit, accumulates: accumulates)
        let imageFloats = unit.inputRows * unit.inputStride
        let scratch =
            accumulates && !canAccumulate(unit)
            ? scratch(.inputGradient, unit.chunks.largest * imageFloats) : nil
        let add = set.elementwise
        return (
            part.slots + [target] + (scratch?.slots ?? []),
            { thread, memory, gradient, images in
                let target = memory.slots[target] + images.lowerBound * imageFloats
                let output = scratch?.start(thread, memory) ?? target
                part.run(thread, memory, gradient, output, 0..<images.count * unit.inputRows, part.panels)
                guard scratch != nil else { return }
                add(
                    ElementwiseTask(
                        left: target, right: UnsafePointer(output), output: target,
                        count: images.count * imageFloats, activation: .identity))
            }
        )
    }

    /// The input's gradient in a phase of its own; with `combine`, of chunks whose z gradient is made first.
    mutating func appendInputGradient(
        _ unit: LoweredConvolution, gradient: Int, _ slots: [Int?],
        combine: ((Int, TrainingMemory, Range<Int>, UnsafeMutablePointer<Float>) -> Void)?
    ) {
        let (target, accumulates) = target(gradientOf: unit.layer.input)
        let part = inputGradient(unit, accumulates: accumulates)
        let plain = accumulates && !canAccumulate(unit) ? newSlot(unit.layer.input.shape) : target
        let index = unit.unit.index
        func run(_ thread: Int, _ memory: TrainingMemory, _ rows: Range<Int>, _ panels: Range<Int>) {
            part.run(thread, memory, memory.slots[gradient], memory.slots[plain], rows, panels)
        }
        if let combine {
            append(index, .inputGradient, slots + part.slots + [plain]) { thread, memory in
                unit.chunks.forEach(thread) { _, units, _, _ in
                    let rows = unit.rows(units)
                    combine(thread, memory, rows, memory.slots[gradient] + rows.lowerBound * unit.columns)
                    run(thread, memory, rows, part.panels)
                }
            }
        } else {
            let rows = batch * unit.inputRows
            let shares: [WorkShare]
            if unit.isPointwise {
                shares = self.shares(part.panels.count).map { WorkShare(rows: 0..<rows, columns: $0) }
            } else if canAccumulate(unit), unit.matrix.panels.grouped == nil {
                shares = WorkShare.split(
                    rows: rows, rowUnit: set.tileRows, columns: part.panels.count, threads: threads)
            } else {
                let isByRow = unit.convolution.isDepthwise || canAccumulate(unit)
                let rowUnit = isByRow ? unit.window.inputWidth : unit.inputRows
                shares = self.shares(rows, unit: rowUnit).map { WorkShare(rows: $0, columns: part.panels) }
            }
            append(index, .inputGradient, [gradient, plain] + part.slots) { thread, memory in
                run(thread, memory, shares[thread].rows, shares[thread].columns)
            }
        }
        guard plain != target else { return }
        transfer(index, plain, to: target, adds: true)
    }
}
