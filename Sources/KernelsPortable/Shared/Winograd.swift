// Dense or grouped 3×3 convolution of stride 1 by Winograd's algorithm.
//
// Tiles of input pixels are transformed, so that each kernel position's product becomes one of 16 or 36
// smaller ones: four multiplications an output and channel with tiles of 2×2, two and a quarter with 4×4,
// instead of nine. For a block of tiles that stays in the second cache: transform all channels; then, panel
// by panel of output channels, multiply all matrices and transform back what is still in the caches.

import KernelTasks

/// A range of tiles and panels of a Winograd convolution.
package func winograd(_ task: WinogradTask) {
    var first = task.firstTile
    while first < task.endTile {
        let tiles = first..<min(task.endTile, first + task.layout.tiles)
        // A dense convolution has one run of panels.
        var run = -1
        for panel in task.firstPanel..<task.endPanel {
            if task.panel(panel).firstOfRun != run {
                run = task.panel(panel).firstOfRun
                switch task.tile {
                case .two: evaluateTwo(task, tiles, panel: panel)
                case .four: evaluateFour(task, tiles, panel: panel)
                }
                if task.pairedScale != nil { pairRows(task, tiles: tiles.count) }
            }
            multiply(task, tiles: tiles.count, panel: panel)
            switch task.tile {
            case .two: interpolateTwo(task, tiles, panel: panel)
            case .four: interpolateFour(task, tiles, panel: panel)
            }
        }
        first = tiles.upperBound
    }
}

extension WinogradTask {
    /// A panel, which in a dense convolution reads all channels.
    @inline(__always) fileprivate func panel(_ index: Int) -> GroupedPanel {
        if let panels { return panels[index] }
        let column = index * Wide.width
        return GroupedPanel(
            firstColumn: column, columns: min(Wide.width, columns - column), firstInput: 0, inputs: channels,
            firstOfRun: 0, inputsOfRun: channels,
            weights: column * panelRows(channels, isPaired: pairedScale != nil))
    }
}

extension GroupedPanel {
    /// The channel that stands first in the scratch memory: runs are evaluated by whole vectors.
    @inline(__always) fileprivate var firstEvaluated: Int {
        firstOfRun / Lanes.scalarCount * Lanes.scalarCount
    }
}

// Each transform is a function of its own, so that it has all the registers.
@inline(never) func evaluateTwo(_ task: WinogradTask, _ tiles: Range<Int>, panel: Int) {
    evaluate(task, tiles, panel: panel, TwoOutputs())
}

@inline(never) func evaluateFour(_ task: WinogradTask, _ tiles: Range<Int>, panel: Int) {
    evaluate(task, tiles, panel: panel, FourOutputs())
}

@inline(never) func interpolateTwo(_ task: WinogradTask, _ tiles: Range<Int>, panel: Int) {
    interpolate(task, tiles, panel: panel, TwoOutputs())
}

@inline(never) func interpolateFour(_ task: WinogradTask, _ tiles: Range<Int>, panel: Int) {
    interpolate(task, tiles, panel: panel, FourOutputs())
}

/// The sums of pairs of all rows of a block's transformed inputs.
@inline(never) func pairRows(_ task: WinogradTask, tiles: Int) {
    for matrix in 0..<task.tile.matrices {
        pairRows(
            task.scratch + matrix * task.layout.inputMatrix, stride: task.layout.inputStride, rows: tiles,
            depth: task.channels, to: task.scratch + task.layout.rowSums + matrix * tiles)
    }
}

/// The products of all matrices of a block with one panel.
@inline(never) func multiply(_ task: WinogradTask, tiles: Int, panel: Int) {
    let panel = task.panel(panel)
    let width = panel.columns
    let matrices = task.tile.matrices
    let isPaired = task.pairedScale != nil
    let weights = task.weights + panel.weights * matrices
    let matrixFloats = width * panelRows(panel.inputs, isPaired: isPaired)
    let first = TileProduct(
        left: UnsafePointer(task.scratch) + panel.firstInput - panel.firstEvaluated,
        leftStride: task.layout.inputStride,
        right: weights, depth: panel.inputs, segments: 1, segmentStride: 0,
        ahead: UnsafeRawPointer(weights + matrixFloats),
        bias: nil, start: nil, startStride: 0, residual: nil, residualStride: 0,
        output: task.scratch + task.layout.products,
        outputStride: width, isWide: width == Wide.width, isHalved: false, finish: Finish(.identity),
        loadsTwice: task.multipliers.areHalves)
    for matrix in 0..<matrices {
        var product = first
        product.left += matrix * task.layout.inputMatrix
        product.right += matrix * matrixFloats
        product.ahead += matrix * matrixFloats * MemoryLayout<Float>.size
        product.output += matrix * task.layout.productMatrix
        if isPaired {
            let sums = UnsafePointer(task.scratch + task.layout.rowSums + matrix * tiles)
            forEachRun(ofRows: 0..<tiles, sums) { rows, isPaired in
                var run = product
                run.left += rows.lowerBound * run.leftStride
                run.output += rows.lowerBound * run.outputStride
                run.rowSums = isPaired ? sums + rows.lowerBound : nil
                run.bias = isPaired ? run.right + panel.inputs * width : nil
                run.multiply(TileHeights(rows: rows.count, run))
            }
        } else {
            product.multiply(TileHeights(rows: tiles, product))
        }
    }
}

