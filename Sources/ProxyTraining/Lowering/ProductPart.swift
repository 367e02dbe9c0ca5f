// The convolution itself, whichever kernel computes it, for any range of its pixels.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// Computes ranges of pixels and column panels of a convolution.
struct ProductPart {
    /// Scratch memory, if the kernel needs any.
    let scratch: Int?
    /// All column panels; a depthwise convolution has one.
    let panels: Range<Int>
    /// Computes a range of pixels and panels.
    let run: (_ thread: Int, _ memory: TrainingMemory, _ rows: Range<Int>, _ panels: Range<Int>) -> Void
}

extension TrainingLowering {
    /// The forward convolution of a unit, without bias and activation.
    mutating func product(_ unit: LoweredConvolution) -> ProductPart {
        if unit.convolution.isDepthwise { return depthwiseProduct(unit) }
        let weight = unit.matrix.weight
        return product(
            unit.isPointwise, unit.window, unit.input, channels: unit.convolution.inputChannels,
            inputStride: unit.inputStride, depth: unit.matrix.depth, outputs: unit.convolution.outputChannels,
            output: unit.z, residual: nil, panels: 0..<set.panels(unit.convolution.outputChannels)
        ) { UnsafePointer($0.parameters + weight) }
    }

    /// A pointwise or dense convolution of any tensor with any packed weights.
    mutating func product(
        _ isPointwise: Bool, _ window: Window, _ input: Source, channels: Int, inputStride: Int, depth: Int,
        outputs: Int, output: Int, residual: Int?, panels: Range<Int>,
        weights: @escaping (TrainingMemory) -> UnsafePointer<Float>
    ) -> ProductPart {
        let columns = set.padded(outputs)
        func matrixProduct(
            _ memory: TrainingMemory, _ rows: Range<Int>, _ panels: Range<Int>
        ) -> MatrixProduct {
            MatrixProduct(
                depth: depth, columns: columns, outputs: outputs, weights: weights(memory), bias: nil,
                residual: residual.map { UnsafePointer(memory.slots[$0]) }, residualStride: columns,
                output: memory.slots[output], outputStride: columns, activation: .identity,
                firstRow: rows.lowerBound, endRow: rows.upperBound, firstPanel: panels.lowerBound,
                endPanel: panels.upperBound)
        }
        if isPointwise {
            let kernel = set.pointwise
            return ProductPart(scratch: nil, panels: panels) { _, memory, rows, panels in
                kernel(
                    PointwiseTask(
                        input: memory.read(input), inputStride: inputStride,
                        product: matrixProduct(memory, rows, panels)))
            }
        }
        let kernel = set.convolution
        let scratchRows = max(4 * set.tileRows, 32 * 1024 / depth / set.tileRows * set.tileRows)
        let scratchStride = depth + (depth % 1024 == 0 ? set.lanes : 0)
        let scratch = newSlot(threads * scratchRows * scratchStride)
        return ProductPart(scratch: scratch, panels: panels) { thread, memory, rows, panels in
            kernel(
                ConvolutionTask(
                    input: memory.read(input), window: window, channels: channels,
                    scratch: memory.slots[scratch] + thread * scratchRows * scratchStride,
                    scratchRows: scratchRows, scratchStride: scratchStride,
                    product: matrixProduct(memory, rows, panels)))
        }
    }

    private mutating func depthwiseProduct(_ unit: LoweredConvolution) -> ProductPart {
        let kernel = set.depthwise
        let (width, weight, columns) = (unit.window.outputWidth, unit.matrix.weight, unit.columns)
        return ProductPart(scratch: nil, panels: 0..<1) { _, memory, rows, _ in
            kernel(
                DepthwiseTask(
                    input: memory.read(unit.input), window: unit.window, channels: columns,
                    weights: memory.parameters + weight, bias: memory.zeros, output: memory.slots[unit.z],
                    activation: .identity, firstRow: rows.lowerBound / width, endRow: rows.upperBound / width,
                    firstChannel: 0, endChannel: columns))
        }
    }
}
