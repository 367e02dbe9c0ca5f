// The gradient of a depthwise convolution's input: every pixel is a sum over the windows that meet it.
//
// With stride 1 that is a depthwise convolution itself, with its weights turned round. With stride 2 even
// and odd pixels meet other taps; of 3×3 and 5×5 kernels both are computed side by side, while the gradients
// of the result pass through registers. Any other kernel goes pixel by pixel.

import KernelTasks

/// The gradient of a range of input rows.
package func depthwiseInputGradient(_ task: DepthwiseInputGradientTask) {
    let window = task.window
    for row in task.firstRow..<task.endRow {
        let image = row / window.inputHeight
        let taps = TapsOfPixel(
            window, position: row - image * window.inputHeight, padding: window.padTop,
            count: window.outputHeight)
        let pass = StridedPass(task, row: row, image: image, taps)
        switch (window.kernel, window.stride, taps.count) {
        case (3, 2, 1): pass.walk3One()
        case (3, 2, 2): pass.walk3Two()
        case (5, 2, 1): pass.walk5One()
        case (5, 2, 2): pass.walk5Two()
        case (5, 2, 3): pass.walk5Three()
        default: inputGradientAny(task, row: row, image: image, taps)
        }
    }
}

/// An input row of any kernel and stride, one pixel and one vector of channels at a time.
@inline(never) func inputGradientAny(
    _ task: DepthwiseInputGradientTask, row: Int, image: Int, _ rows: TapsOfPixel
) {
    let window = task.window
    let gradientRow = image * window.outputHeight + rows.output
    for x in 0..<window.inputWidth {
        let columns = TapsOfPixel(window, position: x, padding: window.padLeft, count: window.outputWidth)
        let gradient =
            task.outputGradient + (gradientRow * window.outputWidth + columns.output) * task.channels
        let weights = task.weights + (rows.tap * window.kernel + columns.tap) * task.channels
        let output = task.inputGradient + (row * window.inputWidth + x) * task.channels
        var channel = 0
        while channel < task.channels {
            var sum = Lanes(repeating: 0)
            for tapRow in 0..<rows.count {
                for tap in 0..<columns.count {
                    let pixel = tapRow * window.outputWidth + tap
                    let position = (tapRow * window.kernel + tap) * window.stride
                    sum = multiplyAdd(
                        load(gradient - pixel * task.channels + channel),
                        load(weights + position * task.channels + channel), sum)
                }
            }
            save(sum, to: output + channel)
            channel += Lanes.scalarCount
        }
    }
}

/// Rows of taps of stride 2 and the gradients that they meet just now, for one vector of channels.
protocol StridedTaps {
    /// Loads the taps; `rowStep` floats further is the next row that meets the same pixels.
    init(_ weights: UnsafePointer<Float>, stride: Int, rowStep: Int)
    /// Steps to the next column of the result's gradient; nil is a column outside.
    mutating func advance(to gradient: UnsafePointer<Float>?, rowStep: Int)
    /// The sum plus the products of even taps.
    func addEven(to sum: Lanes) -> Lanes
    /// The sum plus the products of odd taps.
    func addOdd(to sum: Lanes) -> Lanes
}

/// The gradient at a column, zero outside.
@inline(__always) private func value(_ gradient: UnsafePointer<Float>?) -> Lanes {
    gradient.map { load($0) } ?? Lanes(repeating: 0)
}

/// A row of a 3×3 kernel.
struct StridedThree: StridedTaps {
    let taps: ThreeTaps
    var current = Lanes(repeating: 0)
    var previous = Lanes(repeating: 0)

    @inline(__always) init(_ weights: UnsafePointer<Float>, stride: Int, rowStep: Int) {
        taps = ThreeTaps(weights, stride: stride)
    }

    @inline(__always) mutating func advance(to gradient: UnsafePointer<Float>?, rowStep: Int) {
        previous = current
        current = value(gradient)
    }

    @inline(__always) func addEven(to sum: Lanes) -> Lanes {
        multiplyAdd(previous, taps.third, multiplyAdd(current, taps.first, sum))
    }

    @inline(__always) func addOdd(to sum: Lanes) -> Lanes {
        multiplyAdd(current, taps.second, sum)
    }
}

/// A row of a 5×5 kernel.
struct StridedFive: StridedTaps {
    let taps: FiveTaps
    var current = Lanes(repeating: 0)
    var previous = Lanes(repeating: 0)
    var last = Lanes(repeating: 0)

    @inline(__always) init(_ weights: UnsafePointer<Float>, stride: Int, rowStep: Int) {
        taps = FiveTaps(weights, stride: stride)
    }

