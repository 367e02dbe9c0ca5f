// Batch norm's statistics of a 1×1 convolution that widens a tensor, without its result: z = x·W is linear in the narrow x,
// so that over the batch's pixels
//
//     mean of z = (mean of x)·W        variance of z = Wᵀ·(covariance of x)·W, of which the diagonal is wanted

import ConvolutionKernels
import KernelTasks
import NetworkExecution

/// The sums of x that the statistics are made of, and that the gradient of the weights needs again.
struct ExpansionMoments {
    /// For each piece xᵀ·x, packed as weights, and Σ x.
    private let squares: Int
    private let sums: Int
    /// How xᵀ·x is packed.
    private let layout: PanelLayout
    /// Rows of W, and padded channels of x.
    var depth: Int { layout.outputs }
    private var inputs: Int { layout.columns }
    let pieces: Int
    private let set: KernelSet

    /// Slots for a convolution of that matrix.
    init(_ matrix: ParameterLayout.Matrix, pieces: Int, _ lowering: inout TrainingLowering) {
        layout = PanelLayout(outputs: matrix.depth, inputs: matrix.depth, for: lowering.set)
        self.pieces = pieces
        set = lowering.set
        squares = lowering.newSlot(pieces * layout.count)
        sums = lowering.newSlot(pieces * layout.columns)
    }

    var slots: [Int?] { [squares, sums] }

    /// A channel's sum.
    func sum(_ channel: Int, _ memory: TrainingMemory) -> Double {
        (0..<pieces).reduce(0) { $0 + Double(memory.slots[sums][$1 * inputs + channel]) }
    }

    /// The sum of the products of two channels.
    func product(_ row: Int, _ column: Int, _ memory: TrainingMemory) -> Double {
        let place = layout.place(row, column)
        return (0..<pieces).reduce(0) { $0 + Double(memory.slots[squares][$1 * layout.count + place]) }
    }

    /// Adds pixels to the sums of a piece.
    func add(
        _ x: UnsafePointer<Float>, _ rows: Int, to piece: Int, isFirst: Bool, _ memory: TrainingMemory
    ) {
        func add(
            _ left: UnsafePointer<Float>, stride: Int, depth: Int, to output: UnsafeMutablePointer<Float>
        ) {
            set.training.weightGradient(
                WeightGradientTask(
                    left: left, leftStride: stride, right: x, rightStride: inputs, firstRow: 0, endRow: rows,
                    depth: depth, columns: inputs, output: output, accumulates: !isFirst, firstDepth: 0,
                    endDepth: depth, firstPanel: 0, endPanel: layout.panelCount))
        }
        add(
            x, stride: inputs, depth: depth, to: memory.slots[squares] + piece * layout.count)
        add(memory.ones, stride: 0, depth: 1, to: memory.slots[sums] + piece * inputs)
    }

    /// Passes on the means of x's channels over so many pixels, and their covariances, row after row.
    func statistics(
        _ memory: TrainingMemory, rows: Int,
        _ body: (
            _ means: Slice<UnsafeMutableBufferPointer<Double>>, _ covariances: UnsafeMutablePointer<Double>
        )
            -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: depth * (depth + 1)) { values in
            let count = Double(rows)
            let means = values[..<depth]
            for channel in 0..<depth { values[channel] = sum(channel, memory) / count }
            for row in 0..<depth {
                for column in 0..<depth {
                    values[(row + 1) * depth + column] =
                        product(row, column, memory) / count - values[row] * values[column]
                }
            }
            if let start = values.baseAddress { body(means, start + depth) }
        }
    }
}
