// The gradient of a convolution's weights, for each kind of convolution.
//
// Weights are shared among the threads where there are enough of them. Where there are few, the pixels are
// cut into pieces instead, and the pieces' gradients added in order.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    mutating func appendWeightGradient(_ unit: LoweredConvolution, gradient: Int) {
        if unit.convolution.isDepthwise {
            appendDepthwiseWeightGradient(unit, gradient: gradient)
        } else if let panels = unit.matrix.panels.grouped {
            let part = groupedWeightGradient(unit, panels)
            let input = slots.place(of: unit.layer.input)
            appendPieces(
                unit.unit.index, unit.matrix,
                slots: [slots.place(of: unit.layer.input).slot, gradient] + part.slots
            ) { thread, memory, output, piece, pieces in
                part.run(
                    thread, memory, memory.read(input), memory.slots[gradient],
                    (0..<unit.rows).share(piece, of: pieces), output, false)
            }
        } else if unit.isPointwise {
            appendProductWeightGradient(
                unit.unit.index, unit.matrix, left: slots.place(of: unit.layer.input),
                leftStride: unit.inputStride, right: gradient,
                rows: unit.rows)
        } else {
            appendDenseWeightGradient(unit, gradient: gradient)
        }
    }

    /// The gradient of a product's weights.
    mutating func appendProductWeightGradient(
        _ layer: Int, _ matrix: ParameterLayout.Matrix, left: Place, leftStride: Int, right: Int, rows: Int
    ) {
        let kernel = set.training.weightGradient
        let panels = matrix.panels.panelCount
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
        guard tiles < Tuning.weightPieces, rows >= Tuning.weightPieces * set.tileRows else {
            let shares = WorkShare.split(
                rows: matrix.depth, rowUnit: set.tileRows, columns: panels, threads: threads)
            append(layer, .weightGradient, [left.slot, right]) { thread, memory in
                task(
                    memory, memory.gradients + matrix.weight, 0..<rows, shares[thread].rows,
                    shares[thread].columns)
            }
            return
        }
        appendPieces(layer, matrix, slots: [left.slot, right]) { _, memory, output, piece, pieces in
            task(memory, output, (0..<rows).share(piece, of: pieces), 0..<matrix.depth, 0..<panels)
        }
    }

    private mutating func appendDepthwiseWeightGradient(_ unit: LoweredConvolution, gradient: Int) {
        let kernel = set.training.depthwiseWeightGradient
        let columns = unit.columns
        let batch = batch
        let input = slots.place(of: unit.layer.input)
        let rows = batch * unit.window.outputHeight
        func task(
            _ memory: TrainingMemory, _ output: UnsafeMutablePointer<Float>, _ rows: Range<Int>,
            _ channels: Range<Int>
        ) {
            kernel(
                DepthwiseWeightGradientTask(
                    input: memory.read(input), window: unit.window, channels: columns,
                    outputGradient: memory.slots[gradient], output: output, accumulates: false,
                    firstRow: rows.lowerBound, endRow: rows.upperBound, firstChannel: channels.lowerBound,
                    endChannel: channels.upperBound))
        }
        let weight = unit.matrix.weight
        guard columns / set.lanes < Tuning.weightPieces, batch >= Tuning.weightPieces else {
            let shares = shares(columns, unit: set.lanes)
            append(unit.unit.index, .weightGradient, [slots.place(of: unit.layer.input).slot, gradient]) {
                thread, memory in
                task(memory, memory.gradients + weight, 0..<rows, shares[thread])
            }
            return
        }
        appendPieces(unit.unit.index, unit.matrix, slots: [slots.place(of: unit.layer.input).slot, gradient])
        {
            _, memory, output, piece, pieces in
            let images = (0..<batch).share(piece, of: pieces)
            let height = unit.window.outputHeight
            task(memory, output, images.lowerBound * height..<images.upperBound * height, 0..<columns)
        }
    }

    /// Gradients of a few pieces of pixels, and their sum.
    private mutating func appendPieces(
        _ layer: Int, _ matrix: ParameterLayout.Matrix, slots: [Int?],
        _ task:
            @escaping (
                _ thread: Int, TrainingMemory, UnsafeMutablePointer<Float>, _ piece: Int, _ pieces: Int
            ) -> Void
    ) {
        let pieces = Tuning.weightPieces
        let partials = newSlot(pieces * matrix.count)
        let pieceShares = shares(pieces)
        let sum = sum(partials, pieces: pieces, matrix)
        append(layer, .weightGradient, slots + [partials]) { thread, memory in
            for piece in pieceShares[thread] {
                task(thread, memory, memory.slots[partials] + piece * matrix.count, piece, pieces)
            }
            memory.meet()
            sum(thread, memory)
        }
    }

    /// The sum of the pieces' gradients of a matrix, in order; zero where a grouped convolution has no weights.
    private func sum(
        _ partials: Int, pieces: Int, _ matrix: ParameterLayout.Matrix
    ) -> (_ thread: Int, _ memory: TrainingMemory) -> Void {
        let kernel = set.elementwise
        let shares = shares(matrix.count, unit: set.lanes)
        let vacancies = matrix.panels.vacancies
        let vacant = shares.map { share in vacancies.filter { share.contains(Int($0)) } }
        return { thread, memory in
            let share = shares[thread]
            let gradient = memory.gradients + matrix.weight + share.lowerBound
            let first = memory.slots[partials] + share.lowerBound
            if pieces == 1 { gradient.update(from: first, count: share.count) }
            for piece in 1..<max(1, pieces) {
                kernel(
                    ElementwiseTask(
                        left: piece == 1 ? first : gradient, right: first + piece * matrix.count,
                        output: gradient, count: share.count, activation: .identity))
            }
            for place in vacant[thread] { memory.gradients[matrix.weight + Int(place)] = 0 }
        }
    }

    /// What the images of a chunk add to the gradient of a fused convolution's weights, and the sum of all pieces.
    mutating func chunkWeightGradient(
        _ unit: LoweredConvolution
    ) -> (
        slots: [Int?],
        run: (
            _ thread: Int, _ memory: TrainingMemory, _ input: UnsafePointer<Float>,
            _ gradient: UnsafePointer<Float>, _ images: Int, _ piece: Int, _ isFirst: Bool
        ) -> Void,
        sum: (_ thread: Int, _ memory: TrainingMemory) -> Void
    ) {
        let matrix = unit.matrix
        let pieces = unit.chunks.pieces.count
        let partials = newSlot(pieces * matrix.count)
        let sum = sum(partials, pieces: pieces, matrix)
        if unit.convolution.isDepthwise {
            let kernel = set.training.depthwiseWeightGradient
            return (
                [partials],
                { _, memory, input, gradient, images, piece, isFirst in
                    kernel(
                        DepthwiseWeightGradientTask(
                            input: input, window: unit.window, channels: unit.columns,
                            outputGradient: gradient, output: memory.slots[partials] + piece * matrix.count,
                            accumulates: !isFirst, firstRow: 0, endRow: images * unit.window.outputHeight,
                            firstChannel: 0, endChannel: unit.columns))
                }, sum
            )
        }
        if let panels = matrix.panels.grouped {
            let part = groupedWeightGradient(unit, panels)
            return (
                [partials] + part.slots,
                { thread, memory, input, gradient, images, piece, isFirst in
                    part.run(
                        thread, memory, input, gradient, 0..<images * unit.imageRows,
                        memory.slots[partials] + piece * matrix.count, !isFirst)
                }, sum
            )
        }
        let (gather, kernel) = (set.training.gather, set.training.weightGradient)
        let panels = matrix.panels.panelCount
        let stride = Tuning.stride(matrix.depth, lanes: set.lanes)
        let block = Tuning.gradientRows(matrix.depth)
        let scratch = unit.isPointwise ? nil : scratch(.windows, block * stride)
        func add(
            _ memory: TrainingMemory, _ left: UnsafePointer<Float>, stride: Int,
            _ right: UnsafePointer<Float>, rows: Int, _ piece: Int, _ isFirst: Bool
        ) {
            kernel(
                WeightGradientTask(
                    left: left, leftStride: stride, right: right, rightStride: unit.columns, firstRow: 0,
                    endRow: rows, depth: matrix.depth, columns: unit.columns,
                    output: memory.slots[partials] + piece * matrix.count, accumulates: !isFirst,
                    firstDepth: 0, endDepth: matrix.depth, firstPanel: 0, endPanel: panels))
        }
        return (
            [partials] + (scratch?.slots ?? []),
            { thread, memory, input, gradient, images, piece, isFirst in
                let rows = images * unit.imageRows
                guard let scratch else {
                    return add(
                        memory, input, stride: unit.inputStride, gradient, rows: rows, piece, isFirst)
                }
                let windows = scratch.start(thread, memory)
                var first = 0
                while first < rows {
                    let end = min(rows, first + block)
                    gather(
                        GatherTask(
                            input: input, window: unit.window, channels: unit.convolution.inputChannels,
                            output: windows, outputStride: stride, firstRow: first, endRow: end))
                    add(
                        memory, windows, stride: stride, gradient + first * unit.columns, rows: end - first,
                        piece, isFirst && first == 0)
                    first = end
                }
            }, sum
        )
    }

    /// Block by block, all threads gather the pixels that windows meet, and then share the weights.
    private mutating func appendDenseWeightGradient(_ unit: LoweredConvolution, gradient: Int) {
        let (gather, kernel) = (set.training.gather, set.training.weightGradient)
        let input = slots.place(of: unit.layer.input)
        let matrix = unit.matrix
        let depth = matrix.depth
        let stride = Tuning.stride(depth, lanes: set.lanes)
        let block = min(unit.rows, Tuning.gradientRows(depth, of: Tuning.sharedGatheredFloats))
        let scratch = newSlot(block * stride)
        let panels = matrix.panels.panelCount
        let shares = WorkShare.split(rows: depth, rowUnit: set.tileRows, columns: panels, threads: threads)
        let threads = threads
        append(unit.unit.index, .weightGradient, [slots.place(of: unit.layer.input).slot, gradient, scratch])
        {
            thread, memory in
            var first = 0
            while first < unit.rows {
                let end = min(unit.rows, first + block)
                let rows = (first..<end).share(thread, of: threads)
                gather(
                    GatherTask(
                        input: memory.read(input), window: unit.window,
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
