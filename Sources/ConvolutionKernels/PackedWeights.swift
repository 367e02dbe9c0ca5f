// Weights in the order in which the kernels read them.

import KernelTasks

/// Weights and bias of one layer, packed once for one build of the kernels.
package struct PackedWeights: Sendable {
    /// Where each weight stands.
    package let layout: PanelLayout
    /// The packed weights. Without a source none are packed, and only their number is known.
    package let weights: AlignedFloats
    /// One value a padded channel, zero in the padding.
    package let bias: AlignedFloats
    /// Of a product whose depth is multiplied in pairs, what its sums must be multiplied by; else nil.
    package let pairedScale: Float?

    /// Rows of a product's right matrix, or taps of a depthwise kernel.
    package var depth: Int { layout.depth }
    /// Output channels.
    package var outputs: Int { layout.outputs }
    /// Output channels, padded to whole lanes.
    package var columns: Int { layout.columns }
    /// Column panels of a product.
    package var panelCount: Int { layout.panelCount }
    /// How many packed weights there are.
    package var count: Int { layout.count }
    /// Bytes of the packed weights and bias.
    package var bytes: Int { (count + columns) * MemoryLayout<Float>.stride }

    /// Packs the weights of a dense convolution or linear layer, `[out, in, kernel, kernel]`, for the
    /// product of pixels gathered in the order ky, kx, channel, whose depth may be multiplied in pairs.
    package init(
        dense source: [Float]?, bias: [Float]?, outputs: Int, inputs: Int, kernel: Int,
        isPaired: Bool = false, in pool: FloatPool? = nil,
        for set: KernelSet
    ) throws(AllocationError) {
        let layout = PanelLayout(
            outputs: outputs, inputs: inputs, taps: kernel * kernel, isPaired: isPaired, for: set)
        try self.init(source, bias: bias, layout, isPaired: isPaired, in: pool)
        guard let source else { return }
        layout.pack(source, dividedBy: pairedScale ?? 1, to: weights.start)
        guard isPaired else { return }
        layout.forEachColumn { [weights] _, column in
            Self.pairColumn(weights.start + column.start, stride: column.inputStride, depth: layout.depth)
        }
    }

    /// Packs the weights of a depthwise convolution, `[channel, 1, kernel, kernel]`, or of one of narrow groups, `[channel, width,
    /// kernel, kernel]`.
    package init(
        depthwise source: [Float]?, bias: [Float]?, channels: Int, groupWidth: Int = 1, kernel: Int,
        in pool: FloatPool? = nil,
        for set: KernelSet
    ) throws(AllocationError) {
        let layout = PanelLayout(
            depthwise: channels, groupWidth: groupWidth, taps: kernel * kernel, for: set)
        try self.init(source, bias: bias, layout, in: pool)
        if let source { layout.pack(source, to: weights.start) }
    }

    /// Packs the weights of a grouped convolution, `[out, in / groups, kernel, kernel]`, panel by panel.
    package init(
        grouped source: [Float]?, bias: [Float]?, panels: GroupedPanels, kernel: Int,
        in pool: FloatPool? = nil, for set: KernelSet
    ) throws(AllocationError) {
        let layout = PanelLayout(panels, taps: kernel * kernel, for: set)
        try self.init(source, bias: bias, layout, in: pool)
        if let source { layout.pack(source, to: weights.start) }
    }

    /// Memory for weights that are packed afterwards, where there are any, and the bias padded.
    init(
        _ source: [Float]?, bias: [Float]?, _ layout: PanelLayout, isPaired: Bool = false, in pool: FloatPool?
    ) throws(AllocationError) {
        self.layout = layout
        pairedScale = isPaired ? Self.scale(source ?? []) : nil
        let count = source == nil ? 0 : layout.count
        if let pool, source != nil {
            weights = try pool.floats(count: count)
        } else {
            weights = try AlignedFloats(count: count)
        }
        let bias = bias ?? []
        self.bias = try AlignedFloats(bias + [Float](repeating: 0, count: layout.columns - bias.count))
    }
}

extension PackedWeights {
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
}
