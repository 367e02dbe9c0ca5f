// Matrix multiplication: 1×1 convolutions and linear layers, and the inner part of all dense convolutions.
//
// The loops, from the outside: blocks of rows and slices of the depth, so that a piece of the left matrix
// stays in the second cache; panels of packed weights, each slice of which is read from memory once; tiles
// of rows. Sums of a slice wait in the output for the next one.

import KernelTasks

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

extension MatrixProduct {
    /// Whether the residual is the first that is added to the sums, not the last: where the depth may be sliced, the
    /// output holds the sums of a slice while the residual, which may stand in the same place, is still needed.
    @inline(__always) var addsResidualFirst: Bool { depth > slicedDepth }
}

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
    let residual = product.residual.map { $0 + rows.lowerBound * product.residualStride + column }
    var tile = TileProduct(
        left: left + depths.lowerBound, leftStride: leftStride,
        right: product.weights + column * product.depth + depths.lowerBound * width,
        depth: depths.count / segments, segments: segments, segmentStride: segmentStride,
        ahead: UnsafeRawPointer(
            product.weights + column * product.depth + (product.depth + depths.lowerBound) * width),
        bias: isFirst ? product.bias.map { $0 + column } : nil,
        start: isFirst ? (product.addsResidualFirst ? residual : nil) : UnsafePointer(output),
        startStride: isFirst ? product.residualStride : product.outputStride,
        residual: product.addsResidualFirst ? nil : residual,
        residualStride: product.residualStride, output: output,
        outputStride: product.outputStride, isWide: width == 2 * Lanes.scalarCount,
        isHalved: column + width - product.outputs >= Lanes.scalarCount / 2,
        finish: Finish(isLast ? product.activation : .identity))
    tile.multiply(TileHeights(rows: rows.count, tile))
    // Not tile by tile: a curve that waits for sums just stored keeps the next tile's products out of the core.
    if tile.finish.isCurved {
        tile.finish.curve(output, rows: rows.count, columns: width, stride: product.outputStride)
    }
}
