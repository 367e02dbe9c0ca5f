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
        multiply(UnsafePointer(task.scratch), task.scratchStride, product)
        first = product.endRow
    }
}

/// Fills the scratch rows with what the windows of the output pixels meet, zeros in the padding.
@inline(never) func gather(_ task: ConvolutionTask, _ pixels: Range<Int>) {
    let window = task.window
    let inputRow = window.inputWidth * window.inputStride
    let tapRow = window.kernel * task.channels
    let isDense = window.inputStride == task.channels
    // Columns whose windows touch no padding at either side.
    let firstInside = (window.padLeft + window.stride - 1) / window.stride
    let lastInside = (window.inputWidth - window.kernel + window.padLeft) / window.stride
    var row = pixels.lowerBound / window.outputWidth
    var column = pixels.lowerBound - row * window.outputWidth
    var rows = WindowRows(window, row: row)
    var target = task.scratch
    for _ in 0..<pixels.count {
        let left = column * window.stride - window.padLeft
        let source = task.input + rows.first * inputRow + left * window.inputStride
        if isDense, rows.count == window.kernel, column >= firstInside, column <= lastInside {
            for tap in 0..<window.kernel {
                copy(source + tap * inputRow, to: target + tap * tapRow, tapRow)
            }
        } else {
            gatherBorder(task, source, left: left, rows, to: target)
        }
        target += task.scratchStride
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
    _ task: ConvolutionTask, _ source: UnsafePointer<Float>, left: Int, _ rows: WindowRows,
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
