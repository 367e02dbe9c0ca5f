// Weights in the order in which the kernels read them.

import KernelTasks

extension KernelSet {
    /// A channel count rounded up to whole lanes.
    package func padded(_ channels: Int) -> Int {
        (channels + lanes - 1) / lanes * lanes
    }

    /// Column panels of a product with this many output channels.
    package func panels(_ channels: Int) -> Int {
        (padded(channels) + 2 * lanes - 1) / (2 * lanes)
    }

    /// Where an element of a product's packed weights stands, of `depth` rows and `columns` padded columns.
    package func place(_ row: Int, _ column: Int, depth: Int, columns: Int) -> Int {
        let first = column / (2 * lanes) * 2 * lanes
        return first * depth + row * min(2 * lanes, columns - first) + column - first
    }
}

/// Weights and bias of one layer, packed once for one build of the kernels.
package struct PackedWeights: Sendable {
    /// Rows of a product's right matrix, or taps of a depthwise kernel.
    package let depth: Int
    /// Output channels.
    package let outputs: Int
    /// Output channels, padded to whole lanes.
    package let columns: Int
    /// The weights: panels of a product, or rows of padded channels. Without a source none are packed, and
    /// only their number is known.
    package let weights: AlignedFloats
    /// How many packed weights there are.
    package let count: Int
    /// One value a padded channel, zero in the padding.
    package let bias: AlignedFloats

    /// Column panels of a product.
    package let panelCount: Int

    /// Of a product whose depth is multiplied in pairs, what its sums must be multiplied by; else nil.
    package let pairedScale: Float?

    /// Bytes of the packed weights and bias.
    package var bytes: Int { (count + columns) * MemoryLayout<Float>.stride }

    /// Packs the weights of a dense convolution or linear layer, `[out, in, kernel, kernel]`, for the
    /// product of pixels gathered in the order ky, kx, channel, whose depth may be multiplied in pairs.
    package init(
        dense source: [Float]?, bias: [Float]?, outputs: Int, inputs: Int, kernel: Int,
        isPaired: Bool = false, in pool: FloatPool? = nil,
        for set: KernelSet
    ) throws(AllocationError) {
        depth = inputs * kernel * kernel
        self.outputs = outputs
        columns = set.padded(outputs)
        panelCount = set.panels(outputs)
        let panelRows = Self.panelRows(depth, isPaired: isPaired)
        count = panelRows * columns
        let scale = isPaired ? Self.scale(source ?? []) : nil
        pairedScale = scale
        weights = try source == nil ? AlignedFloats(count: 0) : Self.memory(count, pool)
        self.bias = try AlignedFloats(Self.padded(bias, columns))
        guard let source else { return }
        precondition(source.count == outputs * depth)
        let panel = 2 * set.lanes
        for output in 0..<outputs {
            let first = output / panel * panel
            let width = min(panel, columns - first)
            let column = weights.start + first * panelRows + (output - first)
            for input in 0..<inputs {
                for tap in 0..<kernel * kernel {
                    column[(tap * inputs + input) * width] =
                        source[(output * inputs + input) * kernel * kernel + tap] / (scale ?? 1)
                }
            }
            if isPaired { Self.pairColumn(column, stride: width, depth: depth) }
        }
    }

    /// Rows of a packed panel: of a paired product one more, which holds the columns' sums of pairs.
    static func panelRows(_ depth: Int, isPaired: Bool) -> Int { isPaired ? depth + 1 : depth }

    /// Writes what a column's pairs add to its sums, negated, after its last row.
    static func pairColumn(_ column: UnsafeMutablePointer<Float>, stride width: Int, depth: Int) {
        // The kernels multiply six rows a turn: two pairs, the second with the opposite sign, and two rows one by one.
        let turn = 6
        var sum = 0.0
        for row in stride(from: 0, to: depth / turn * turn, by: turn) {
            let (a, b, c, d) = (
                column[row * width], column[(row + 1) * width], column[(row + 2) * width],
                column[(row + 3) * width]
            )
            sum += Double(c) * Double(d) - Double(a) * Double(b)
        }
        column[depth * width] = Float(sum)
    }

    /// The power of two by which the weights of a paired product are divided.
    ///
    /// A pair adds weights to activations, and what they differ in size the sum loses in bits. Batch norm keeps activations
    /// near 1. Weights of a few dozen channels are near enough; scaling their sums would cost more than it is worth.
    static func scale(_ weights: [Float]) -> Float {
        let squares = weights.reduce(into: 0.0) { $0 += Double($1) * Double($1) }
        let size = (squares / Double(max(1, weights.count))).squareRoot()
        guard size > 0, size < 0.125 else { return 1 }
        return Float(sign: .plus, exponent: max(-60, Int(size.exponent)), significand: 1)
    }

    /// Takes weights that are packed, and pads the bias.
    init(
        depth: Int, outputs: Int, weights: AlignedFloats, count: Int, pairedScale: Float?, bias: [Float]?,
        columns: Int, panelCount: Int
    ) throws(AllocationError) {
        self.depth = depth
        self.outputs = outputs
        self.count = count
        self.panelCount = panelCount
        self.columns = columns
        self.weights = weights
        self.pairedScale = pairedScale
        self.bias = try AlignedFloats(Self.padded(bias, columns))
    }

    /// Packs the weights of a depthwise convolution, `[channel, 1, kernel, kernel]`, or of one of narrow groups, `[channel, width,
    /// kernel, kernel]`.
    package init(
        depthwise source: [Float]?, bias: [Float]?, channels: Int, groupWidth: Int = 1, kernel: Int,
        in pool: FloatPool? = nil,
        for set: KernelSet
    ) throws(AllocationError) {
        let taps = kernel * kernel
        depth = taps * groupWidth
        outputs = channels
        columns = set.padded(channels)
        panelCount = set.panels(channels)
        pairedScale = nil
        count = depth * columns
        weights = try source == nil ? AlignedFloats(count: 0) : Self.memory(count, pool)
        self.bias = try AlignedFloats(Self.padded(bias, columns))
        guard let source else { return }
        precondition(source.count == channels * depth)
        for channel in 0..<channels {
            for input in 0..<groupWidth {
                for tap in 0..<taps {
                    weights.start[(tap * groupWidth + input) * columns + channel] =
                        source[(channel * groupWidth + input) * taps + tap]
                }
            }
        }
    }

    /// Floats of a pool, or on their own.
    static func memory(_ count: Int, _ pool: FloatPool?) throws(AllocationError) -> AlignedFloats {
        guard let pool else { return try AlignedFloats(count: count) }
        return try pool.floats(count: count)
    }

    private static func padded(_ bias: [Float]?, _ columns: Int) -> [Float] {
        let bias = bias ?? []
        return bias + [Float](repeating: 0, count: columns - bias.count)
    }
}
