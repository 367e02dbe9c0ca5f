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
                let kernel = (0..<9).map {
                    Double(source[(output * inputs + input) * 9 + $0]) / Double(scale ?? 1)
                }
                var matrix = 0
                for down in evaluation {
                    let row = (0..<3).map { x in
                        down[0] * kernel[x] + down[1] * kernel[3 + x] + down[2] * kernel[6 + x]
                    }
                    for along in evaluation {
                        column[(matrix * rows + input) * width] = Float(
                            along[0] * row[0] + along[1] * row[1] + along[2] * row[2])
                        matrix += 1
                    }
                }
            }
            guard isPaired else { continue }
            for matrix in 0..<tile.matrices {
                Self.pairColumn(column + matrix * rows * width, stride: width, depth: inputs)
            }
        }
    }
}

extension WinogradTile {
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
