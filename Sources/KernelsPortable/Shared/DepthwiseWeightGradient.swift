// The gradient of a depthwise convolution's weights: every tap is a sum over all pixels that it meets.
//
// Two vectors of channels at a time, whose part of an image mostly stays in the first cache. Of 3×3 and 5×5
// kernels of stride 1 and 2 the sums of a row of taps stay in registers for an image; what a sum takes, and
// in which order, is the same for any other kernel, tap by tap.

import KernelTasks

/// The gradient of the weights of a range of channels.
package func depthwiseWeightGradient(_ task: DepthwiseWeightGradientTask) {
    let (kernel, step) = (task.window.kernel, task.window.stride)
    guard kernel == 3 || kernel == 5, step == 1 || step == 2 else { return weightGradientAny(task) }
    let width = 2 * Lanes.scalarCount
    var channel = task.firstChannel
    while channel + width <= task.endChannel {
        switch (kernel, step) {
        case (3, 1): weightGradient3(task, channel)
        case (3, _): weightGradient3Strided(task, channel)
        case (_, 1): weightGradient5(task, channel)
        default: weightGradient5Strided(task, channel)
        }
        channel += width
    }
    guard channel < task.endChannel else { return }
    switch (kernel, step) {
    case (3, 1): weightGradient3Narrow(task, channel)
    case (3, _): weightGradient3StridedNarrow(task, channel)
    case (_, 1): weightGradient5Narrow(task, channel)
    default: weightGradient5StridedNarrow(task, channel)
    }
}

// Each is a function of its own, so that it has all the registers.
@inline(never) func weightGradient3(_ task: DepthwiseWeightGradientTask, _ channel: Int) {
    sumRows(task, ThreeSums<Wide>.self, step: 1, channel: channel)
}

@inline(never) func weightGradient3Narrow(_ task: DepthwiseWeightGradientTask, _ channel: Int) {
    sumRows(task, ThreeSums<Narrow>.self, step: 1, channel: channel)
}

@inline(never) func weightGradient3Strided(_ task: DepthwiseWeightGradientTask, _ channel: Int) {
    sumRows(task, ThreeSums<Wide>.self, step: 2, channel: channel)
}

@inline(never) func weightGradient3StridedNarrow(_ task: DepthwiseWeightGradientTask, _ channel: Int) {
    sumRows(task, ThreeSums<Narrow>.self, step: 2, channel: channel)
}

@inline(never) func weightGradient5(_ task: DepthwiseWeightGradientTask, _ channel: Int) {
    sumRows(task, FiveSums<Wide>.self, step: 1, channel: channel)
}

@inline(never) func weightGradient5Narrow(_ task: DepthwiseWeightGradientTask, _ channel: Int) {
    sumRows(task, FiveSums<Narrow>.self, step: 1, channel: channel)
}

@inline(never) func weightGradient5Strided(_ task: DepthwiseWeightGradientTask, _ channel: Int) {
    sumRows(task, FiveSums<Wide>.self, step: 2, channel: channel)
}

@inline(never) func weightGradient5StridedNarrow(_ task: DepthwiseWeightGradientTask, _ channel: Int) {
    sumRows(task, FiveSums<Narrow>.self, step: 2, channel: channel)
}

/// The sums of a row of taps, for one vector of channels or two.
protocol TapSums {
    /// The vectors of channels.
    associatedtype Row: Columns
    /// How many taps the row has.
    static var count: Int { get }
    /// Loads the sums, `stride` floats apart.
    init(_ source: UnsafePointer<Float>, stride: Int)
    /// Adds the products of a gradient with the pixels under the taps, `stride` floats apart.
    mutating func add(_ input: UnsafePointer<Float>, stride: Int, times gradient: Row)
    /// The same, for those taps alone that are on the image.
    mutating func add(
        _ input: UnsafePointer<Float>, stride: Int, times gradient: Row, inside: (first: Int, end: Int))
    /// Stores the sums.
    func store(to destination: UnsafeMutablePointer<Float>, stride: Int)
}

/// The sum of one tap.
struct OneSum<Row: Columns>: TapSums {
    var sum: Row

    @inline(__always) static var count: Int { 1 }

    @inline(__always) init(_ source: UnsafePointer<Float>, stride: Int) {
        sum = Row(source)
    }

    @inline(__always) mutating func add(
        _ input: UnsafePointer<Float>, stride: Int, times gradient: Row
    ) {
        sum.add(Row(input), times: gradient)
    }

    @inline(__always) mutating func add(
        _ input: UnsafePointer<Float>, stride: Int, times gradient: Row, inside: (first: Int, end: Int)
    ) {
        if inside.first <= 0, inside.end > 0 { sum.add(Row(input), times: gradient) }
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>, stride: Int) {
        sum.store(to: destination)
    }
}

/// The sums of `Left`, then those of `Right`.
struct BothSums<Left: TapSums, Right: TapSums>: TapSums where Left.Row == Right.Row {
    var left: Left
    var right: Right

    @inline(__always) static var count: Int { Left.count + Right.count }

    @inline(__always) init(_ source: UnsafePointer<Float>, stride: Int) {
        left = Left(source, stride: stride)
        right = Right(source + Left.count * stride, stride: stride)
    }

