// Backward through a 1×1 convolution that widens a tensor, without ever storing the wide tensor's gradient.
//
// With g the gradient behind batch norm, the gradient of z is a·g + b·z + c, with a, b and c for each channel; a is known
// from the forward pass, b and c are not before all of g is. But z = x·W is linear in the narrow x, so that
//
//     dx = (a·g + b·z + c)·Wᵀ  =  g·(a·Wᵀ)  +  x·(W·b·Wᵀ)  +  c·Wᵀ
//     dW = xᵀ·(a·g + b·z + c)  =  (xᵀ·g)·a  +  (xᵀ·x)·W·b  +  (Σ x)·c
//
// and what concerns g is computed chunk by chunk while g is in the cache. The rest concerns x alone.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// What the backward pass of such a convolution keeps from g's chunks until b and c are known.
struct ExpansionGradients {
    /// The input, and where its gradient stands.
    let input: Place
    let inputGradient: Int
    /// The weights transposed, and the same with each row multiplied by a.
    let transposed: Int
    let scaled: Int
    /// xᵀ·g of each piece.
    let products: Int
    let pieces: Int
    /// xᵀ·x and Σ x.
    let moments: ExpansionMoments
    /// Padded channels of x.
    let inputs: Int

    var slots: [Int?] { [input.slot, inputGradient, scaled, products] + moments.slots }
}

extension LoweredConvolution {
    /// Whether the gradients can be taken in two parts: z must be a product that is much wider than its input.
    var isExpansion: Bool {
        isFused && isPointwise && matrix.shape.normalised && layer.input.layer >= 0 && !isByImage
            && shortcut == nil && unit.widens
    }
}

extension TrainingLowering {
    /// Prepares the first part, in chunks of the convolution that reads this one's y.
    mutating func prepareExpansion(
        _ unit: LoweredConvolution, _ chunks: Chunks
    ) -> (
        gradients: ExpansionGradients,
        run: (
            _ thread: Int, _ memory: TrainingMemory, _ g: UnsafePointer<Float>, _ images: Range<Int>,
            _ piece: Int, _ isFirst: Bool
        ) -> Void
    ) {
        let (target, accumulates) = target(gradientOf: unit.layer.input)
        let matrix = unit.matrix
        let (depth, inputs, pieces) = (matrix.depth, unit.inputStride, chunks.pieces.count)
        let (transposed, scaled) = scaledTransposed(unit)
        let known: ExpansionMoments? = if case .recomputed(let moments) = unit.z { moments } else { nil }
        let moments = known ?? ExpansionMoments(matrix, pieces: pieces, &self)
        let expansion = ExpansionGradients(
            input: slots.place(of: unit.layer.input), inputGradient: target, transposed: transposed,
            scaled: scaled, products: newSlot(pieces * matrix.count), pieces: pieces, moments: moments,
            inputs: inputs)
        let product = product(
            true, unit.window, channels: matrix.shape.outputs, inputStride: unit.columns,
            depth: matrix.shape.outputs, outputs: depth, accumulates: accumulates
        ) { UnsafePointer($0.slots[scaled]) }
        let kernel = set.training.weightGradient
        let panels = matrix.panels.panelCount
        return (
            expansion,
            { thread, memory, g, images, piece, isFirst in
                let start = images.lowerBound * unit.imageRows * inputs
                let rows = images.count * unit.imageRows
                let x = memory.read(expansion.input) + start
                memory.begin(thread, unit.unit.index, .inputGradient)
                product.run(
                    thread, memory, g, memory.slots[target] + start, 0..<rows, product.panels)
                memory.begin(thread, unit.unit.index, .weightGradient)
                kernel(
                    WeightGradientTask(
                        left: x, leftStride: inputs, right: g, rightStride: unit.columns, firstRow: 0,
                        endRow: rows, depth: depth, columns: unit.columns,
                        output: memory.slots[expansion.products] + piece * matrix.count,
                        accumulates: !isFirst, firstDepth: 0, endDepth: depth, firstPanel: 0,
                        endPanel: panels))
                if known == nil { moments.add(x, rows, to: piece, isFirst: isFirst, memory) }
            }
        )
    }

    /// The weights transposed, and the same with each row multiplied by what batch norm multiplies its channel with.
    private mutating func scaledTransposed(_ unit: LoweredConvolution) -> (plain: Int, scaled: Int) {
        let matrix = unit.matrix
        let (inputs, outputs) = (matrix.shape.inputs, matrix.shape.outputs)
        let kernel = set.training.transposedWeights
        let layout = PanelLayout(outputs: inputs, inputs: outputs, for: set)
        let plain = newSlot(layout.count)
        let scaled = newSlot(layout.count)
        let threads = threads
        let shares = shares(layout.panelCount)
        prepare([plain, scaled, unit.coefficients]) { thread, memory in
            let panels = shares[(thread + plain) % threads]
            kernel(
                TransposedWeightsTask(
                    weights: memory.parameters + matrix.weight, taps: 1, inputs: inputs, outputs: outputs,
                    output: memory.slots[plain], firstPanel: panels.lowerBound, endPanel: panels.upperBound))
            let factors = unit.coefficient(.factor, memory)
            for panel in panels {
                let (_, columns, start) = layout.panel(panel)
                for row in 0..<outputs {
                    for place in start + row * columns..<start + (row + 1) * columns {
                        memory.slots[scaled][place] = memory.slots[plain][place] * factors[row]
                    }
                }
            }
        }
        return (plain, scaled)
    }

