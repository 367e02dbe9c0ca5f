// Depthwise convolution: each channel with a kernel of its own, channels side by side in a vector. Groups narrower than a vector
// are computed alike, one channel of each group after the other.
//
// Output rows are cut into tiles of 4 to 7 pixels, as equal as can be; rows of fewer than 4 pixels go pixel by pixel.
// That is for 3×3 and 5×5 kernels of stride 1 and 2; all others go pixel by pixel, one vector of channels at a time.

import KernelTasks

/// A range of output rows of a depthwise convolution.
package func depthwise(_ task: DepthwiseTask) {
    let kernel = task.window.kernel
    let step = task.window.stride
    guard kernel == 3 || kernel == 5, step == 1 || step == 2 else { return depthwiseAny(task) }
    // Blocks of channels whose input rows stay in the first cache until all tiles of a row, and the next row, have read them. A tile
    // of fewer vectors would cost more than that saves.
    let vectors = (task.endChannel - task.firstChannel) / Lanes.scalarCount
    let fitting = task.cachedFloats / (task.window.inputWidth * kernel * Lanes.scalarCount)
    guard fitting >= 4, fitting < vectors else { return depthwiseBlock(task) }
    let blocks = (vectors + fitting - 1) / fitting
    for block in 0..<blocks {
        var part = task
        part.firstChannel = task.firstChannel + vectors * block / blocks * Lanes.scalarCount
        part.endChannel = task.firstChannel + vectors * (block + 1) / blocks * Lanes.scalarCount
        depthwiseBlock(part)
    }
}

/// A block of channels, row by row.
@inline(never) func depthwiseBlock(_ task: DepthwiseTask) {
    let kernel = task.window.kernel
    let step = task.window.stride
    let width = task.window.outputWidth
    let tiles = width < 4 ? width : (width + 6) / 7
    for row in task.firstRow..<task.endRow {
        for index in 0..<tiles {
            let column = width * index / tiles
            let end = width * (index + 1) / tiles
            let tile = DepthwiseTile(task, row: row, column: column)
            if task.groupWidth == 1 {
                tile.sum(pixels: end - column, kernel: kernel, step: step)
            } else {
                tile.sumGroups(pixels: end - column, step: step)
            }
        }
    }
}

extension DepthwiseTile {
    /// Computes a tile of 1 or 4 to 7 pixels, of a 3×3 or 5×5 kernel, of stride 1 or 2.
    @inline(__always) func sum(pixels: Int, kernel: Int, step: Int) {
        switch (kernel, step) {
        case (3, 1): sum3(pixels)
        case (3, _): sum3Strided(pixels)
        case (_, 1): sum5(pixels)
        default: sum5Strided(pixels)
        }
    }

    @inline(__always) private func sum3(_ pixels: Int) {
        switch pixels {
        case 1: one3()
        case 4: four3()
        case 5: five3()
        case 6: six3()
        default: seven3()
        }
    }

    @inline(__always) private func sum3Strided(_ pixels: Int) {
        switch pixels {
        case 1: one3Strided()
        case 4: four3Strided()
        case 5: five3Strided()
        case 6: six3Strided()
        default: seven3Strided()
        }
    }

    @inline(__always) private func sum5(_ pixels: Int) {
        switch pixels {
        case 1: one5()
        case 4: four5()
        case 5: five5()
        case 6: six5()
        default: seven5()
        }
    }

    @inline(__always) private func sum5Strided(_ pixels: Int) {
        switch pixels {
        case 1: one5Strided()
        case 4: four5Strided()
        case 5: five5Strided()
        case 6: six5Strided()
        default: seven5Strided()
        }
    }

