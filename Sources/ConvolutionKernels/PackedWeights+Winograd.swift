// Weights of 3×3 kernels, transformed for Winograd's algorithm.

import KernelTasks

extension PackedWeights {
    /// Packs the weights of a 3×3 convolution, `[out, in, 3, 3]`: each panel of a product holds its part of
    /// all transformed matrices, one after the other, whose depth may be multiplied in pairs.
    package init(
        winograd source: [Float]?, bias: [Float]?, outputs: Int, inputs: Int, tile: WinogradTile,
        isPaired: Bool = false, in pool: FloatPool? = nil, for set: KernelSet
    ) throws(AllocationError) {
        let layout = PanelLayout(
            outputs: outputs, inputs: inputs, matrices: tile.matrices, isPaired: isPaired, for: set)
        try self.init(source, bias: bias, layout, isPaired: isPaired, in: pool)
        evaluate(source, tile)
        guard isPaired, source != nil else { return }
        layout.forEachColumn { [weights] _, column in
            for matrix in 0..<tile.matrices {
                Self.pairColumn(
                    weights.start + column.start + matrix * column.tapStride, stride: column.inputStride,
                    depth: inputs)
            }
        }
    }

    /// Packs the weights of a grouped 3×3 convolution, `[out, in / groups, 3, 3]`, likewise.
    package init(
        winograd source: [Float]?, bias: [Float]?, panels: GroupedPanels, tile: WinogradTile,
        in pool: FloatPool? = nil, for set: KernelSet
    ) throws(AllocationError) {
        try self.init(source, bias: bias, PanelLayout(panels, taps: tile.matrices, for: set), in: pool)
        evaluate(source, tile)
    }

    /// Writes the values of all kernels.
    private func evaluate(_ source: [Float]?, _ tile: WinogradTile) {
        guard let source else { return }
        precondition(source.count == outputs * layout.inputs * 9)
        let evaluation = tile.kernelEvaluation
        layout.forEachColumn { output, column in
            for input in 0..<layout.inputs {
                let kernel = (output * layout.inputs + input) * 9
                tile.evaluate(
                    source[kernel..<kernel + 9], scale: pairedScale ?? 1,
                    to: weights.start + column.start + input * column.inputStride,
                    matrixStride: column.tapStride, evaluation)
            }
        }
    }
}

extension WinogradTile {
    /// Writes a 3×3 kernel's value at each pair of points, one in each matrix.
    fileprivate func evaluate(
        _ source: ArraySlice<Float>, scale: Float, to target: UnsafeMutablePointer<Float>, matrixStride: Int,
        _ evaluation: [[Double]]
    ) {
        let kernel = source.map { Double($0) / Double(scale) }
        var place = target
        for down in evaluation {
            let row = (0..<3).map { x in
                down[0] * kernel[x] + down[1] * kernel[3 + x] + down[2] * kernel[6 + x]
            }
            for along in evaluation {
                place.pointee = Float(along[0] * row[0] + along[1] * row[1] + along[2] * row[2])
                place += matrixStride
            }
        }
    }

    /// What the three weights along one dimension add to the value at each point: powers of the point,
    /// divided by its distances to the others; at infinity, the last weight alone.
    fileprivate var kernelEvaluation: [[Double]] {
        let (a, b) = (Double(WinogradPoints.a), Double(WinogradPoints.b))
        let points = self == .two ? [0, 1, -1] : [0, a, -a, b, -b]
        let rows = points.map { point in
            let distances = points.filter { $0 != point }.reduce(1) { $0 * (point - $1) }
            return [1, point, point * point].map { $0 / distances }
        }
        return rows + [[0, 0, 1]]
    }
}