    /// The second part, once the sums of g are known; and, chunk by chunk, batch norm's gradient of what made the input.
    mutating func appendExpansionGradients(_ unit: LoweredConvolution, _ expansion: ExpansionGradients) {
        let index = unit.unit.index
        let (correction, constant) = appendCorrections(unit, expansion)
        let (depth, inputs) = (unit.matrix.depth, expansion.inputs)
        let kernel = set.pointwise
        let panels = set.panels(depth)
        let norm = unit.producer.map { normGradient($0, unit.chunks) }
        append(
            index, .inputGradient,
            [expansion.input.slot, expansion.inputGradient, correction, constant] + (norm?.slots ?? [])
        ) { thread, memory in
            unit.chunks.forEach(thread) { chunk, images, _, _ in
                memory.begin(thread, index, .inputGradient)
                let rows = unit.rows(images)
                let target = memory.slots[expansion.inputGradient]
                kernel(
                    PointwiseTask(
                        input: memory.read(expansion.input), inputStride: inputs,
                        product: MatrixProduct(
                            depth: depth, columns: inputs, outputs: depth, weights: memory.slots[correction],
                            bias: memory.slots[constant], residual: UnsafePointer(target),
                            residualStride: inputs, output: target, outputStride: inputs,
                            activation: .identity, firstRow: rows.lowerBound, endRow: rows.upperBound,
                            firstPanel: 0, endPanel: panels)))
                norm?.run(thread, memory, chunk, images, nil, nil)
            }
        }
        if let gate = unit.producer?.gate { gateWeightGradients(gate) }
    }

    /// W·b·Wᵀ packed as weights, and c·Wᵀ; and the gradient of the weights, which needs b and c as well.
    private mutating func appendCorrections(
        _ unit: LoweredConvolution, _ expansion: ExpansionGradients
    ) -> (correction: Int, constant: Int) {
        let matrix = unit.matrix
        let (depth, inputs, outputs, columns) = (
            matrix.depth, expansion.inputs, matrix.shape.outputs, unit.columns
        )
        let layout = PanelLayout(outputs: depth, inputs: depth, for: set)
        let correction = newSlot(layout.count)
        let constant = newSlot(inputs)
        // A row for each input, and one for the constant.
        let rows = newSlot((depth + 1) * columns)
        let squares = newSlot((depth + 1) * columns)
        let (kernel, set) = (set.pointwise, set)
        let shares = shares(depth)
        func multiply(
            _ left: UnsafePointer<Float>, stride: Int, depth: Int, _ weights: UnsafePointer<Float>,
            outputs: Int, to output: UnsafeMutablePointer<Float>, outputStride: Int, _ rows: Range<Int>,
            _ panels: Range<Int>
        ) {
            kernel(
                PointwiseTask(
                    input: left, inputStride: stride,
                    product: MatrixProduct(
                        depth: depth, columns: set.padded(outputs), outputs: outputs,
                        weights: weights, bias: nil, residual: nil, residualStride: 0, output: output,
                        outputStride: outputStride, activation: .identity, firstRow: rows.lowerBound,
                        endRow: rows.upperBound, firstPanel: panels.lowerBound, endPanel: panels.upperBound)))
        }
        append(
            unit.unit.index, .inputGradient,
            expansion.slots + [unit.coefficients, expansion.transposed, correction, constant, rows, squares]
        ) { thread, memory in
            let share = shares[thread]
            let weights = memory.parameters + matrix.weight
            let a = unit.coefficient(.ofGradient, memory)
            let b = unit.coefficient(.ofResult, memory)
            let c = unit.coefficient(.constant, memory)
            let left = memory.slots[rows]
            for input in share {
                for output in 0..<outputs {
                    left[input * columns + output] = weights[matrix.panels.place(input, output)] * b[output]
                }
            }
            for number in 0..<layout.panelCount {
                // The kernel counts columns from the first panel's.
                let panel = layout.panel(number)
                multiply(
                    left, stride: columns, depth: outputs, memory.slots[expansion.transposed], outputs: depth,
                    to: memory.slots[correction] + panel.start - panel.firstColumn,
                    outputStride: panel.columns, share, number..<number + 1)
            }
            if thread == 0 {
                multiply(
                    c, stride: columns, depth: outputs, memory.slots[expansion.transposed], outputs: depth,
                    to: memory.slots[constant], outputStride: inputs, 0..<1, 0..<layout.panelCount)
            }
            memory.begin(thread, unit.unit.index, .weightGradient)
            for input in share {
                // A row of xᵀ·x in the place of the row that has been used.
                for column in 0..<depth {
                    left[input * columns + column] = Float(
                        expansion.moments.product(input, column, memory))
                }
            }
            multiply(
                left, stride: columns, depth: depth, weights, outputs: outputs, to: memory.slots[squares],
                outputStride: columns, share, 0..<matrix.panels.panelCount)
            for input in share {
                let total = Float(expansion.moments.sum(input, memory))
                for output in 0..<outputs {
                    let element = matrix.panels.place(input, output)
                    var sum: Float = 0
                    for piece in 0..<expansion.pieces {
                        sum += memory.slots[expansion.products][piece * matrix.count + element]
                    }
                    let square = memory.slots[squares][input * columns + output]
                    memory.gradients[matrix.weight + element] =
                        sum * a[output] + square * b[output] + total * c[output]
                }
            }
        }
        return (correction, constant)
    }
}
