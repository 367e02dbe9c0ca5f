// Dense convolution of any kernel size, stride and padding, as a matrix multiplication.
//
// The pixels that a block of outputs meets are gathered into rows of a matrix ("im2col"), a block small
// enough to stay in the second cache, and multiplied like those of a 1×1 convolution.

import KernelTasks

/// A range of rows and panels of a dense convolution.
package func convolution(_ task: ConvolutionTask) {
    let isImage = task.channels <= 4 && task.window.inputStride == task.channels
    if isImage, task.window.outputWidth >= 2 * tileRows {
        convolveInPlace(task)
    } else {
        convolveGathered(task, task.product.firstRow..<task.product.endRow)
    }
}

/// Gathers a range of output pixels, block by block, and multiplies them.
func convolveGathered(_ task: ConvolutionTask, _ pixels: Range<Int>) {
    var product = task.product
    var first = pixels.lowerBound
    while first < pixels.upperBound {
        product.firstRow = first
        product.endRow = min(pixels.upperBound, first + task.scratchRows)
        gather(task, product.firstRow..<product.endRow)
        multiply(UnsafePointer(task.scratch), task.scratchStride, product)
        first = product.endRow
    }
}

/// A stem: the pixels of an image have so few channels that gathering them takes as long as multiplying.
/// Where a window lies on the image, each of its rows is a segment that is multiplied where it stands.
func convolveInPlace(_ task: ConvolutionTask) {
    let window = task.window
    let columns = ColumnsInside(window)
    let inputRow = window.inputWidth * window.inputStride
    var product = task.product
    var first = product.firstRow
    while first < task.product.endRow {
        let row = first / window.outputWidth
        let column = first - row * window.outputWidth
        let rows = WindowRows(window, row: row)
        let isOnImage = rows.count == window.kernel
        let isInside = isOnImage && column >= columns.first && column <= columns.last
        let endColumn =
            isInside ? columns.last + 1 : isOnImage && column < columns.first ? columns.first : .max
        let end = min(task.product.endRow, first + min(window.outputWidth, endColumn) - column)
        if isInside {
            product.firstRow = first
            product.endRow = end
            let left = column * window.stride - window.padLeft
            multiply(
                task.input + rows.first * inputRow + left * window.inputStride,
                window.stride * window.inputStride, product, segments: window.kernel,
                segmentStride: inputRow)
        } else {
            convolveGathered(task, first..<end)
        }
        first = end
    }
}

/// The output columns whose windows touch no padding at either side.
private struct ColumnsInside {
    let first: Int
    let last: Int

    @inline(__always) init(_ window: Window) {
        first = (window.padLeft + window.stride - 1) / window.stride
        last = min(
            window.outputWidth - 1,
            (window.inputWidth - window.kernel + window.padLeft) / window.stride)
    }
}

/// Fills the scratch rows with what the windows of the output pixels meet, zeros in the padding.
@inline(never) func gather(_ task: ConvolutionTask, _ pixels: Range<Int>) {
    let window = task.window
    let inputRow = window.inputWidth * window.inputStride
    let tapRow = window.kernel * task.channels
    let isDense = window.inputStride == task.channels
    let columns = ColumnsInside(window)
    var row = pixels.lowerBound / window.outputWidth
    var column = pixels.lowerBound - row * window.outputWidth
    var rows = WindowRows(window, row: row)
    var target = task.scratch
    for _ in 0..<pixels.count {
        let left = column * window.stride - window.padLeft
        let source = task.input + rows.first * inputRow + left * window.inputStride
        if isDense, rows.count == window.kernel, column >= columns.first, column <= columns.last {
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
