// Matrix multiplication in register tiles: 1×1 convolutions and linear layers, and the inner part of all
// dense convolutions.
//
// The loops, from the outside: blocks of rows and slices of the depth, so that a piece of the left matrix
// stays in the second cache; panels of packed weights, each slice of which is read from memory once; tiles
// of rows. Sums of a slice wait in the output for the next one.

import CPUFeatures
import KernelTasks

/// One tile's worth of a product: a slice of the depth, one panel of columns, the rows of one tile.
struct TileProduct {
    var left: UnsafePointer<Float>
    /// The row of the left matrix at which the tile's lower half begins. It is stored rather than computed where it
    /// is needed: the compiler would make a chain of additions of it, and where another thread shares the core,
    /// every instruction between the multiplications costs time.
    var lowerLeft: UnsafePointer<Float>
    var leftStride: Int
    var right: UnsafePointer<Float>
    /// Rows of `right`; of each segment, where the rows of the left matrix come in several.
    var depth: Int
    var segments: Int
    /// Floats from one segment of a row of the left matrix to the next.
    var segmentStride: Int
    /// The weights that are needed next, asked for while these are multiplied: an address, and the bytes to advance
    /// for each row of these.
    var ahead: UnsafeRawPointer
    var aheadStep: Int
    /// What the sums start with; nil is zero.
    var bias: UnsafePointer<Float>?
    /// What is added to that: a shortcut, or the sums of the slice before.
    var residual: UnsafePointer<Float>?
    var residualStride: Int
    var output: UnsafeMutablePointer<Float>
    var outputStride: Int
    var isWide: Bool
    /// Whether half of the panel's last vector is padding, and need only be finite.
    var isHalved: Bool
    var finish: Finish

    /// Computes and stores the tile, of two vectors a row where the panel has two.
    @inline(__always) func multiply<W: Tile, N: Tile>(_ wide: W.Type, _ narrow: N.Type) {
        if isWide {
            multiply(wide)
        } else {
            multiply(narrow)
        }
    }

    /// Computes and stores a tile of this type.
    @inline(__always) func multiply<T: Tile>(_ tile: T.Type) {
        var sums = T(bias.map { T.Row($0) } ?? T.Row(repeating: 0))
        if let residual { sums.add(residual, stride: residualStride) }
        var upper = left
        var lower = lowerLeft
        var row = right
        var ahead = ahead
        let width = T.Row.width
        for _ in 0..<segments {
            for turn in 0..<depth / rowsPerTurn {
                let column = turn * rowsPerTurn
                prefetch(ahead)
                sums.add(upper + column, lower + column, stride: leftStride, times: T.Row(row))
                if rowsPerTurn == 2 {
                    let next = column + 1
                    sums.add(upper + next, lower + next, stride: leftStride, times: T.Row(row + width))
                }
                row += rowsPerTurn * width
                ahead += rowsPerTurn * aheadStep
            }
            if depth % rowsPerTurn == 1 {
                sums.add(upper + depth - 1, lower + depth - 1, stride: leftStride, times: T.Row(row))
                row += width
            }
            upper += segmentStride
            lower += segmentStride
        }
        if finish.limits {
            sums.store(to: output, stride: outputStride, limitedTo: finish.upper)
        } else {
            sums.store(to: output, stride: outputStride)
        }
    }
}

/// A range of rows and panels of `activation(input · weights + bias + residual)`.
package func pointwise(_ task: PointwiseTask) {
    multiply(task.input + task.product.firstRow * task.inputStride, task.inputStride, task.product)
}

/// Floats of the left matrix and of the result that should stay in the second cache while all panels pass.
private let cachedFloats = 128 * 1024

/// Depths above this are cut into slices. Cutting costs a pass over the sums, so it pays only where a panel
/// would drive the rows out of the second cache; it changes no bit, since the order of adding stays.
private let slicedDepth = 1280

/// The depth of a slice at the most.
private let sliceDepth = 768

