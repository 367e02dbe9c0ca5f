// The gradient of a convolution's weights, for each kind of convolution.
//
// Weights are shared among the threads where there are enough of them. Where there are few, the pixels are
// cut into pieces instead, and the pieces' gradients added in order.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    /// Pieces of pixels where weights are too few to share.
    private static var pieces: Int { 8 }

    mutating func appendWeightGradient(_ unit: LoweredConvolution, gradient: Int) {
        if unit.convolution.isDepthwise {
            appendDepthwiseWeightGradient(unit, gradient: gradient)
        } else if unit.isPointwise {
            appendProductWeightGradient(
                unit.unit.index, unit.matrix, left: unit.input, leftStride: unit.inputStride, right: gradient,
                rows: unit.rows)
        } else {
            appendDenseWeightGradient(unit, gradient: gradient)
        }
    }

    /// The gradient of a product's weights.
    mutating func appendProductWeightGradient(
        _ layer: Int, _ matrix: ParameterLayout.Matrix, left: Source, leftStride: Int, right: Int, rows: Int
    ) {
        let kernel = set.training.weightGradient
        let panels = set.panels(matrix.shape.outputs)
        func task(
            _ memory: TrainingMemory, _ output: UnsafeMutablePointer<Float>, _ rows: Range<Int>,
            _ depths: Range<Int>, _ panels: Range<Int>
        ) {
            kernel(
                WeightGradientTask(
                    left: memory.read(left), leftStride: leftStride, right: memory.slots[right],
                    rightStride: matrix.columns, firstRow: rows.lowerBound, endRow: rows.upperBound,
                    depth: matrix.depth, columns: matrix.columns, output: output, accumulates: false,
                    firstDepth: depths.lowerBound, endDepth: depths.upperBound, firstPanel: panels.lowerBound,
                    endPanel: panels.upperBound))
        }
        let tiles = (matrix.depth + set.tileRows - 1) / set.tileRows * panels
        guard tiles < Self.pieces, rows >= Self.pieces * set.tileRows else {
            let shares = WorkShare.split(
                rows: matrix.depth, rowUnit: set.tileRows, columns: panels, threads: threads)
            append(layer, .weightGradient, [left.slot, right]) { thread, memory in
                task(
                    memory, memory.gradients + matrix.weight, 0..<rows, shares[thread].rows,
                    shares[thread].columns)
            }
            return
        }
        appendPieces(layer, matrix, slots: [left.slot, right]) { memory, output, piece, pieces in
            task(memory, output, (0..<rows).share(piece, of: pieces), 0..<matrix.depth, 0..<panels)
        }
    }

    private mutating func appendDepthwiseWeightGradient(_ unit: LoweredConvolution, gradient: Int) {
        let kernel = set.training.depthwiseWeightGradient
        let columns = unit.columns
        let batch = batch
        let rows = batch * unit.window.outputHeight
        func task(
            _ memory: TrainingMemory, _ output: UnsafeMutablePointer<Float>, _ rows: Range<Int>,
            _ channels: Range<Int>
        ) {
            kernel(
                DepthwiseWeightGradientTask(
                    input: memory.read(unit.input), window: unit.window, channels: columns,
                    outputGradient: memory.slots[gradient], output: output, accumulates: false,
                    firstRow: rows.lowerBound, endRow: rows.upperBound, firstChannel: channels.lowerBound,
                    endChannel: channels.upperBound))
        }
        let weight = unit.matrix.weight
        guard columns / set.lanes < Self.pieces, batch >= Self.pieces else {
            let shares = shares(columns, unit: set.lanes)
            append(unit.unit.index, .weightGradient, [unit.input.slot, gradient]) { thread, memory in
                task(memory, memory.gradients + weight, 0..<rows, shares[thread])
            }
            return
        }
        appendPieces(unit.unit.index, unit.matrix, slots: [unit.input.slot, gradient]) {
            memory, output, piece, pieces in
            let images = (0..<batch).share(piece, of: pieces)
            let height = unit.window.outputHeight
            task(memory, output, images.lowerBound * height..<images.upperBound * height, 0..<columns)
        }
    }

    /// Gradients of a few pieces of pixels, and their sum.
    private mutating func appendPieces(
        _ layer: Int, _ matrix: ParameterLayout.Matrix, slots: [Int?],
        _ task: @escaping (TrainingMemory, UnsafeMutablePointer<Float>, _ piece: Int, _ pieces: Int) -> Void
    ) {
        let pieces = Self.pieces
        let partials = newSlot(pieces * matrix.count)
        let pieceShares = shares(pieces)
        let shares = shares(matrix.count, unit: set.lanes)
        append(layer, .weightGradient, slots + [partials]) { thread, memory in
            for piece in pieceShares[thread] {
                task(memory, memory.slots[partials] + piece * matrix.count, piece, pieces)
            }
            memory.meet()
            let gradient = memory.gradients + matrix.weight
            for index in shares[thread] {
                var sum: Float = 0
                for piece in 0..<pieces { sum += memory.slots[partials][piece * matrix.count + index] }
                gradient[index] = sum
            }
        }
    }

    /// Block by block, all threads gather the pixels that windows meet, and then share the weights.
    private mutating func appendDenseWeightGradient(_ unit: LoweredConvolution, gradient: Int) {
        let (gather, kernel) = (set.training.gather, set.training.weightGradient)
        let matrix = unit.matrix
        let depth = matrix.depth
        let stride = depth + (depth % 1024 == 0 ? set.lanes : 0)
        let block = min(unit.rows, max(64, 256 * 1024 / depth))
        let scratch = newSlot(block * stride)
        let panels = set.panels(matrix.shape.outputs)
        let shares = WorkShare.split(rows: depth, rowUnit: set.tileRows, columns: panels, threads: threads)
        let threads = threads
        append(unit.unit.index, .weightGradient, [unit.input.slot, gradient, scratch]) { thread, memory in
            var first = 0
            while first < unit.rows {
                let end = min(unit.rows, first + block)
                let rows = (first..<end).share(thread, of: threads)
                gather(
                    GatherTask(
                        input: memory.read(unit.input), window: unit.window,
                        channels: unit.convolution.inputChannels,
                        output: memory.slots[scratch] + (rows.lowerBound - first) * stride,
                        outputStride: stride,
                        firstRow: rows.lowerBound, endRow: rows.upperBound))
                memory.meet()
                kernel(
                    WeightGradientTask(
                        left: memory.slots[scratch], leftStride: stride,
                        right: memory.slots[gradient] + first * unit.columns, rightStride: unit.columns,
                        firstRow: 0, endRow: end - first, depth: depth, columns: matrix.columns,
                        output: memory.gradients + matrix.weight, accumulates: first > 0,
                        firstDepth: shares[thread].rows.lowerBound, endDepth: shares[thread].rows.upperBound,
                        firstPanel: shares[thread].columns.lowerBound,
                        endPanel: shares[thread].columns.upperBound))
                memory.meet()
                first = end
            }
        }
    }
}
