// Grouped convolution: each panel of output channels is a product with the input channels of its groups.
//
// The rows of an image that a strip of outputs meets are copied once, with zeros around the image, and multiplied where they
// stand: the pixels of a row are the rows of a register tile, and the taps of the kernel are segments of its depth. Gathering
// windows would copy each pixel as often as the kernel has taps, and a narrow group has few products for each copy.

import KernelTasks

/// A range of output rows and panels of a grouped convolution.
package func grouped(_ task: GroupedTask) {
    guard task.firstPanel < task.endPanel else { return }
    guard task.strip.windowStride == 0 else { return groupedGathered(task) }
    let height = task.window.outputHeight
    var row = task.firstRow
    while row < task.endRow {
        let end = min(task.endRow, row + task.strip.rows, (row / height + 1) * height)
        copyStrip(task, rows: row..<end)
        for panel in task.firstPanel..<task.endPanel {
            multiply(task, panel: panel, rows: row..<end)
        }
        row = end
    }
}

/// The same where windows are copied: pixels of several rows are the rows of a tile.
@inline(never) func groupedGathered(_ task: GroupedTask) {
    let width = task.window.outputWidth
    var row = task.firstRow
    while row < task.endRow {
        let end = min(task.endRow, row + task.strip.rows)
        var gathered: (first: Int, inputs: Int)?
        for index in task.firstPanel..<task.endPanel {
            let panel = task.panels[index]
            if gathered?.first != panel.firstInput || gathered?.inputs != panel.inputs {
                gathered = (panel.firstInput, panel.inputs)
                gather(
                    GatherTask(
                        input: task.input + panel.firstInput, window: task.window, channels: panel.inputs,
                        output: task.scratch, outputStride: task.strip.windowStride, firstRow: row * width,
                        endRow: end * width))
            }
            multiplyGathered(task, panel, pixels: row * width..<end * width)
        }
        row = end
    }
}

/// One panel of some output pixels, whose windows are gathered.
@inline(never) func multiplyGathered(_ task: GroupedTask, _ panel: GroupedPanel, pixels: Range<Int>) {
    let taps = task.window.kernel * task.window.kernel
    var tile = TileProduct(
        task, panel, left: UnsafePointer(task.scratch), leftStride: task.strip.windowStride,
        depth: panel.inputs * taps, firstPixel: pixels.lowerBound)
    tile.multiply(TileHeights(rows: pixels.count, tile))
    tile.finish.curve(
        task.output + pixels.lowerBound * task.columns + panel.firstColumn, rows: pixels.count,
        columns: panel.columns, stride: task.columns)
}

extension TileProduct {
    /// A panel of a grouped convolution, from an output pixel on.
    @inline(__always) init(
        _ task: GroupedTask, _ panel: GroupedPanel, left: UnsafePointer<Float>, leftStride: Int, depth: Int,
        segments: Int = 1, segmentStride: Int = 0, firstPixel: Int
    ) {
        let taps = task.window.kernel
        let weights = task.weights + panel.weights * taps * taps
        let first = firstPixel * task.columns + panel.firstColumn
        self.init(
            left: left, leftStride: leftStride, right: weights, depth: depth, segments: segments,
            segmentStride: segmentStride, ahead: UnsafeRawPointer(weights),
            bias: task.bias.map { $0 + panel.firstColumn }, start: nil, startStride: 0,
            residual: task.residual.map { $0 + first }, residualStride: task.columns,
            output: task.output + first, outputStride: task.columns, isWide: panel.columns == Wide.width,
            isHalved: task.multipliers.areHalves
                && panel.firstColumn + panel.columns - task.outputs >= Lanes.scalarCount / 2,
            finish: Finish(task.activation))
    }
}

/// Copies what the windows of some output rows of one image meet of the channels that the panels read.
@inline(never) func copyStrip(_ task: GroupedTask, rows: Range<Int>) {
    let window = task.window
    let lanes = Lanes.scalarCount
    let image = rows.lowerBound / window.outputHeight
    let top = (rows.lowerBound - image * window.outputHeight) * window.stride - window.padTop
    let last = task.panels[task.endPanel - 1]
    let first = task.panels[task.firstPanel].firstInput / lanes * lanes
    let end = paddedToLanes(last.firstInput + last.inputs)
    let width = task.strip.rowStride / task.strip.pixelStride
    let left = min(window.padLeft, width)
    let right = min(width, left + window.inputWidth)
    var target = task.scratch
    for row in top..<top + (rows.count - 1) * window.stride + window.kernel {
        let isOnImage = row >= 0 && row < window.inputHeight
        let start = (image * window.inputHeight + row) * window.inputWidth * window.inputStride
        for column in 0..<width {
            let pixel = target + column * task.strip.pixelStride
            var channel = first
            if isOnImage, column >= left, column < right {
                let source = task.input + start + (column - left) * window.inputStride
                while channel < end {
                    save(load(source + channel), to: pixel + channel)
                    channel += lanes
                }
            } else {
                while channel < end {
                    save(Lanes(repeating: 0), to: pixel + channel)
                    channel += lanes
                }
            }
        }
        target += task.strip.rowStride
    }
}

/// One panel of some output rows: a column of tiles, one in each row, and then the next column.
@inline(never) func multiply(_ task: GroupedTask, panel: Int, rows: Range<Int>) {
    let panel = task.panels[panel]
    let window = task.window
    let taps = window.kernel
    let firstPixel = rows.lowerBound * window.outputWidth
    var tile = TileProduct(
        task, panel, left: UnsafePointer(task.scratch) + panel.firstInput,
        leftStride: window.stride * task.strip.pixelStride, depth: panel.inputs, segments: taps,
        segmentStride: task.strip.pixelStride, firstPixel: firstPixel)
    tile.segmentRows = taps
    tile.segmentRowGap = task.strip.rowStride - taps * task.strip.pixelStride
    tile.tiles = rows.count
    tile.leftStep = window.stride * task.strip.rowStride
    tile.outputStep = window.outputWidth * task.columns
    tile.residualStep = tile.outputStep
    let heights = TileHeights(rows: window.outputWidth, tile)
    for index in 0..<heights.tiles {
        let pixels = index < heights.higher ? heights.rows + 1 : heights.rows
        tile.lowerOffset = (pixels + 1) / 2 * tile.leftStride
        tile.multiply(rows: pixels)
        tile.left += pixels * tile.leftStride
        tile.output += pixels * task.columns
        tile.residual = tile.residual.map { $0 + pixels * task.columns }
    }
    if tile.finish.isCurved {
        tile.finish.curve(
            task.output + firstPixel * task.columns + panel.firstColumn,
            rows: rows.count * window.outputWidth, columns: panel.columns, stride: task.columns)
    }
}
