// A convolution and the depthwise convolution that reads it, strip by strip.
//
// An inverted bottleneck expands its channels sixfold before a depthwise convolution. At high resolution
// the expanded tensor is many times the second cache: written whole, it is read back from far away. Here
// a few rows of it are computed at a time, and read while they are near; the whole never exists.

import ConvolutionKernels
import KernelTasks

/// How many rows a strip has, and the memory that its input takes.
struct Strip {
    /// Output rows of a strip.
    let rows: Int
    /// Floats of one row of the expanded tensor.
    let rowFloats: Int
    /// Floats before and after the rows that the depthwise kernel may read.
    let margin: Int
    /// Floats of one thread's buffer.
    let count: Int

    init(rows: Int, window: Window, channels: Int) {
        self.rows = rows
        rowFloats = window.inputWidth * channels
        margin = window.kernel * channels
        count = ((rows - 1) * window.stride + window.kernel) * rowFloats + 2 * margin
    }
}

/// Rows of a convolution's output, and the depthwise convolution of them.
struct StripStep: Step {
    let producer: any PixelStep
    let depthwise: DepthwiseStep
    /// A buffer for each thread.
    let buffers: Int
    let strip: Strip
    /// The output rows of each thread, numbered through the batch.
    let rows: [Range<Int>]

    var slots: [Int] { producer.slots + depthwise.slots + [buffers] }

    func run(_ thread: Int, _ memory: Memory) {
        let window = depthwise.window
        let buffer = memory.slots[buffers] + thread * strip.count + strip.margin
        let vectors = 0..<depthwise.weights.columns / depthwise.lanes
        // The rows of the expanded tensor that the buffer holds.
        var held = 0..<0
        var first = rows[thread].lowerBound
        while first < rows[thread].upperBound {
            let image = first / window.outputHeight
            let end = min(rows[thread].upperBound, first + strip.rows, (image + 1) * window.outputHeight)
            let needed = window.inputRows(first - image * window.outputHeight, end - first, image: image)
            let kept = needed.lowerBound..<max(needed.lowerBound, held.upperBound)
            if !kept.isEmpty {
                let source = buffer + (kept.lowerBound - held.lowerBound) * strip.rowFloats
                buffer.update(from: source, count: kept.count * strip.rowFloats)
            }
            let start = buffer - needed.lowerBound * strip.rowFloats
            producer.run(
                thread, memory,
                pixels: kept.upperBound * window.inputWidth..<needed.upperBound * window.inputWidth, to: start
            )
            depthwise.run(memory, input: start, WorkShare(rows: first..<end, columns: vectors))
            held = needed
            first = end
        }
    }
}

extension Window {
    /// The input rows, numbered through the batch, that some output rows of an image meet.
    fileprivate func inputRows(_ row: Int, _ count: Int, image: Int) -> Range<Int> {
        let top = max(0, row * stride - padTop)
        let bottom = min(inputHeight, (row + count - 1) * stride - padTop + kernel)
        return image * inputHeight + top..<image * inputHeight + max(top, bottom)
    }
}
