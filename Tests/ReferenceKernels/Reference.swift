// The reference kernels: correct and readable first.
//
// No tiling, no packing, no fusing; sums are double so that their order does not matter. Every kernel of the
// product is checked against these, and nothing but tests uses them.

import ConvolutionKernels
import Foundation
import KernelTasks

/// Plain versions of all operations on plain tensors.
package enum Reference {
    /// A convolution of any kernel, stride, padding and grouping; weights are `[out, in / groups, kernel,
    /// kernel]`.
    ///
    /// The output has `outputSize` rows and columns; padding below and to the right is whatever that asks
    /// for.
    package static func convolution(
        _ input: Tensor, weights: [Float], bias: [Float]?, outputs: Int, kernel: Int, stride: Int = 1,
        groups: Int = 1, padTop: Int = 0, padLeft: Int = 0, outputHeight: Int, outputWidth: Int
    ) -> Tensor {
        let inputs = input.channels / groups
        var result = Tensor(
            batch: input.batch, height: outputHeight, width: outputWidth, channels: outputs)
        var index = 0
        for image in 0..<input.batch {
            for y in 0..<outputHeight {
                for x in 0..<outputWidth {
                    for output in 0..<outputs {
                        let firstInput = output / (outputs / groups) * inputs
                        var sum = Double(bias?[output] ?? 0)
                        for ky in 0..<kernel {
                            for kx in 0..<kernel {
                                let inputY = y * stride - padTop + ky
                                let inputX = x * stride - padLeft + kx
                                guard inputY >= 0, inputY < input.height, inputX >= 0, inputX < input.width
                                else { continue }
                                let pixel = (image * input.height + inputY) * input.width + inputX
                                let first = pixel * input.channels + firstInput
                                for channel in 0..<inputs {
                                    let weight = weights[
                                        ((output * inputs + channel) * kernel + ky) * kernel + kx]
                                    sum += Double(input.values[first + channel]) * Double(weight)
                                }
                            }
                        }
                        result.values[index] = Float(sum)
                        index += 1
                    }
                }
            }
        }
        return result
    }

    /// The largest value of each window; padding never wins.
    package static func maxPool(
        _ input: Tensor, kernel: Int, stride: Int, padTop: Int, padLeft: Int, outputHeight: Int,
        outputWidth: Int
    ) -> Tensor {
        var result = Tensor(
            batch: input.batch, height: outputHeight, width: outputWidth, channels: input.channels)
        var index = 0
        for image in 0..<input.batch {
            for y in 0..<outputHeight {
                for x in 0..<outputWidth {
                    for channel in 0..<input.channels {
                        var largest = -Float.infinity
                        for inputY in y * stride - padTop..<y * stride - padTop + kernel {
                            for inputX in x * stride - padLeft..<x * stride - padLeft + kernel {
                                guard inputY >= 0, inputY < input.height, inputX >= 0, inputX < input.width
                                else { continue }
                                largest = max(largest, input[image, inputY, inputX, channel])
                            }
                        }
                        result.values[index] = largest
                        index += 1
                    }
                }
            }
        }
        return result
    }

    /// The mean of what of each window lies inside the image.
    package static func windowAverage(
        _ input: Tensor, kernel: Int, stride: Int, padTop: Int = 0, padLeft: Int = 0, outputHeight: Int,
        outputWidth: Int
    ) -> Tensor {
        var result = Tensor(
            batch: input.batch, height: outputHeight, width: outputWidth, channels: input.channels)
        var index = 0
        for image in 0..<input.batch {
            for y in 0..<outputHeight {
                for x in 0..<outputWidth {
                    let rows = inside(y * stride - padTop, kernel, input.height)
                    let columns = inside(x * stride - padLeft, kernel, input.width)
                    for channel in 0..<input.channels {
                        let sum = rows.reduce(0.0) { sum, y in
                            columns.reduce(sum) { $0 + Double(input[image, y, $1, channel]) }
                        }
                        result.values[index] = Float(sum / Double(rows.count * columns.count))
                        index += 1
                    }
                }
            }
        }
        return result
    }

    /// The positions of a window that lie inside 0..<size.
    static func inside(_ first: Int, _ kernel: Int, _ size: Int) -> Range<Int> {
        max(0, first)..<min(size, first + kernel)
    }

    /// The mean of each channel of each image.
    package static func averagePool(_ input: Tensor) -> Tensor {
        var result = Tensor(batch: input.batch, height: 1, width: 1, channels: input.channels)
        for image in 0..<input.batch {
            for channel in 0..<input.channels {
                var sum = 0.0
                for y in 0..<input.height {
                    for x in 0..<input.width { sum += Double(input[image, y, x, channel]) }
                }
                result.values[image * input.channels + channel] =
                    Float(sum / Double(input.height * input.width))
            }
        }
        return result
    }

    /// Every pixel multiplied by its image's factors, one a channel.
    package static func scale(_ input: Tensor, by factors: Tensor) -> Tensor {
        var result = input
        for index in result.values.indices {
            let image = index / (input.height * input.width * input.channels)
            result.values[index] *= factors[image, 0, 0, index % input.channels]
        }
        return result
    }

    /// Each image divided by its Euclidean length, or by `least` where that is more, times a number of its own.
    package static func scaledToLength(_ input: Tensor, _ factors: [Float], least: Float) -> Tensor {
        var result = input
        let count = input.height * input.width * input.channels
        for image in 0..<input.batch {
            let elements = image * count..<(image + 1) * count
            let squares = elements.reduce(0.0) { $0 + Double(input.values[$1]) * Double(input.values[$1]) }
            let factor = Double(factors[image]) / max(squares.squareRoot(), Double(least))
            for index in elements { result.values[index] = Float(Double(input.values[index]) * factor) }
        }
        return result
    }

    /// The elementwise sum.
    package static func add(_ left: Tensor, _ right: Tensor) -> Tensor {
        var result = left
        for index in result.values.indices { result.values[index] += right.values[index] }
        return result
    }

    /// The activation of every element.
    package static func activate(_ input: Tensor, _ activation: Activation) -> Tensor {
        var result = input
        for index in result.values.indices {
            result.values[index] = activate(input.values[index], activation)
        }
        return result
    }

    /// The activation of one number.
    package static func activate(_ x: Float, _ activation: Activation) -> Float {
        switch activation {
        case .identity: x
        case .silu: Float(Double(x) / (1 + exp(-Double(x))))
        case .relu: max(x, 0)
        case .relu6: min(max(x, 0), 6)
        case .hardSwish: x * min(max(x + 3, 0), 6) / 6
        case .sigmoid: Float(1 / (1 + exp(-Double(x))))
        case .hardSigmoid: min(max(x + 3, 0), 6) / 6
        case .gelu: Float(Double(x) * normalDistribution(Double(x)))
        }
    }
}
