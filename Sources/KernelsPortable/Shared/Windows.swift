// Windows as rows of a matrix, and back: how a dense convolution becomes a product.

import KernelTasks

/// The output columns whose windows touch no padding at either side.
struct ColumnsInside {
    let first: Int
    let last: Int

    @inline(__always) init(_ window: Window) {
        first = (window.padLeft + window.stride - 1) / window.stride
        let space = window.inputWidth - window.kernel + window.padLeft
        last = space < 0 ? -1 : min(window.outputWidth - 1, space / window.stride)
    }
}

/// Fills rows of a matrix with what the windows of a range of output pixels meet, zeros in the padding.
package func gather(_ task: GatherTask) {
    let window = task.window
    let inputRow = window.inputWidth * window.inputStride
    let tapRow = window.kernel * task.channels
    let isDense = window.inputStride == task.channels
    let columns = ColumnsInside(window)
    var row = task.firstRow / window.outputWidth
    var column = task.firstRow - row * window.outputWidth
    var rows = WindowRows(window, row: row)
    var target = task.output
    for _ in task.firstRow..<task.endRow {
        let left = column * window.stride - window.padLeft
        let source = task.input + rows.first * inputRow + left * window.inputStride
        if isDense, rows.count == window.kernel, column >= columns.first, column <= columns.last {
            for tap in 0..<window.kernel {
                copy(source + tap * inputRow, to: target + tap * tapRow, tapRow)
            }
        } else {
            gatherBorder(task, source, left: left, rows, to: target)
        }
        target += task.outputStride
        column += 1
        if column == window.outputWidth {
            column = 0
            row += 1
            rows = WindowRows(window, row: row)
        }
    }
}

/// One window tap by tap, zeros where it lies outside the image.
@inline(__always) private func gatherBorder(
    _ task: GatherTask, _ source: UnsafePointer<Float>, left: Int, _ rows: WindowRows,
    to target: UnsafeMutablePointer<Float>
) {
    let window = task.window
    var target = target
    for tapRow in 0..<window.kernel {
        let row = tapRow - rows.firstTap
        for tap in 0..<window.kernel {
            let column = left + tap
            if row >= 0, row < rows.count, column >= 0, column < window.inputWidth {
                let pixel = row * window.inputWidth + tap
                copy(source + pixel * window.inputStride, to: target, task.channels)
            } else {
                for channel in 0..<task.channels { target[channel] = 0 }
            }
            target += task.channels
        }
    }
}

/// Copies floats, by vectors as far as they go: a stem's row of taps is nine floats, too few to call
/// anything.
@inline(__always) private func copy(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int
) {
    var index = 0
    while index + Lanes.scalarCount <= count {
        save(load(source + index), to: target + index)
        index += Lanes.scalarCount
    }
    while index + 4 <= count {
        let four = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD4<Float>.self)
        UnsafeMutableRawPointer(target + index).storeBytes(of: four, as: SIMD4<Float>.self)
        index += 4
    }
    while index < count {
        target[index] = source[index]
        index += 1
    }
}

/// The pixels of a range of images, as sums of what the rows of a matrix say of them.
package func scatter(_ task: ScatterTask) {
    let window = task.window
    for image in task.firstImage..<task.endImage {
        for y in 0..<window.inputHeight {
            let rows = TapsOfPixel(window, position: y, padding: window.padTop, count: window.outputHeight)
            for x in 0..<window.inputWidth {
                let columns = TapsOfPixel(
                    window, position: x, padding: window.padLeft, count: window.outputWidth)
                let pixel = (image * window.inputHeight + y) * window.inputWidth + x
                let firstRow = image * window.outputHeight + rows.output
                scatter(
                    task, task.input + (firstRow * window.outputWidth + columns.output) * task.rowStride,
                    rows, columns, to: task.output + pixel * window.inputStride)
            }
        }
    }
}

/// One pixel: the sum over the taps that meet it, one tap after the other.
@inline(__always) private func scatter(
    _ task: ScatterTask, _ first: UnsafePointer<Float>, _ rows: TapsOfPixel, _ columns: TapsOfPixel,
    to output: UnsafeMutablePointer<Float>
) {
    let window = task.window
    // From one tap to the next, the output pixel goes back by one.
    let tapStep = window.stride * task.channels - task.rowStride
    let tapRowStep =
        window.stride * window.kernel * task.channels - window.outputWidth * task.rowStride
    let start = first + (rows.tap * window.kernel + columns.tap) * task.channels
    var isFirst = true
    for row in 0..<rows.count {
        for column in 0..<columns.count {
            let source = start + row * tapRowStep + column * tapStep
            if isFirst {
                copy(source, to: output, task.channels)
            } else {
                add(source, to: output, task.channels)
            }
            isFirst = false
        }
    }
    var channel = isFirst ? 0 : task.channels
    while channel < window.inputStride {
        output[channel] = 0
        channel += 1
    }
}

/// Adds floats, by vectors as far as they go.
@inline(__always) private func add(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int
) {
    var index = 0
    while index + Lanes.scalarCount <= count {
        save(load(target + index) + load(source + index), to: target + index)
        index += Lanes.scalarCount
    }
    while index < count {
        target[index] += source[index]
        index += 1
    }
}

/// The windows along one axis that meet an input position: taps a stride apart, of which each next one
/// belongs to the output position before.
struct TapsOfPixel {
    /// The first tap that meets the position from an output on the image.
    let tap: Int
    /// The output position whose tap that is.
    let output: Int
    /// How many taps there are, perhaps none.
    let count: Int

    @inline(__always) init(_ window: Window, position: Int, padding: Int, count outputs: Int) {
        let shifted = position + padding
        let last = shifted / window.stride
        // Outputs beyond the last one are not there to be met.
        let skipped = max(0, last - (outputs - 1))
        tap = shifted - (last - skipped) * window.stride
        output = last - skipped
        let taps = tap < window.kernel ? (window.kernel - 1 - tap) / window.stride + 1 : 0
        count = min(taps, output + 1)
    }
}
