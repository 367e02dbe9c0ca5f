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
        gather(
            GatherTask(
                input: task.input, window: task.window, channels: task.channels, output: task.scratch,
                outputStride: task.scratchStride, firstRow: product.firstRow, endRow: product.endRow))
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
