// Dense convolution of any kernel size, stride and padding, as a matrix multiplication.
//
// The pixels that a block of outputs meets are gathered into rows of a matrix ("im2col"), a block small
// enough to stay in the second cache, and multiplied like those of a 1×1 convolution.

import KernelTasks

/// A range of rows and panels of a dense convolution.
package func convolution(_ task: ConvolutionTask) {
    var product = task.product
    var first = product.firstRow
    let end = product.endRow
    while first < end {
        product.firstRow = first
        product.endRow = min(end, first + task.scratchRows)
        gather(task, product.firstRow..<product.endRow)
        multiply(UnsafePointer(task.scratch), product.depth, product)
        first = product.endRow
    }
}

/// Fills the scratch rows with what the windows of the output pixels meet, zeros in the padding.
@inline(never) func gather(_ task: ConvolutionTask, _ pixels: Range<Int>) {
    let window = task.window
    let inputRow = window.inputWidth * window.inputStride
    let tapRow = window.kernel * task.channels
    let isDense = window.inputStride == task.channels
    var row = pixels.lowerBound / window.outputWidth
    var column = pixels.lowerBound - row * window.outputWidth
    var rows = WindowRows(window, row: row)
    var target = task.scratch
    for _ in pixels {
        let left = column * window.stride - window.padLeft
        let firstTap = min(window.kernel, max(0, -left))
        let endTap = max(firstTap, min(window.kernel, window.inputWidth - left))
        var source = task.input + rows.first * inputRow + (left + firstTap) * window.inputStride
        clear(target, rows.firstTap * tapRow)
        target += rows.firstTap * tapRow
        for _ in 0..<rows.count {
            clear(target, firstTap * task.channels)
            if isDense {
                copy(source, to: target + firstTap * task.channels, (endTap - firstTap) * task.channels)
            } else {
                for tap in firstTap..<endTap {
                    copy(
                        source + (tap - firstTap) * window.inputStride, to: target + tap * task.channels,
                        task.channels)
                }
            }
            clear(target + endTap * task.channels, (window.kernel - endTap) * task.channels)
            target += tapRow
            source += inputRow
        }
        let tapsBelow = window.kernel - rows.firstTap - rows.count
        clear(target, tapsBelow * tapRow)
        target += tapsBelow * tapRow
        column += 1
        if column == window.outputWidth {
            column = 0
            row += 1
            rows = WindowRows(window, row: row)
        }
    }
}

/// Copies floats, by vectors as far as they go.
@inline(__always) private func copy(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int
) {
    var index = 0
    while index + Lanes.scalarCount <= count {
        save(load(source + index), to: target + index)
        index += Lanes.scalarCount
    }
    while index < count {
        target[index] = source[index]
        index += 1
    }
}

/// Sets floats to zero.
@inline(__always) private func clear(_ target: UnsafeMutablePointer<Float>, _ count: Int) {
    for index in 0..<count { target[index] = 0 }
}