    // Each tile is a function of its own, so that it has all the registers.
    @inline(never) func one3() { sum(Pixel.self, ThreeTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func four3() { sum(FourPixels.self, ThreeTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func five3() { sum(FivePixels.self, ThreeTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func six3() { sum(SixPixels.self, ThreeTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func seven3() { sum(SevenPixels.self, ThreeTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func one3Strided() { sum(Pixel.self, ThreeTaps.self, step: 2, OwnChannels.self) }
    @inline(never) func four3Strided() { sum(FourPixels.self, ThreeTaps.self, step: 2, OwnChannels.self) }
    @inline(never) func five3Strided() { sum(FivePixels.self, ThreeTaps.self, step: 2, OwnChannels.self) }
    @inline(never) func six3Strided() { sum(SixPixels.self, ThreeTaps.self, step: 2, OwnChannels.self) }
    @inline(never) func seven3Strided() { sum(SevenPixels.self, ThreeTaps.self, step: 2, OwnChannels.self) }
    @inline(never) func one5() { sum(Pixel.self, FiveTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func four5() { sum(FourPixels.self, FiveTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func five5() { sum(FivePixels.self, FiveTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func six5() { sum(SixPixels.self, FiveTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func seven5() { sum(SevenPixels.self, FiveTaps.self, step: 1, OwnChannels.self) }
    @inline(never) func one5Strided() { sum(Pixel.self, FiveTaps.self, step: 2, OwnChannels.self) }
    @inline(never) func four5Strided() { sum(FourPixels.self, FiveTaps.self, step: 2, OwnChannels.self) }
    @inline(never) func five5Strided() { sum(FivePixels.self, FiveTaps.self, step: 2, OwnChannels.self) }
    @inline(never) func six5Strided() { sum(SixPixels.self, FiveTaps.self, step: 2, OwnChannels.self) }
    @inline(never) func seven5Strided() { sum(SevenPixels.self, FiveTaps.self, step: 2, OwnChannels.self) }
}

/// Any kernel and stride, one pixel and one vector of channels at a time.
@inline(never) func depthwiseAny(_ task: DepthwiseTask) {
    let window = task.window
    let finish = Finish(task.activation)
    let channels = task.endChannel - task.firstChannel
    for row in task.firstRow..<task.endRow {
        let rows = WindowRows(window, row: row)
        let rowSums = task.rowSums.map { $0 + row * task.channels + task.firstChannel }
        for column in 0..<window.outputWidth {
            let left = column * window.stride - window.padLeft
            let firstTap = max(0, -left)
            let endTap = min(window.kernel, window.inputWidth - left)
            let output =
                task.output + (row * window.outputWidth + column) * task.channels + task.firstChannel
            var channel = task.firstChannel
            while channel < task.endChannel {
                var sum = load(task.bias + channel)
                for tapRow in 0..<rows.count {
                    let pixel = (rows.first + tapRow) * window.inputWidth + left
                    let position = (rows.firstTap + tapRow) * window.kernel
                    var tap = firstTap
                    while tap < endTap {
                        sum = multiplyAdd(
                            load(task.input + (pixel + tap) * task.channels + channel),
                            load(task.weights + (position + tap) * task.channels + channel), sum)
                        tap += 1
                    }
                }
                save(finish.limited(sum), to: output + channel - task.firstChannel)
                channel += Lanes.scalarCount
            }
            finish.curve(output, rows: 1, columns: channels, stride: 0, sums: rowSums, isFirst: column == 0)
        }
    }
}

extension DepthwiseTile {
    /// The tile that begins at a column of an output row.
    @inline(__always) init(_ task: DepthwiseTask, row: Int, column: Int) {
        let window = task.window
        let rows = WindowRows(window, row: row)
        let inputColumn = column * window.stride - window.padLeft
        let inputRow = window.inputWidth * task.channels
        let top = (rows.first - rows.firstTap) * inputRow + inputColumn * task.channels
        self.init(
            inputs: WindowPlaces(task.input + top + task.firstChannel, stride: inputRow, rows),
            taps: WindowPlaces(
                task.weights + task.firstChannel,
                stride: window.kernel * task.groupWidth * task.channels, rows),
            inputColumn: inputColumn, inputWidth: window.inputWidth, bias: task.bias + task.firstChannel,
            channels: task.endChannel - task.firstChannel, stride: task.channels, groupWidth: task.groupWidth,
            output: task.output + (row * window.outputWidth + column) * task.channels + task.firstChannel,
            finish: Finish(task.activation),
            rowSums: task.rowSums.map { $0 + row * task.channels + task.firstChannel }, isFirst: column == 0)
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