/// Evaluates all channels of a panel's run in a block of tiles, first down the columns of each, then along the rows.
@inline(__always) private func evaluate<T: WinogradTransform>(
    _ task: WinogradTask, _ tiles: Range<Int>, panel: Int, _ transform: T
) {
    let window = task.window
    let panel = task.panel(panel)
    let input = task.input + panel.firstEvaluated
    let channels = panel.firstOfRun + panel.inputsOfRun - panel.firstEvaluated
    let side = T.outputs + 2
    let lanes = Lanes.scalarCount
    let halfway = task.scratch + task.layout.patch
    let patch = halfway + side * side * lanes
    var place = TilePlace(task, tile: tiles.lowerBound)
    var target = task.scratch
    for _ in tiles {
        let top = place.row - window.padTop
        let left = place.column - window.padLeft
        let isInside =
            top >= 0 && left >= 0 && top + side <= window.inputHeight && left + side <= window.inputWidth
        let first = ((place.image * window.inputHeight + top) * window.inputWidth + left) * window.inputStride
        var channel = 0
        while channel < channels {
            var source = input + first + channel
            var (rowStride, columnStride) = (window.inputWidth * window.inputStride, window.inputStride)
            if !isInside {
                copyPatch(source, window, top: top, left: left, side: side, to: patch)
                source = UnsafePointer(patch)
                (rowStride, columnStride) = (side * lanes, lanes)
            }
            for column in 0..<side {
                transform.evaluate(
                    source + column * columnStride, stride: rowStride, to: halfway + column * lanes,
                    targetStride: side * lanes)
            }
            for row in 0..<side {
                transform.evaluate(
                    halfway + row * side * lanes, stride: lanes,
                    to: target + channel + row * side * task.layout.inputMatrix,
                    targetStride: task.layout.inputMatrix)
            }
            channel += lanes
        }
        target += task.layout.inputStride
        place.advance()
    }
}

/// Copies one vector of channels of a square of pixels, zeros where it lies outside the image.
@inline(never) func copyPatch(
    _ source: UnsafePointer<Float>, _ window: Window, top: Int, left: Int, side: Int,
    to target: UnsafeMutablePointer<Float>
) {
    for row in 0..<side {
        let isOnImage = top + row >= 0 && top + row < window.inputHeight
        for column in 0..<side {
            var value = Lanes(repeating: 0)
            if isOnImage, left + column >= 0, left + column < window.inputWidth {
                value = load(source + (row * window.inputWidth + column) * window.inputStride)
            }
            save(value, to: target + (row * side + column) * Lanes.scalarCount)
        }
    }
}

/// Turns one panel of a block's products into outputs: down the columns of each tile, then along the rows,
/// to which bias, residual and activation are applied.
@inline(__always) private func interpolate<T: WinogradTransform>(
    _ task: WinogradTask, _ tiles: Range<Int>, panel: Int, _ transform: T
) {
    let panel = task.panel(panel)
    let window = task.window
    let side = T.outputs + 2
    let lanes = Lanes.scalarCount
    let firstChannel = panel.firstColumn
    let width = panel.columns
    let finish = Finish(task.activation)
    let scale = Lanes(repeating: task.pairedScale ?? 1)
    let halfway = task.scratch + task.layout.patch
    let pixels = halfway + side * side * lanes
    var place = TilePlace(task, tile: tiles.lowerBound)
    var source = task.scratch + task.layout.products
    for _ in tiles {
        let rows = min(T.outputs, window.outputHeight - place.row)
        let columns = min(T.outputs, window.outputWidth - place.column)
        let first = (place.image * window.outputHeight + place.row) * window.outputWidth + place.column
        var channel = 0
        while channel < width {
            for column in 0..<side {
                transform.interpolate(
                    source + channel + column * task.layout.productMatrix,
                    stride: side * task.layout.productMatrix, to: halfway + column * lanes,
                    targetStride: side * lanes)
            }
            let bias = load(task.bias + firstChannel + channel)
            for row in 0..<rows {
                transform.interpolate(
                    halfway + row * side * lanes, stride: lanes, to: pixels, targetStride: lanes)
                var offset =
                    (first + row * window.outputWidth) * task.columns + firstChannel + channel
                for column in 0..<columns {
                    var sum = multiplyAdd(load(pixels + column * lanes), scale, bias)
                    if let residual = task.residual { sum += load(residual + offset) }
                    save(finish.limited(sum), to: task.output + offset)
                    offset += task.columns
                }
            }
            channel += lanes
        }
        if finish.isCurved {
            for row in 0..<rows {
                let offset = (first + row * window.outputWidth) * task.columns + firstChannel
                finish.curve(task.output + offset, rows: columns, columns: width, stride: task.columns)
            }
        }
        source += width
        place.advance()
    }
}

/// The first output pixel of a tile.
private struct TilePlace {
    var image: Int
    var row: Int
    var column: Int
    private let side: Int
    private let height: Int
    private let width: Int

    @inline(__always) init(_ task: WinogradTask, tile: Int) {
        let perImage = task.tile.count(task.window)
        side = task.tile.outputs
        height = task.window.outputHeight
        width = task.window.outputWidth
        let perRow = (width + side - 1) / side
        image = tile / perImage
        row = (tile - image * perImage) / perRow * side
        column = (tile - image * perImage) % perRow * side
    }

    /// Moves on to the next tile.
    @inline(__always) mutating func advance() {
        column += side
        if column >= width {
            column = 0
            row += side
        }
        if row >= height {
            row = 0
            image += 1
        }
    }
}
