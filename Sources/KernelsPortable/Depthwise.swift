// Depthwise convolution: each channel with a kernel of its own, channels side by side in a vector.
//
// Output rows are cut into tiles of 7, 4 or 1 pixels; the last tile of a row overlaps the one before rather
// than being smaller. 3×3 and 5×5 kernels of stride 1 and 2 have tiles in registers; the rest go pixel by
// pixel.

import KernelTasks

/// A range of output rows of a depthwise convolution.
package func depthwise(_ task: DepthwiseTask) {
    let kernel = task.window.kernel
    let step = task.window.stride
    guard kernel == 3 || kernel == 5, step == 1 || step == 2 else { return depthwiseAny(task) }
    let width = task.window.outputWidth
    for row in task.firstRow..<task.endRow {
        var column = 0
        while column < width {
            let count = width < 4 ? 1 : width - column > 4 && width >= 7 ? 7 : 4
            column = min(column, width - count)
            DepthwiseTile(task, row: row, column: column).sum(pixels: count, kernel: kernel, step: step)
            column += count
        }
    }
}

extension DepthwiseTile {
    /// Computes a tile of 7, 4 or 1 pixels, of a 3×3 or 5×5 kernel, of stride 1 or 2.
    @inline(__always) func sum(pixels: Int, kernel: Int, step: Int) {
        switch (kernel, step) {
        case (3, 1): pixels == 7 ? seven3() : pixels == 4 ? four3() : one3()
        case (3, _): pixels == 7 ? seven3Strided() : pixels == 4 ? four3Strided() : one3Strided()
        case (_, 1): pixels == 7 ? seven5() : pixels == 4 ? four5() : one5()
        default: pixels == 7 ? seven5Strided() : pixels == 4 ? four5Strided() : one5Strided()
        }
    }

    // Each tile is a function of its own, so that it has all the registers.
    @inline(never) func seven3() { sum(SevenPixels.self, ThreeTaps.self, step: 1) }
    @inline(never) func four3() { sum(FourPixels.self, ThreeTaps.self, step: 1) }
    @inline(never) func one3() { sum(Pixel.self, ThreeTaps.self, step: 1) }
    @inline(never) func seven3Strided() { sum(SevenPixels.self, ThreeTaps.self, step: 2) }
    @inline(never) func four3Strided() { sum(FourPixels.self, ThreeTaps.self, step: 2) }
    @inline(never) func one3Strided() { sum(Pixel.self, ThreeTaps.self, step: 2) }
    @inline(never) func seven5() { sum(SevenPixels.self, FiveTaps.self, step: 1) }
    @inline(never) func four5() { sum(FourPixels.self, FiveTaps.self, step: 1) }
    @inline(never) func one5() { sum(Pixel.self, FiveTaps.self, step: 1) }
    @inline(never) func seven5Strided() { sum(SevenPixels.self, FiveTaps.self, step: 2) }
    @inline(never) func four5Strided() { sum(FourPixels.self, FiveTaps.self, step: 2) }
    @inline(never) func one5Strided() { sum(Pixel.self, FiveTaps.self, step: 2) }
}

/// Any kernel and stride, one pixel and one vector of channels at a time.
@inline(never) func depthwiseAny(_ task: DepthwiseTask) {
    let kernel = task.window.kernel
    for row in task.firstRow..<task.endRow {
        for column in 0..<task.window.outputWidth {
            let tile = DepthwiseTile(task, row: row, column: column)
            let firstTap = max(0, -tile.inputColumn)
            let endTap = min(kernel, tile.inputWidth - tile.inputColumn)
            var channel = 0
            while channel < tile.channels {
                var sum = load(tile.bias + channel)
                for tapRow in 0..<tile.tapRows {
                    var tap = firstTap
                    while tap < endTap {
                        sum = multiplyAdd(
                            load(tile.input + tapRow * tile.inputRow + tap * task.channels + channel),
                            load(tile.weights + (tapRow * kernel + tap) * task.channels + channel), sum)
                        tap += 1
                    }
                }
                save(tile.finish.limited(sum), to: tile.output + channel)
                channel += Lanes.scalarCount
            }
            tile.finish.curve(tile.output, rows: 1, columns: tile.channels, stride: 0)
        }
    }
}

extension DepthwiseTile {
    /// The tile that begins at a column of an output row, the rows of taps clipped to the image.
    @inline(__always) init(_ task: DepthwiseTask, row: Int, column: Int) {
        let window = task.window
        let rows = WindowRows(window, row: row)
        let inputColumn = column * window.stride - window.padLeft
        let inputRow = window.inputWidth * task.channels
        self.init(
            input: task.input + rows.first * inputRow + inputColumn * task.channels + task.firstChannel,
            inputRow: inputRow,
            inputColumn: inputColumn, inputWidth: window.inputWidth,
            weights: task.weights + rows.firstTap * window.kernel * task.channels + task.firstChannel,
            tapRows: rows.count, bias: task.bias + task.firstChannel,
            channels: task.endChannel - task.firstChannel, stride: task.channels,
            output: task.output + (row * window.outputWidth + column) * task.channels + task.firstChannel,
            finish: Finish(task.activation))
    }
}

/// The input rows that an output row's window meets, without those outside the image.
struct WindowRows {
    /// The first input row, counted over all images.
    let first: Int
    /// The row of the window that meets it.
    let firstTap: Int
    /// How many rows there are, perhaps none.
    let count: Int

    @inline(__always) init(_ window: Window, row: Int) {
        let image = row / window.outputHeight
        let top = (row - image * window.outputHeight) * window.stride - window.padTop
        firstTap = max(0, -top)
        first = image * window.inputHeight + top + firstTap
        count = max(0, min(window.kernel, window.inputHeight - top) - firstTap)
    }
}
