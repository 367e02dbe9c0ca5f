// The gradient of a product's weights: pixels are what is summed over.
//
// The register tile is that of the product. Its rows are columns of the left matrix, which stand side by
// side in memory; pixel after pixel adds an outer product. Each sum takes its pixels one after the other,
// and waits in the output between blocks of them, so no cut of the work changes a bit.

import KernelTasks

/// A tile's worth of a weight gradient: a block of pixels, one panel of columns, the rows of one tile.
struct GradientTile {
    /// The first pixel's part of the left matrix, as many columns as the tile has rows.
    var left: UnsafePointer<Float>
    var leftStride: Int
    /// The first pixel's part of the right matrix, the columns of one panel.
    var right: UnsafePointer<Float>
    var rightStride: Int
    /// Pixels to sum over.
    var pixels: Int
    var output: UnsafeMutablePointer<Float>
    /// Whether the sums begin with what `output` holds.
    var continues: Bool
    var isWide: Bool

    /// Sums and stores the tile, of two vectors a row where the panel has two.
    @inline(__always) func sum<W: Tile, N: Tile>(_ wide: W.Type, _ narrow: N.Type) {
        if isWide {
            sum(wide)
        } else {
            sum(narrow)
        }
    }

    @inline(__always) private func sum<T: Tile>(_ tile: T.Type) {
        let width = T.Row.width
        var sums = T(T.Row(repeating: 0))
        if continues { sums.add(UnsafePointer(output), stride: width) }
        var column = left
        var row = right
        for _ in 0..<pixels {
            sums.add(column, stride: 1, times: T.Row(row))
            column += leftStride
            row += rightStride
        }
        sums.store(to: output, stride: width)
    }
}

/// Floats of both matrices that should stay in the second cache while all panels pass.
private let cachedFloats = 128 * 1024

/// Pixels of a block at the most: a panel of the right matrix should stay in the first cache.
private let blockPixels = 128

/// A range of rows and panels of the transposed left matrix times the right one.
package func weightGradient(_ task: WeightGradientTask) {
    let block = max(16, min(blockPixels, cachedFloats / (task.depth + task.columns)))
    var first = task.firstRow
    var continues = task.accumulates
    repeat {
        let end = min(task.endRow, first + block)
        for panel in task.firstPanel..<task.endPanel {
            sumPanel(task, first..<end, panel: panel, continues: continues)
        }
        continues = true
        first = end
    } while first < task.endRow
}

/// A block of pixels of one panel, tile by tile.
@inline(__always) private func sumPanel(
    _ task: WeightGradientTask, _ pixels: Range<Int>, panel: Int, continues: Bool
) {
    let column = panel * 2 * Lanes.scalarCount
    let width = min(2 * Lanes.scalarCount, task.columns - column)
    var tile = GradientTile(
        left: task.left + pixels.lowerBound * task.leftStride + task.firstDepth, leftStride: task.leftStride,
        right: task.right + pixels.lowerBound * task.rightStride + column, rightStride: task.rightStride,
        pixels: pixels.count, output: task.output + column * task.depth + task.firstDepth * width,
        continues: continues, isWide: width == 2 * Lanes.scalarCount)
    var remaining = task.endDepth - task.firstDepth
    var tiles = (remaining + tileRows - 1) / tileRows
    while remaining > 0 {
        let count = (remaining + tiles - 1) / tiles
        tiles -= 1
        tile.sum(rows: count)
        tile.left += count
        tile.output += count * width
        remaining -= count
    }
}