    @inline(__always) mutating func add(
        _ input: UnsafePointer<Float>, stride: Int, times gradient: Left.Row
    ) {
        left.add(input, stride: stride, times: gradient)
        right.add(input + Left.count * stride, stride: stride, times: gradient)
    }

    @inline(__always) mutating func add(
        _ input: UnsafePointer<Float>, stride: Int, times gradient: Left.Row, inside: (first: Int, end: Int)
    ) {
        left.add(input, stride: stride, times: gradient, inside: inside)
        right.add(
            input + Left.count * stride, stride: stride, times: gradient,
            inside: (inside.first - Left.count, inside.end - Left.count))
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>, stride: Int) {
        left.store(to: destination, stride: stride)
        right.store(to: destination + Left.count * stride, stride: stride)
    }
}

typealias TwoSums<Row: Columns> = BothSums<OneSum<Row>, OneSum<Row>>
typealias ThreeSums<Row: Columns> = BothSums<TwoSums<Row>, OneSum<Row>>
typealias FiveSums<Row: Columns> = BothSums<ThreeSums<Row>, TwoSums<Row>>

/// Image after image, a row of taps at a time.
@inline(__always) private func sumRows<S: TapSums>(
    _ task: DepthwiseWeightGradientTask, _ sums: S.Type, step: Int, channel: Int
) {
    let window = task.window
    if !task.accumulates {
        for tap in 0..<S.count * S.count {
            S.Row(repeating: 0).store(to: task.output + tap * task.channels + channel)
        }
    }
    var row = task.firstRow
    while row < task.endRow {
        let image = row / window.outputHeight
        let firstOfImage = image * window.outputHeight
        let end = min(task.endRow, firstOfImage + window.outputHeight)
        for tapRow in 0..<S.count {
            sumImage(
                task, sums, step: step, rows: row - firstOfImage..<end - firstOfImage, image: image,
                tapRow: tapRow, channel: channel)
        }
        row = end
    }
}

/// A row of taps over a range of one image's output rows.
@inline(__always) private func sumImage<S: TapSums>(
    _ task: DepthwiseWeightGradientTask, _ sums: S.Type, step: Int, rows: Range<Int>, image: Int, tapRow: Int,
    channel: Int
) {
    let window = task.window
    let above = window.padTop - tapRow
    let below = window.inputHeight - 1 + above
    let first = max(rows.lowerBound, above > 0 ? (above + step - 1) / step : 0)
    let end = min(rows.upperBound, below < 0 ? 0 : below / step + 1)
    guard first < end else { return }
    let stride = task.channels
    let output = task.output + tapRow * S.count * stride + channel
    var sums = S(output, stride: stride)
    var inputRow =
        task.input + channel
        + ((image * window.inputHeight + first * step - above) * window.inputWidth - window.padLeft) * stride
    var gradient =
        task.outputGradient + channel
        + (image * window.outputHeight + first) * window.outputWidth * stride
    let firstInside = min(window.outputWidth, (window.padLeft + step - 1) / step)
    let space = window.inputWidth - S.count + window.padLeft
    let endInside = max(firstInside, min(window.outputWidth, space < 0 ? 0 : space / step + 1))
    for _ in first..<end {
        var input = inputRow
        var left = -window.padLeft
        var column = 0
        while column < firstInside {
            sums.add(
                input, stride: stride, times: S.Row(gradient), inside: (-left, window.inputWidth - left))
            left += step
            input += step * stride
            gradient += stride
            column += 1
        }
        while column < endInside {
            sums.add(input, stride: stride, times: S.Row(gradient))
            input += step * stride
            gradient += stride
            column += 1
        }
        left = column * step - window.padLeft
        while column < window.outputWidth {
            sums.add(
                input, stride: stride, times: S.Row(gradient), inside: (-left, window.inputWidth - left))
            left += step
            input += step * stride
            gradient += stride
            column += 1
        }
        inputRow += step * window.inputWidth * stride
    }
    sums.store(to: output, stride: stride)
}

/// Any kernel and stride, tap by tap.
@inline(never) func weightGradientAny(_ task: DepthwiseWeightGradientTask) {
    let window = task.window
    for tap in 0..<window.kernel * window.kernel {
        let tapRow = tap / window.kernel
        let left = window.padLeft - (tap - tapRow * window.kernel)
        let first = max(0, (left + window.stride - 1) / window.stride)
        let space = window.inputWidth - 1 + left
        let last = space < 0 ? -1 : min(window.outputWidth - 1, space / window.stride)
        var channel = task.firstChannel
        while channel < task.endChannel {
            let output = task.output + tap * task.channels + channel
            var sum = task.accumulates ? load(output) : Lanes(repeating: 0)
            for row in task.firstRow..<task.endRow {
                let image = row / window.outputHeight
                let y = (row - image * window.outputHeight) * window.stride - window.padTop + tapRow
                guard y >= 0, y < window.inputHeight, first <= last else { continue }
                let x = first * window.stride - left
                var input =
                    task.input + ((image * window.inputHeight + y) * window.inputWidth + x) * task.channels
                    + channel
                var gradient =
                    task.outputGradient + (row * window.outputWidth + first) * task.channels + channel
                for _ in first...last {
                    sum = multiplyAdd(load(input), load(gradient), sum)
                    input += window.stride * task.channels
                    gradient += task.channels
                }
            }
            save(sum, to: output)
            channel += Lanes.scalarCount
        }
    }
}
