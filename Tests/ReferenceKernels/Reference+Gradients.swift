// The reference kernels of backward passes: convolutions, windows, pools.

import ConvolutionKernels
import Foundation
import KernelTasks

extension Reference {
    /// The sums over all outputs, taps and inputs that a convolution multiplies: calls `body` with the index
    /// of an input value, of a weight, and of an output value.
    private static func forEachProduct(
        _ input: Tensor, _ output: Tensor, kernel: Int, stride: Int, groups: Int, padTop: Int, padLeft: Int,
        _ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void
    ) {
        let inputs = input.channels / groups
        for image in 0..<output.batch {
            for y in 0..<output.height {
                for x in 0..<output.width {
                    for (ky, kx) in positions(kernel, kernel) {
                        let (inputY, inputX) = (y * stride - padTop + ky, x * stride - padLeft + kx)
                        guard inputY >= 0, inputY < input.height, inputX >= 0, inputX < input.width
                        else { continue }
                        let pixel = (image * input.height + inputY) * input.width + inputX
                        let outputPixel = (image * output.height + y) * output.width + x
                        for channel in 0..<output.channels {
                            let first = channel / (output.channels / groups) * inputs
                            for index in 0..<inputs {
                                body(
                                    pixel * input.channels + first + index,
                                    ((channel * inputs + index) * kernel + ky) * kernel + kx,
                                    outputPixel * output.channels + channel)
                            }
                        }
                    }
                }
            }
        }
    }

    /// All pairs of an index below `rows` and one below `columns`, row by row.
    private static func positions(_ rows: Int, _ columns: Int) -> [(Int, Int)] {
        (0..<rows).flatMap { row in (0..<columns).map { (row, $0) } }
    }

    /// The gradient of a convolution's weights, `[out, in / groups, kernel, kernel]`.
    package static func weightGradient(
        _ input: Tensor, outputGradient: Tensor, kernel: Int, stride: Int = 1, groups: Int = 1,
        padTop: Int = 0, padLeft: Int = 0
    ) -> [Float] {
        let count = outputGradient.channels * input.channels / groups * kernel * kernel
        var sums = [Double](repeating: 0, count: count)
        forEachProduct(
            input, outputGradient, kernel: kernel, stride: stride, groups: groups, padTop: padTop,
            padLeft: padLeft
        ) { sums[$1] += Double(input.values[$0]) * Double(outputGradient.values[$2]) }
        return sums.map { Float($0) }
    }

    /// The gradient of a convolution's input, which has `height` rows, `width` columns and `channels`.
    package static func inputGradient(
        _ outputGradient: Tensor, weights: [Float], height: Int, width: Int, channels: Int, kernel: Int,
        stride: Int = 1, groups: Int = 1, padTop: Int = 0, padLeft: Int = 0
    ) -> Tensor {
        var result = Tensor(batch: outputGradient.batch, height: height, width: width, channels: channels)
        var sums = [Double](repeating: 0, count: result.values.count)
        forEachProduct(
            result, outputGradient, kernel: kernel, stride: stride, groups: groups, padTop: padTop,
            padLeft: padLeft
        ) { sums[$0] += Double(weights[$1]) * Double(outputGradient.values[$2]) }
        result.values = sums.map { Float($0) }
        return result
    }

    /// Weights `[out, in, kernel, kernel]` as `[in, out, kernel, kernel]`, the taps in reverse order.
    package static func exchanged(_ weights: [Float], outputs: Int, inputs: Int, kernel: Int) -> [Float] {
        let taps = kernel * kernel
        var result = weights
        for (output, input) in positions(outputs, inputs) {
            for tap in 0..<taps {
                result[(input * outputs + output) * taps + tap] =
                    weights[(output * inputs + input) * taps + taps - 1 - tap]
            }
        }
        return result
    }

