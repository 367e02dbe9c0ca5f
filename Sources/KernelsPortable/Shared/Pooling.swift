// Pooling: the largest value of each window, and the mean of each image.

import KernelTasks

/// A range of output rows of max pooling.
package func maxPool(_ task: WindowPoolTask) {
    let window = task.window
    for row in task.firstRow..<task.endRow {
        let rows = WindowRows(window, row: row)
        for column in 0..<window.outputWidth {
            let left = column * window.stride - window.padLeft
            let first = max(0, left)
            let end = min(window.inputWidth, left + window.kernel)
            let output = task.output + (row * window.outputWidth + column) * task.channels
            var channel = 0
            while channel < task.channels {
                var largest = Lanes(repeating: -.infinity)
                for y in rows.first..<rows.first + rows.count {
                    var source = task.input + (y * window.inputWidth + first) * task.channels + channel
                    for _ in first..<end {
                        let value = load(source)
                        largest = select(value .> largest, value, largest)
                        source += task.channels
                    }
                }
                save(largest, to: output + channel)
                channel += Lanes.scalarCount
            }
        }
    }
}

/// The means of a range of one image's channels.
package func averagePool(_ task: AveragePoolTask) {
    let block = 4 * Lanes.scalarCount
    var channel = task.firstChannel
    while channel + block <= task.endChannel {
        average(task, channel, Two<Wide>.self)
        channel += block
    }
    while channel < task.endChannel {
        average(task, channel, One<Narrow>.self)
        channel += Lanes.scalarCount
    }
}

/// The means of as many channels as the tile has elements.
@inline(__always) private func average<T: Tile>(_ task: AveragePoolTask, _ channel: Int, _ tile: T.Type) {
    let width = MemoryLayout<T.Row>.size / MemoryLayout<Float>.size
    var sums = T(T.Row(repeating: 0))
    var source = task.input + channel
    for _ in 0..<task.pixels {
        sums.add(source, stride: width)
        source += task.channels
    }
    sums.store(to: task.output + channel, stride: width)
    let share = Lanes(repeating: 1 / Float(task.divisor))
    var index = channel
    while index < channel + T.rows * width {
        save(load(task.output + index) * share, to: task.output + index)
        index += Lanes.scalarCount
    }
}

/// The gradient of max pooling's input, image by image.
package func maxPoolGradient(_ task: MaxPoolGradientTask) {
    let window = task.window
    let imageFloats = window.inputHeight * window.inputWidth * task.channels
    let firstRow = task.firstImage * window.outputHeight
    for image in task.firstImage..<task.endImage {
        clear(task.inputGradient + image * imageFloats, imageFloats)
    }
    for row in firstRow..<task.endImage * window.outputHeight {
        let rows = WindowRows(window, row: row)
        for column in 0..<window.outputWidth {
            let left = column * window.stride - window.padLeft
            let first = max(0, left)
            let pixel = row * window.outputWidth + column
            giveToLargest(
                task, first: rows.first * window.inputWidth + first, rows: rows.count,
                columns: max(0, min(window.inputWidth, left + window.kernel) - first),
                task.outputGradient + pixel * task.channels)
        }
    }
}

/// Adds the gradient of one window to the first of its pixels that has the largest value.
@inline(__always) private func giveToLargest(
    _ task: MaxPoolGradientTask, first: Int, rows: Int, columns: Int, _ gradient: UnsafePointer<Float>
) {
    var channel = 0
    while channel < task.channels {
        var largest = Lanes(repeating: -.infinity)
        for row in 0..<rows {
            for column in 0..<columns {
                let pixel = first + row * task.window.inputWidth + column
                let value = load(task.input + pixel * task.channels + channel)
                largest = select(value .> largest, value, largest)
            }
        }
        var remaining = load(gradient + channel)
        for row in 0..<rows {
            for column in 0..<columns {
                let pixel = first + row * task.window.inputWidth + column
                let isLargest = load(task.input + pixel * task.channels + channel) .== largest
                let target = task.inputGradient + pixel * task.channels + channel
                save(load(target) + select(isLargest, remaining, Lanes(repeating: 0)), to: target)
                remaining = select(isLargest, Lanes(repeating: 0), remaining)
            }
        }
        channel += Lanes.scalarCount
    }
}
