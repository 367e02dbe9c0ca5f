// Matrix multiplication in register tiles: 1×1 convolutions and linear layers, and the inner part of all
// dense convolutions.
//
// Panels of packed weights are the middle loop, row tiles the inner one, so that a panel stays in the
// second cache while the tiles pass; blocks of rows are the outer loop, so that the rows stay there too.

import KernelTasks

/// One tile's worth of a product: all of the depth, one panel of columns, the rows of one tile.
struct TileProduct {
    var left: UnsafePointer<Float>
    var leftStride: Int
    var right: UnsafePointer<Float>
    var depth: Int
    var bias: UnsafePointer<Float>
    var residual: UnsafePointer<Float>?
    var residualStride: Int
    var output: UnsafeMutablePointer<Float>
    var outputStride: Int
    var isWide: Bool
    var finish: Finish

    /// Computes and stores the tile, of two vectors a row where the panel has two.
    @inline(__always) func multiply<W: Tile, N: Tile>(_ wide: W.Type, _ narrow: N.Type) {
        if isWide {
            multiply(wide)
        } else {
            multiply(narrow)
        }
    }

    @inline(__always) private func multiply<T: Tile>(_ tile: T.Type) {
        var sums = T(T.Row(bias))
        if let residual { sums.add(residual, stride: residualStride) }
        var column = left
        var row = right
        let width = MemoryLayout<T.Row>.size / MemoryLayout<Float>.size
        for _ in 0..<depth {
            sums.add(column, stride: leftStride, times: T.Row(row))
            column += 1
            row += width
        }
        if finish.limits {
            sums.store(to: output, stride: outputStride, limitedTo: finish.upper)
        } else {
            sums.store(to: output, stride: outputStride)
        }
        if finish.isCurved {
            finish.curve(output, rows: T.rows, columns: width, stride: outputStride)
        }
    }
}

/// A range of rows and panels of `activation(input · weights + bias + residual)`.
package func pointwise(_ task: PointwiseTask) {
    multiply(task.input + task.product.firstRow * task.inputStride, task.inputStride, task.product)
}

/// Floats of the left matrix that should stay in the second cache while all panels pass.
private let cachedFloats = 64 * 1024

/// The range of a product's rows whose left matrix begins, with its first row, at `left`.
func multiply(_ left: UnsafePointer<Float>, _ leftStride: Int, _ product: MatrixProduct) {
    let tiles = max(1, cachedFloats / max(1, leftStride) / tileRows)
    var first = product.firstRow
    while first < product.endRow {
        let end = min(product.endRow, first + tiles * tileRows)
        for panel in product.firstPanel..<product.endPanel {
            multiply(
                left + (first - product.firstRow) * leftStride, leftStride, product, first..<end, panel: panel
            )
        }
        first = end
    }
}

/// A block of rows of one panel, its tiles as equal as they can be.
@inline(__always) private func multiply(
    _ left: UnsafePointer<Float>, _ leftStride: Int, _ product: MatrixProduct, _ rows: Range<Int>, panel: Int
) {
    let column = panel * 2 * Lanes.scalarCount
    var tile = TileProduct(
        left: left, leftStride: leftStride, right: product.weights + column * product.depth,
        depth: product.depth, bias: product.bias + column,
        residual: product.residual.map { $0 + rows.lowerBound * product.residualStride + column },
        residualStride: product.residualStride,
        output: product.output + rows.lowerBound * product.outputStride + column,
        outputStride: product.outputStride,
        isWide: product.columns - column >= 2 * Lanes.scalarCount, finish: Finish(product.activation))
    var remaining = rows.count
    while remaining > 0 {
        let count = min(remaining, tileRows)
        tile.multiply(rows: count)
        tile.left += count * leftStride
        tile.output += count * product.outputStride
        tile.residual = tile.residual.map { $0 + count * product.residualStride }
        remaining -= count
    }
}
