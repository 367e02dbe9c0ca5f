// The scalar gate as steps: sums of pieces of each image, one factor an image, and the multiplication, which waits like
// squeeze-and-excitation's for whoever reads the tensor.

import ConvolutionKernels
import KernelTasks
import Networks

extension Lowering {
    mutating func lowerScalarGate(_ index: Int, _ gate: ScalarGate) throws(ExecutionError) {
        let layer = layers[index]
        guard units.isLastReader(index, of: layer.input) else {
            throw .unsupported("\(layer.name) gates a tensor that others read; gate a tensor of its own.")
        }
        let input = slot(of: layer.input)
        let columns = set.padded(gate.channels)
        let pieces = ImagePieces(pixels: layer.input.shape.height * layer.input.shape.width)
        let sums = newSlot(batch * pieces.count * 2 * columns)
        let factors = newSlot(batch * columns)
        let (squeeze, excite) = (folded(index), folded(index, 1))
        weightBytes += layer.cost.weightBytes.value
        append(
            index,
            ImageSumsStep(
                kernel: set.training.normStatistics, input: input, columns: columns, pieces: pieces,
                zeros: try ExecutionError.memory { () throws(AllocationError) in
                    try pool.floats(count: columns)
                }, output: sums, shares: shares(batch * pieces.count)))
        append(
            index,
            ScalarFactorStep(
                sums: sums, columns: columns, pieces: pieces, output: factors, images: shares(batch),
                squeeze: squeeze?.weight ?? [], squeezeBias: squeeze?.bias?[0] ?? 0,
                excite: excite?.weight[0] ?? 0, exciteBias: excite?.bias?[0] ?? 0))
        slots.place(index, at: input)
        gates[index] = factors
    }
}

/// An image in pieces of few pixels, whose sums single precision can hold; they depend on the image alone, so that no
/// result depends on the number of threads.
package struct ImagePieces: Sendable {
    /// Pixels of the image.
    package let pixels: Int

    /// The pieces of an image of so many pixels.
    package init(pixels: Int) { self.pixels = pixels }

    /// Pixels of a piece.
    private static let length = 256

    /// How many pieces there are.
    package var count: Int { (pixels + Self.length - 1) / Self.length }

    /// The pixels of a piece.
    package subscript(piece: Int) -> Range<Int> {
        piece * Self.length..<min(pixels, (piece + 1) * Self.length)
    }

    /// An image's mean of each channel, and its sum of squares, of the sums of its pieces: of each piece `columns` sums of
    /// pixels, then as many of their squares. Pad lanes do not count.
    package func total(
        _ sums: UnsafePointer<Float>, channels: Int, columns: Int,
        _ mean: (_ channel: Int, _ mean: Double) -> Void
    ) -> Double {
        var squares = 0.0
        for channel in 0..<channels {
            var sum = 0.0
            for piece in 0..<count {
                sum += Double(sums[2 * piece * columns + channel])
                squares += Double(sums[(2 * piece + 1) * columns + channel])
            }
            mean(channel, sum / Double(pixels))
        }
        return squares
    }
}

/// The sums of each piece of each image, and of its squares.
private struct ImageSumsStep: Step {
    let kernel: @Sendable (NormStatisticsTask) -> Void
    let input: Int
    let columns: Int
    let pieces: ImagePieces
    let zeros: AlignedFloats
    let output: Int
    /// The pieces of each thread, counted over all images.
    let shares: [Range<Int>]

    var slots: [Int] { [input, output] }

    func run(_ thread: Int, _ memory: Memory) {
        for number in shares[thread] {
            let (image, piece) = number.quotientAndRemainder(dividingBy: pieces.count)
            let pixels = pieces[piece]
            let sums = memory.slots[output] + 2 * number * columns
            kernel(
                NormStatisticsTask(
                    values: memory.slots[input] + (image * pieces.pixels + pixels.lowerBound) * columns,
                    rows: pixels.count, channels: columns, shift: zeros.start, sums: sums,
                    squares: sums + columns))
        }
    }
}

/// The factor of each image, once a channel.
private struct ScalarFactorStep: Step {
    let sums: Int
    let columns: Int
    let pieces: ImagePieces
    let output: Int
    /// The images of each thread.
    let images: [Range<Int>]
    let squeeze: [Float]
    let squeezeBias: Float
    let excite: Float
    let exciteBias: Float

    var slots: [Int] { [sums, output] }

    func run(_ thread: Int, _ memory: Memory) {
        for image in images[thread] {
            var node = Double(squeezeBias)
            let squares = pieces.total(
                memory.slots[sums] + 2 * image * pieces.count * columns, channels: squeeze.count,
                columns: columns
            ) { channel, mean in node += Double(squeeze[channel]) * mean }
            let scalar = max(0, Double(excite) * node + Double(exciteBias))
            let length = max(squares.squareRoot(), Double(ScalarGate.leastLength))
            (memory.slots[output] + image * columns).update(repeating: Float(scalar / length), count: columns)
        }
    }
}