    @inline(__always) mutating func advance(to gradient: UnsafePointer<Float>?, rowStep: Int) {
        last = previous
        previous = current
        current = value(gradient)
    }

    @inline(__always) func addEven(to sum: Lanes) -> Lanes {
        let sum = multiplyAdd(previous, taps.left.third, multiplyAdd(current, taps.left.first, sum))
        return multiplyAdd(last, taps.fifth, sum)
    }

    @inline(__always) func addOdd(to sum: Lanes) -> Lanes {
        multiplyAdd(previous, taps.fourth, multiplyAdd(current, taps.left.second, sum))
    }
}

/// The rows of `Upper`, then those of `Lower`, a single one.
struct StridedBoth<Upper: StridedTaps, Lower: StridedTaps>: StridedTaps {
    var upper: Upper
    var lower: Lower

    @inline(__always) init(_ weights: UnsafePointer<Float>, stride: Int, rowStep: Int) {
        upper = Upper(weights, stride: stride, rowStep: rowStep)
        lower = Lower(weights + rowStep, stride: stride, rowStep: rowStep)
    }

    @inline(__always) mutating func advance(to gradient: UnsafePointer<Float>?, rowStep: Int) {
        upper.advance(to: gradient, rowStep: rowStep)
        lower.advance(to: gradient.map { $0 - rowStep }, rowStep: rowStep)
    }

    @inline(__always) func addEven(to sum: Lanes) -> Lanes {
        lower.addEven(to: upper.addEven(to: sum))
    }

    @inline(__always) func addOdd(to sum: Lanes) -> Lanes {
        lower.addOdd(to: upper.addOdd(to: sum))
    }
}

/// One input row of a convolution of stride 2.
struct StridedPass {
    /// The row of the result's gradient that the first row of taps meets; the next meets the one before.
    var gradient: UnsafePointer<Float>
    var outputWidth: Int
    /// The first row of taps.
    var weights: UnsafePointer<Float>
    var kernel: Int
    var channels: Int
    var padLeft: Int
    /// The row to compute.
    var output: UnsafeMutablePointer<Float>
    var width: Int

    @inline(__always) init(
        _ task: DepthwiseInputGradientTask, row: Int, image: Int, _ rows: TapsOfPixel
    ) {
        let window = task.window
        gradient =
            task.outputGradient
            + (image * window.outputHeight + rows.output) * window.outputWidth * task.channels
        outputWidth = window.outputWidth
        weights = task.weights + rows.tap * window.kernel * task.channels
        kernel = window.kernel
        channels = task.channels
        padLeft = window.padLeft
        output = task.inputGradient + row * window.inputWidth * task.channels
        width = window.inputWidth
    }

    // Each is a function of its own, so that it has all the registers.
    @inline(never) func walk3One() { walk(StridedThree.self) }
    @inline(never) func walk3Two() { walk(StridedBoth<StridedThree, StridedThree>.self) }
    @inline(never) func walk5One() { walk(StridedFive.self) }
    @inline(never) func walk5Two() { walk(StridedBoth<StridedFive, StridedFive>.self) }
    @inline(never) func walk5Three() {
        walk(StridedBoth<StridedFive, StridedBoth<StridedFive, StridedFive>>.self)
    }

    /// Computes the row, channels by vectors, from left to right: an even and an odd pixel, counted with the
    /// padding, at a time.
    @inline(__always) private func walk<T: StridedTaps>(_ rows: T.Type) {
        let gradientRow = outputWidth * channels
        var channel = 0
        while channel < channels {
            var taps = T(weights + channel, stride: channels, rowStep: 2 * kernel * channels)
            var source = gradient + channel
            var target = output + channel
            // Columns of the result before the first pixel's, of which taps reach it.
            var column = padLeft / 2 - 2
            if column > 0 { source += column * channels }
            while column < padLeft / 2 {
                if column >= 0 {
                    taps.advance(to: column < outputWidth ? source : nil, rowStep: gradientRow)
                    source += channels
                }
                column += 1
            }
            var x = padLeft / 2 * 2 - padLeft
            while x < width {
                taps.advance(to: column < outputWidth ? source : nil, rowStep: gradientRow)
                source += channels
                column += 1
                if x >= 0 {
                    save(taps.addEven(to: Lanes(repeating: 0)), to: target)
                    target += channels
                }
                if x + 1 < width {
                    save(taps.addOdd(to: Lanes(repeating: 0)), to: target)
                    target += channels
                }
                x += 2
            }
            channel += Lanes.scalarCount
        }
    }
}
