// Average pooling of windows, and its gradient. What of a window lies outside the image does not count.

import KernelTasks

/// The pixels of one window that lie inside the image, and each one's part of their mean.
private struct AveragedWindow {
    /// The first pixel, counted over all images.
    let pixel: Int
    let rows: Int
    let columns: Int
    let share: Float

    @inline(__always) init(_ window: Window, _ rows: WindowRows, column: Int) {
        let left = column * window.stride - window.padLeft
        let first = max(0, left)
        self.rows = rows.count
        columns = max(0, min(window.inputWidth, left + window.kernel) - first)
        pixel = rows.first * window.inputWidth + first
        share = 1 / Float(max(1, self.rows * columns))
    }
}

/// A range of output rows of average pooling.
package func windowAverage(_ task: WindowPoolTask) {
    let rowStride = task.window.inputWidth * task.channels
    for row in task.firstRow..<task.endRow {
        let rows = WindowRows(task.window, row: row)
        for column in 0..<task.window.outputWidth {
            let averaged = AveragedWindow(task.window, rows, column: column)
            let output = task.output + (row * task.window.outputWidth + column) * task.channels
            var channel = 0
            while channel < task.channels {
                var sum = Lanes(repeating: 0)
                var start = task.input + averaged.pixel * task.channels + channel
                for _ in 0..<averaged.rows {
                    var source = start
                    for _ in 0..<averaged.columns {
                        sum += load(source)
                        source += task.channels
                    }
                    start += rowStride
                }
                save(sum * Lanes(repeating: averaged.share), to: output + channel)
                channel += Lanes.scalarCount
            }
        }
    }
}

/// The gradient of the input of average pooling, image by image.
package func windowAverageGradient(_ task: WindowAverageGradientTask) {
    let window = task.window
    let rowStride = window.inputWidth * task.channels
    let imageFloats = window.inputHeight * rowStride
    for image in task.firstImage..<task.endImage {
        clear(task.inputGradient + image * imageFloats, imageFloats)
    }
    for row in task.firstImage * window.outputHeight..<task.endImage * window.outputHeight {
        let rows = WindowRows(window, row: row)
        for column in 0..<window.outputWidth {
            let averaged = AveragedWindow(window, rows, column: column)
            let gradient = task.outputGradient + (row * window.outputWidth + column) * task.channels
            var channel = 0
            while channel < task.channels {
                let part = load(gradient + channel) * Lanes(repeating: averaged.share)
                var start = task.inputGradient + averaged.pixel * task.channels + channel
                for _ in 0..<averaged.rows {
                    var target = start
                    for _ in 0..<averaged.columns {
                        save(load(target) + part, to: target)
                        target += task.channels
                    }
                    start += rowStride
                }
                channel += Lanes.scalarCount
            }
        }
    }
}
