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
    guard product.pairedScale == nil else {
        // The sums of pairs of a block's rows, and what a panel's sums start with.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: pairedBlockRows + Wide.width) {
            multiplyBlocks(left, leftStride, product, segments, segmentStride, scratch: $0.baseAddress)
        }
        return
    }
    if product.endRow - product.firstRow == 1, segments == 1 { return multiplySingleRow(left, product) }
    multiplyBlocks(left, leftStride, product, segments, segmentStride, scratch: nil)
}

/// The blocks of rows of a product, one after the other; of a paired one, runs of rows that are multiplied alike.
@inline(never) func multiplyBlocks(
    _ left: UnsafePointer<Float>, _ leftStride: Int, _ product: MatrixProduct, _ segments: Int,
    _ segmentStride: Int,
    scratch: UnsafeMutablePointer<Float>?
) {
    let slices = segments == 1 ? product.slices : 1
    let fitting = product.blockRows(slices: slices)
    let rows = scratch == nil ? fitting : min(pairedBlockRows, fitting)
    var first = product.firstRow
    while first < product.endRow {
        let block = first..<min(product.endRow, first + rows)
        let blockLeft = left + (first - product.firstRow) * leftStride
        if let scratch {
            pairRows(blockLeft, stride: leftStride, rows: block.count, depth: product.depth, to: scratch)
            forEachRun(ofRows: 0..<block.count, scratch) { run, isPaired in
                multiplyRows(
                    blockLeft + run.lowerBound * leftStride, leftStride, product,
                    first + run.lowerBound..<first + run.upperBound, slices, segments, segmentStride,
                    rowSums: isPaired ? scratch + run.lowerBound : nil, start: scratch + pairedBlockRows)
            }
        } else {
            multiplyRows(
                blockLeft, leftStride, product, block, slices, segments, segmentStride, rowSums: nil,
                start: nil)
        }
        first = block.upperBound
    }
}

/// All slices and panels of some rows, in pairs where there are their sums of pairs.
@inline(__always) private func multiplyRows(
    _ left: UnsafePointer<Float>, _ leftStride: Int, _ product: MatrixProduct, _ rows: Range<Int>,
    _ slices: Int,
    _ segments: Int, _ segmentStride: Int, rowSums: UnsafeMutablePointer<Float>?,
    start: UnsafeMutablePointer<Float>?
) {
    // A slice of a paired product is cut between turns.
    let unit = start == nil ? 1 : pairedDepth
    let units = product.depth / unit
    for slice in 0..<slices {
        let low = units * slice / slices * unit
        let high = slice + 1 == slices ? product.depth : units * (slice + 1) / slices * unit
        if slice == 1 { rowSums?.update(repeating: 0, count: rows.count) }
        for panel in product.firstPanel..<product.endPanel {
            multiply(
                left, leftStride, product, rows, low..<high, panel: panel, segments, segmentStride,
                rowSums: rowSums, start: start)
        }
    }
}

extension MatrixProduct {
    /// Slices of the depth.
    @inline(__always) var slices: Int {
        depth > slicedDepth && endRow - firstRow > tileRows ? (depth + sliceDepth - 1) / sliceDepth : 1
    }

    /// Rows of a block.
    @inline(__always) func blockRows(slices: Int) -> Int {
        max(1, cachedFloats / (depth / slices + columns) / tileRows) * tileRows
    }
}

/// One panel and one slice of the depth of a block of rows, tile by tile.
@inline(__always) private func multiply(
    _ left: UnsafePointer<Float>, _ leftStride: Int, _ product: MatrixProduct, _ rows: Range<Int>,
    _ depths: Range<Int>, panel: Int, _ segments: Int, _ segmentStride: Int,
    rowSums: UnsafePointer<Float>?, start: UnsafeMutablePointer<Float>?
) {
    let column = panel * 2 * Lanes.scalarCount
    let width = min(2 * Lanes.scalarCount, product.columns - column)
    let isFirst = depths.lowerBound == 0
    let isLast = depths.upperBound == product.depth
    let output = product.output + rows.lowerBound * product.outputStride + column
    let residual = product.residual.map { $0 + rows.lowerBound * product.residualStride + column }
    let panelRows = panelRows(product.depth, isPaired: start != nil)
    let weights = product.weights + column * panelRows + depths.lowerBound * width
    var tile = TileProduct(
        left: left + depths.lowerBound, leftStride: leftStride, right: weights,
        depth: depths.count / segments, segments: segments, segmentStride: segmentStride,
        ahead: UnsafeRawPointer(weights + panelRows * width),
        bias: isFirst ? product.bias.map { $0 + column } : nil,
        start: isFirst ? (product.addsResidualFirst ? residual : nil) : UnsafePointer(output),
        startStride: isFirst ? product.residualStride : product.outputStride,
        residual: product.addsResidualFirst ? nil : residual,
        residualStride: product.residualStride, output: output,
        outputStride: product.outputStride, isWide: width == 2 * Lanes.scalarCount,
        isHalved: product.multipliers.areHalves
            && column + width - product.outputs >= Lanes.scalarCount / 2,
        finish: Finish(isLast ? product.activation : .identity))
    if let scale = product.pairedScale, let start {
        // Vectors of half the size are faster one by one.
        let isPaired = !tile.isHalved && rowSums != nil
        if isPaired { tile.rowSums = rowSums }
        tile.loadsTwice = product.multipliers.areHalves
        if isLast { tile.scale = scale }
        if isFirst {
            // The sums begin as what they are divided by the scale.
            tile.startFactor = 1 / scale
            let columnSums = weights + product.depth * width
            var lane = 0
            while lane < width {
                let bias = tile.bias.map { load($0 + lane) } ?? Lanes(repeating: 0)
                let pairs = isPaired ? load(columnSums + lane) : Lanes(repeating: 0)
                save(multiplyAdd(bias, Lanes(repeating: tile.startFactor), pairs), to: start + lane)
                lane += Lanes.scalarCount
            }
            tile.bias = UnsafePointer(start)
        }
    }
    tile.multiply(TileHeights(rows: rows.count, tile))
    // Not tile by tile: a curve that waits for sums just stored keeps the next tile's products out of the core.
    if tile.finish.isCurved {
        tile.finish.curve(output, rows: rows.count, columns: width, stride: product.outputStride)
    }
}