    /// What the windows of all outputs meet, in the order ky, kx, channel; zeros in the padding.
    package static func windows(
        _ input: Tensor, kernel: Int, stride: Int, padTop: Int, padLeft: Int, outputHeight: Int,
        outputWidth: Int
    ) -> Tensor {
        var result = Tensor(
            batch: input.batch, height: outputHeight, width: outputWidth,
            channels: kernel * kernel * input.channels)
        result.values.removeAll()
        for image in 0..<input.batch {
            for (y, x) in positions(outputHeight, outputWidth) {
                for (ky, kx) in positions(kernel, kernel) {
                    for channel in 0..<input.channels {
                        let (inputY, inputX) = (y * stride - padTop + ky, x * stride - padLeft + kx)
                        result.values.append(input[image, inputY, inputX, channel])
                    }
                }
            }
        }
        return result
    }

    /// The sums, for each pixel of images of `height` and `width`, of what windows say of it.
    package static func summedWindows(
        _ windows: Tensor, height: Int, width: Int, channels: Int, kernel: Int, stride: Int, padTop: Int,
        padLeft: Int
    ) -> Tensor {
        var result = Tensor(batch: windows.batch, height: height, width: width, channels: channels)
        var sums = [Double](repeating: 0, count: result.values.count)
        var values = windows.values.makeIterator()
        for image in 0..<windows.batch {
            for (y, x) in positions(windows.height, windows.width) {
                for (ky, kx) in positions(kernel, kernel) {
                    let (inputY, inputX) = (y * stride - padTop + ky, x * stride - padLeft + kx)
                    let isInside = inputY >= 0 && inputY < height && inputX >= 0 && inputX < width
                    for channel in 0..<channels {
                        guard let value = values.next(), isInside else { continue }
                        let pixel = (image * height + inputY) * width + inputX
                        sums[pixel * channels + channel] += Double(value)
                    }
                }
            }
        }
        result.values = sums.map { Float($0) }
        return result
    }

    /// The gradient of max pooling's input: all to the first of the largest values of a window.
    package static func maxPoolGradient(
        _ input: Tensor, outputGradient: Tensor, kernel: Int, stride: Int, padTop: Int, padLeft: Int
    ) -> Tensor {
        var sums = [Double](repeating: 0, count: input.values.count)
        for image in 0..<input.batch {
            for (y, x) in positions(outputGradient.height, outputGradient.width) {
                for channel in 0..<input.channels {
                    let inside = positions(kernel, kernel).map { ky, kx in
                        (y * stride - padTop + ky, x * stride - padLeft + kx)
                    }.filter { $0 >= 0 && $0 < input.height && $1 >= 0 && $1 < input.width }
                    let values = inside.map { input[image, $0, $1, channel] }
                    guard let largest = values.max(), let first = values.firstIndex(of: largest)
                    else { continue }
                    let pixel = (image * input.height + inside[first].0) * input.width + inside[first].1
                    sums[pixel * input.channels + channel] += Double(outputGradient[image, y, x, channel])
                }
            }
        }
        var result = input
        result.values = sums.map { Float($0) }
        return result
    }

    /// The gradient of the input of average pooling: to each pixel of a window inside the image an equal part.
    package static func windowAverageGradient(
        outputGradient: Tensor, height: Int, width: Int, kernel: Int, stride: Int, padTop: Int = 0,
        padLeft: Int = 0
    ) -> Tensor {
        let channels = outputGradient.channels
        var result = Tensor(batch: outputGradient.batch, height: height, width: width, channels: channels)
        var sums = [Double](repeating: 0, count: result.values.count)
        for image in 0..<outputGradient.batch {
            for (y, x) in positions(outputGradient.height, outputGradient.width) {
                let rows = inside(y * stride - padTop, kernel, height)
                let columns = inside(x * stride - padLeft, kernel, width)
                for (row, column) in rows.flatMap({ row in columns.map { (row, $0) } }) {
                    for channel in 0..<channels {
                        sums[((image * height + row) * width + column) * channels + channel] +=
                            Double(outputGradient[image, y, x, channel]) / Double(rows.count * columns.count)
                    }
                }
            }
        }
        result.values = sums.map { Float($0) }
        return result
    }
}
