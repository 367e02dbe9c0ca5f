// The convolution itself, whichever kernel computes it, for any range of its pixels.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// Computes ranges of pixels and column panels of a convolution.
struct ProductPart {
    /// Scratch memory, if the kernel needs any.
    let slots: [Int?]
    /// All column panels; a depthwise convolution has one.
    let panels: Range<Int>
    /// Computes a range of pixels and panels; images and pixels are counted from `input` and `output` on.
    let run:
        (
            _ thread: Int, _ memory: TrainingMemory, _ input: UnsafePointer<Float>,
            _ output: UnsafeMutablePointer<Float>, _ rows: Range<Int>, _ panels: Range<Int>
        ) -> Void
}

extension TrainingLowering {
    /// The forward convolution of a unit, without bias and activation.
    mutating func product(_ unit: LoweredConvolution) -> ProductPart {
        let weight = unit.matrix.weight
        if unit.convolution.isDepthwise {
            return depthwiseProduct(unit.window, columns: unit.columns) {
                UnsafePointer($0.parameters + weight)
            }
        }
        if let panels = unit.matrix.panels.grouped {
            return groupedProduct(panels, unit.window, accumulates: false) {
                UnsafePointer($0.parameters + weight)
            }
        }
        return product(
            unit.isPointwise, unit.window, channels: unit.convolution.inputChannels,
            inputStride: unit.inputStride, depth: unit.matrix.depth, outputs: unit.convolution.outputChannels,
            accumulates: false
        ) { UnsafePointer($0.parameters + weight) }
    }

    /// A pointwise or dense convolution of any tensor with any packed weights, perhaps added to what stands there.
    mutating func product(
        _ isPointwise: Bool, _ window: Window, channels: Int, inputStride: Int, depth: Int, outputs: Int,
        accumulates: Bool, weights: @escaping (TrainingMemory) -> UnsafePointer<Float>
    ) -> ProductPart {
        let columns = set.padded(outputs)
        let panels = 0..<set.panels(outputs)
        func matrixProduct(
            _ memory: TrainingMemory, _ output: UnsafeMutablePointer<Float>, _ rows: Range<Int>,
            _ panels: Range<Int>
        ) -> MatrixProduct {
            MatrixProduct(
                depth: depth, columns: columns, outputs: outputs, weights: weights(memory), bias: nil,
                residual: accumulates ? UnsafePointer(output) : nil, residualStride: columns,
                output: output, outputStride: columns, activation: .identity,
                firstRow: rows.lowerBound, endRow: rows.upperBound, firstPanel: panels.lowerBound,
                endPanel: panels.upperBound)
        }
        if isPointwise {
            let kernel = set.pointwise
            return ProductPart(slots: [], panels: panels) { _, memory, input, output, rows, panels in
                kernel(
                    PointwiseTask(
                        input: input, inputStride: inputStride,
                        product: matrixProduct(memory, output, rows, panels)))
            }
        }
        let kernel = set.convolution
        let scratchRows = Tuning.gatheredRows(depth: depth, tileRows: set.tileRows)
        let scratchStride = Tuning.stride(depth, lanes: set.lanes)
        let scratch = scratch(.windows, scratchRows * scratchStride)
        return ProductPart(slots: scratch.slots, panels: panels) {
            thread, memory, input, output, rows, panels in
            kernel(
                ConvolutionTask(
                    input: input, window: window, channels: channels,
                    scratch: scratch.start(thread, memory), scratchRows: scratchRows,
                    scratchStride: scratchStride, product: matrixProduct(memory, output, rows, panels)))
        }
    }

    /// A depthwise convolution of any tensor with any packed weights.
    func depthwiseProduct(
        _ window: Window, columns: Int, weights: @escaping (TrainingMemory) -> UnsafePointer<Float>
    ) -> ProductPart {
        let kernel = set.depthwise
        let width = window.outputWidth
        return ProductPart(slots: [], panels: 0..<1) { _, memory, input, output, rows, _ in
            kernel(
                DepthwiseTask(
                    input: input, window: window, channels: columns, weights: weights(memory),
                    bias: memory.zeros, output: output, activation: .identity,
                    firstRow: rows.lowerBound / width, endRow: rows.upperBound / width, firstChannel: 0,
                    endChannel: columns))
        }
    }
}
