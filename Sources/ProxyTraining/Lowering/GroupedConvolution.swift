// Grouped convolutions in training: the convolution, its input's gradient and its weights', panel by panel.
//
// The input's gradient is a grouped convolution with inputs and outputs exchanged, whose panels are others. Where a column's
// groups do not have an input channel, panels hold zeros, and so do their gradients, so that optimisers leave them alone.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

extension GroupedPanels {
    /// The panels of the convolution with inputs and outputs exchanged.
    fileprivate func exchanged(lanes: Int) -> GroupedPanels {
        GroupedPanels(groups: groups, inputs: outputs, outputs: inputs, lanes: lanes)
    }
}

extension PanelLayout {
    /// For each place in the panels of the exchanged convolution, taps reversed, the place of the same weight here, or -1.
    fileprivate func exchange(to other: PanelLayout) -> [Int32] {
        var places = [Int](repeating: 0, count: outputs * inputs * taps)
        forEachWeight { places[$0] = $1 }
        var sources = [Int32](repeating: -1, count: other.count)
        let outputs = other.inputs
        other.forEachWeight { natural, packed in
            let tap = natural % taps
            let output = natural / taps % outputs
            let (group, input) = (natural / taps / outputs).quotientAndRemainder(dividingBy: inputs)
            sources[packed] = Int32(
                places[((group * outputs + output) * inputs + input) * taps + taps - 1 - tap])
        }
        return sources
    }

    /// The places of a grouped convolution's panels in which none of its weights stands, in ascending order.
    var vacancies: [Int32] {
        guard grouped != nil else { return [] }
        var isWeight = [Bool](repeating: false, count: count)
        forEachWeight { isWeight[$1] = true }
        return isWeight.indices.filter { !isWeight[$0] }.map(Int32.init)
    }
}

extension TrainingLowering {
    /// A grouped convolution of any tensor with any packed weights, perhaps added to what stands there.
    mutating func groupedProduct(
        _ panels: GroupedPanels, _ window: Window, accumulates: Bool,
        weights: @escaping (TrainingMemory) -> UnsafePointer<Float>
    ) -> ProductPart {
        let kernel = set.grouped
        let strip = GroupedStrip(window, inputs: panels.mostInputs, lanes: set.lanes)
        let scratch = scratch(.windows, strip.count)
        let outputs = panels.groups * panels.outputs
        let columns = set.padded(outputs)
        return ProductPart(slots: scratch.slots, panels: 0..<panels.panels.count) {
            thread, memory, input, output, rows, range in
            panels.panels.withUnsafeBufferPointer { panels in
                guard let panels = panels.baseAddress, !range.isEmpty else { return }
                kernel(
                    GroupedTask(
                        input: input, window: window, panels: panels, weights: weights(memory), bias: nil,
                        residual: accumulates ? UnsafePointer(output) : nil, output: output, outputs: outputs,
                        columns: columns, activation: .identity, scratch: scratch.start(thread, memory),
                        strip: strip, firstRow: rows.lowerBound / window.outputWidth,
                        endRow: rows.upperBound / window.outputWidth, firstPanel: range.lowerBound,
                        endPanel: range.upperBound))
            }
        }
    }

    /// The panels of the exchanged convolution, and a slot that is filled with their weights before all backward phases.
    private mutating func exchanged(
        _ panels: GroupedPanels, _ matrix: ParameterLayout.Matrix
    ) -> (panels: GroupedPanels, slot: Int) {
        let exchanged = panels.exchanged(lanes: set.lanes)
        let sources = matrix.panels.exchange(to: PanelLayout(exchanged, taps: matrix.panels.taps, for: set))
        let slot = newSlot(sources.count)
        let shares = shares(sources.count, unit: 16)
        prepare([slot]) { thread, memory in
            let weights = memory.parameters + matrix.weight
            let target = memory.slots[slot]
            for index in shares[thread] {
                let source = Int(sources[index])
                target[index] = source < 0 ? 0 : weights[source]
            }
        }
        return (exchanged, slot)
    }

    /// The input's gradient of stride 1, of whole rows.
    mutating func groupedInputGradient(
        _ unit: LoweredConvolution, _ panels: GroupedPanels, window: Window, accumulates: Bool
    ) -> ProductPart {
        let (exchanged, slot) = exchanged(panels, unit.matrix)
        let product = groupedProduct(exchanged, window, accumulates: accumulates) {
            UnsafePointer($0.slots[slot])
        }
        return ProductPart(slots: product.slots + [slot], panels: product.panels, run: product.run)
    }

