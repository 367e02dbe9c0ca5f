// Weights of 3×3 kernels, transformed for Winograd's algorithm.

import KernelTasks

extension PackedWeights {
    /// Packs the weights of a 3×3 convolution, `[out, in, 3, 3]`: each panel of a product holds its part of
    /// all transformed matrices, one after the other, whose depth may be multiplied in pairs.
    package init(
        winograd source: [Float]?, bias: [Float]?, outputs: Int, inputs: Int, tile: WinogradTile,
        isPaired: Bool = false, in pool: FloatPool? = nil, for set: KernelSet
    ) throws(AllocationError) {
        let columns = set.padded(outputs)
        let rows = Self.panelRows(inputs, isPaired: isPaired)
        let count = tile.matrices * rows * columns
        let packed = try source == nil ? AlignedFloats(count: 0) : Self.memory(count, pool)
        let scale = isPaired ? Self.scale(source ?? []) : nil
        try self.init(
            depth: inputs, outputs: outputs, weights: packed, count: count, pairedScale: scale, bias: bias,
            columns: columns, panelCount: set.panels(outputs))
        guard let source else { return }
        precondition(source.count == outputs * inputs * 9)
        let panel = 2 * set.lanes
        let evaluation = tile.kernelEvaluation
        for output in 0..<outputs {
            let first = output / panel * panel
            let width = min(panel, columns - first)
            let column = packed.start + first * rows * tile.matrices + (output - first)
            for input in 0..<inputs {
                tile.evaluate(
                    source[(output * inputs + input) * 9..<(output * inputs + input + 1) * 9],
                    scale: scale ?? 1,
                    to: column + input * width, matrixStride: rows * width, evaluation)
            }
            guard isPaired else { continue }
            for matrix in 0..<tile.matrices {
                Self.pairColumn(column + matrix * rows * width, stride: width, depth: inputs)
            }
        }
    }
}

extension PackedWeights {
    /// Packs the weights of a grouped 3×3 convolution, `[out, in / groups, 3, 3]`, likewise.
    package init(
        winograd source: [Float]?, bias: [Float]?, panels: GroupedPanels, tile: WinogradTile,
        in pool: FloatPool? = nil, for set: KernelSet
    ) throws(AllocationError) {
        let count = panels.count * tile.matrices
        try self.init(
            panels, weights: source == nil ? AlignedFloats(count: 0) : Self.memory(count, pool), count: count,
            bias: bias, for: set)
        guard let source else { return }
        precondition(source.count == outputs * panels.inputs * 9)
        let evaluation = tile.kernelEvaluation
        panels.forEachColumn { panel, output in
            let column = weights.start + panel.weights * tile.matrices + output - panel.firstColumn
            for input in 0..<panels.inputs {
                let kernel = (output * panels.inputs + input) * 9
                tile.evaluate(
                    source[kernel..<kernel + 9], scale: 1,
                    to: column + (panels.firstRow(panel, output) + input) * panel.columns,
                    matrixStride: panel.count, evaluation)
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