/// The range of a product's rows whose left matrix begins, with its first row, at `left`. Its rows may come
/// in equal segments, `segmentStride` floats apart.
func multiply(
    _ left: UnsafePointer<Float>, _ leftStride: Int, _ product: MatrixProduct, segments: Int = 1,
    segmentStride: Int = 0
) {
    let count = product.endRow - product.firstRow
    if count == 1, segments == 1 { return multiplySingleRow(left, product) }
    let isSliced = segments == 1 && product.depth > slicedDepth && count > tileRows
    let slices = isSliced ? (product.depth + sliceDepth - 1) / sliceDepth : 1
    let rows = max(1, cachedFloats / (product.depth / slices + product.columns) / tileRows) * tileRows
    var first = product.firstRow
    while first < product.endRow {
        let end = min(product.endRow, first + rows)
        let block = left + (first - product.firstRow) * leftStride
        for slice in 0..<slices {
            let depths = product.depth * slice / slices..<product.depth * (slice + 1) / slices
            for panel in product.firstPanel..<product.endPanel {
                multiply(
                    block, leftStride, product, first..<end, depths, panel: panel, segments, segmentStride)
            }
        }
        first = end
    }
}

/// One panel and one slice of the depth of a block of rows, tile by tile.
@inline(__always) private func multiply(
    _ left: UnsafePointer<Float>, _ leftStride: Int, _ product: MatrixProduct, _ rows: Range<Int>,
    _ depths: Range<Int>, panel: Int, _ segments: Int, _ segmentStride: Int
) {
    let column = panel * 2 * Lanes.scalarCount
    let width = min(2 * Lanes.scalarCount, product.columns - column)
    let isFirst = depths.lowerBound == 0
    let isLast = depths.upperBound == product.depth
    let output = product.output + rows.lowerBound * product.outputStride + column
    var tile = TileProduct(
        left: left + depths.lowerBound, lowerLeft: left, leftStride: leftStride,
        right: product.weights + column * product.depth + depths.lowerBound * width,
        depth: depths.count / segments, segments: segments, segmentStride: segmentStride,
        ahead: UnsafeRawPointer(
            product.weights + column * product.depth + (product.depth + depths.lowerBound) * width),
        aheadStep: 0,
        bias: isFirst ? product.bias.map { $0 + column } : nil,
        residual: isFirst
            ? product.residual.map { $0 + rows.lowerBound * product.residualStride + column }
            : UnsafePointer(output),
        residualStride: isFirst ? product.residualStride : product.outputStride, output: output,
        outputStride: product.outputStride, isWide: width == 2 * Lanes.scalarCount,
        isHalved: column + width - product.outputs >= Lanes.scalarCount / 2,
        finish: Finish(isLast ? product.activation : .identity))
    // Tiles of nearly equal heights: one of a row or two would wait for its weights.
    let height = tile.isWide && tile.isHalved ? threeHalvesTileRows : tileRows
    var remaining = rows.count
    var tiles = (remaining + height - 1) / height
    // One tile reads the weights only once, as fast as they come.
    tile.aheadStep = tiles == 1 ? 0 : width * MemoryLayout<Float>.size / tiles
    if tiles == 1 { tile.ahead = UnsafeRawPointer(tile.right) }
    while remaining > 0 {
        let count = (remaining + tiles - 1) / tiles
        tiles -= 1
        tile.lowerLeft = tile.left + (count + 1) / 2 * leftStride
        tile.multiply(rows: count)
        tile.left += count * leftStride
        tile.output += count * product.outputStride
        tile.ahead += tile.aheadStep * depths.count
        tile.residual = tile.residual.map { $0 + count * tile.residualStride }
        remaining -= count
    }
    // Not tile by tile: a curve that waits for sums just stored keeps the next tile's products out of the core.
    if tile.finish.isCurved {
        tile.finish.curve(output, rows: rows.count, columns: width, stride: product.outputStride)
    }
}