    /// The input's gradient of a larger stride, image by image: the gradients of everything a window meets, tap by tap, then
    /// their sums.
    mutating func stridedGroupedInputGradient(
        _ unit: LoweredConvolution, _ panels: GroupedPanels
    ) -> ProductPart {
        let taps = unit.matrix.panels.taps
        let (exchanged, slot) = exchanged(panels, unit.matrix)
        var window = unit.window
        window.inputStride = set.padded(unit.convolution.inputChannels)
        let channels = window.inputStride
        let stride = taps * channels
        let scratch = scratch(.windows, unit.imageRows * stride)
        let (pointwise, scatter) = (set.pointwise, set.training.scatter)
        return ProductPart(slots: scratch.slots + [slot], panels: 0..<1) {
            [window] thread, memory, gradient, output, rows, _ in
            let pixels = scratch.start(thread, memory)
            for image in rows.lowerBound / unit.inputRows..<rows.upperBound / unit.inputRows {
                let left = gradient + image * unit.imageRows * unit.columns
                for panel in exchanged.panels {
                    for tap in 0..<taps {
                        // The taps of the exchanged weights are reversed.
                        let weights =
                            memory.slots[slot] + panel.weights * taps + (taps - 1 - tap) * panel.count
                        pointwise(
                            PointwiseTask(
                                input: left + panel.firstInput, inputStride: unit.columns,
                                product: MatrixProduct(
                                    depth: panel.inputs, columns: panel.columns, outputs: panel.columns,
                                    weights: weights, bias: nil, residual: nil, residualStride: 0,
                                    output: pixels + tap * channels + panel.firstColumn, outputStride: stride,
                                    activation: .identity, firstRow: 0, endRow: unit.imageRows, firstPanel: 0,
                                    endPanel: 1)))
                    }
                }
                scatter(
                    ScatterTask(
                        input: pixels, rowStride: stride, window: window, channels: channels,
                        output: output + image * unit.inputRows * channels, firstImage: 0, endImage: 1))
            }
        }
    }

    /// Adds what some images' pixels say of the weights' gradient to it, or begins with that.
    mutating func groupedWeightGradient(
        _ unit: LoweredConvolution, _ panels: GroupedPanels
    ) -> (
        slots: [Int?],
        run: (
            _ thread: Int, _ memory: TrainingMemory, _ input: UnsafePointer<Float>,
            _ gradient: UnsafePointer<Float>, _ rows: Range<Int>, _ output: UnsafeMutablePointer<Float>,
            _ continues: Bool
        ) -> Void
    ) {
        let (gather, kernel) = (set.training.gather, set.training.weightGradient)
        let taps = unit.matrix.panels.taps
        let depth = taps * panels.mostInputs
        let stride = Tuning.stride(depth, lanes: set.lanes)
        let block = Tuning.gradientRows(stride)
        let scratch = scratch(.windows, block * stride)
        return (
            scratch.slots,
            { thread, memory, input, gradient, rows, output, continues in
                let windows = scratch.start(thread, memory)
                var first = rows.lowerBound
                // Of no rows at all, the gradient is zero.
                repeat {
                    let end = min(rows.upperBound, first + block)
                    var gathered: (Int, Int)?
                    for panel in panels.panels {
                        if gathered?.0 != panel.firstInput || gathered?.1 != panel.inputs {
                            gathered = (panel.firstInput, panel.inputs)
                            gather(
                                GatherTask(
                                    input: input + panel.firstInput, window: unit.window,
                                    channels: panel.inputs, output: windows, outputStride: stride,
                                    firstRow: first, endRow: end))
                        }
                        kernel(
                            WeightGradientTask(
                                left: windows, leftStride: stride,
                                right: gradient + first * unit.columns + panel.firstColumn,
                                rightStride: unit.columns, firstRow: 0, endRow: end - first,
                                depth: panel.inputs * taps, columns: panel.columns,
                                output: output + panel.weights * taps,
                                accumulates: continues || first > rows.lowerBound,
                                firstDepth: 0, endDepth: panel.inputs * taps, firstPanel: 0, endPanel: 1))
                    }
                    first = end
                } while first < rows.upperBound
            }
        )
    }
}
