// One call of a kernel as named data, which the reference and every build can solve.

import ConvolutionKernels
import KernelTasks
import ReferenceKernels

/// Sizes and options of one kernel call; its description is all that is needed to repeat it.
struct Problem: CustomStringConvertible, Sendable {
    var operation: Kernel.Operation
    var batch = 1
    var height = 1
    var width = 1
    var channels = 1
    /// Output channels, where they differ from the input's.
    var outputs = 1
    /// Groups of a grouped convolution's channels.
    var groups = 1
    var kernel = 1
    var stride = 1
    var padTop = 0
    var padLeft = 0
    var outputHeight = 1
    var outputWidth = 1
    var activation = Activation.identity
    /// Whether a second operand of the output's shape is added.
    var adds = false
    /// Whether the pixels of a dense convolution's input follow each other without padding.
    var isDense = false
    /// Whether a depthwise convolution's rows are summed, too.
    var sumsRows = false
    /// Channels of a depthwise convolution's groups, fewer than any build's lanes.
    var groupWidth = 1
    /// Whether a product's depth is multiplied in pairs.
    var isPaired = false
    /// Side of a tile of Winograd's algorithm.
    var tile = 4
    var seed: UInt64 = 1

    var description: String {
        "\(operation.rawValue) n\(batch) c\(channels) h\(height) w\(width) o\(outputs) g\(groups)\(groupWidth > 1 ? " of \(groupWidth)" : "") k\(kernel) s\(stride) "
            + "p\(padTop),\(padLeft) oh\(outputHeight) ow\(outputWidth) \(activation)"
            + "\(adds ? " adds" : "")\(isDense ? " dense" : "")\(sumsRows ? " sums" : "")\(isPaired ? " paired" : "") tile \(tile) seed \(seed)"
    }

    /// A window with symmetric padding, or with TensorFlow's, whose smaller half comes first.
    func windowed(kernel: Int, stride: Int, same: Bool = false) -> Problem {
        var problem = self
        problem.kernel = kernel
        problem.stride = stride
        if same {
            problem.outputHeight = (height + stride - 1) / stride
            problem.outputWidth = (width + stride - 1) / stride
            problem.padTop = max(0, (problem.outputHeight - 1) * stride + kernel - height) / 2
            problem.padLeft = max(0, (problem.outputWidth - 1) * stride + kernel - width) / 2
        } else {
            problem.padTop = (kernel - 1) / 2
            problem.padLeft = problem.padTop
            problem.outputHeight = (height + 2 * problem.padTop - kernel) / stride + 1
            problem.outputWidth = (width + 2 * problem.padLeft - kernel) / stride + 1
        }
        return problem
    }

    /// Windows that begin inside the image, of which the last may reach beyond.
    func windowedInside(kernel: Int, stride: Int) -> Problem {
        var problem = self
        problem.kernel = kernel
        problem.stride = stride
        (problem.padTop, problem.padLeft) = (0, 0)
        func outputs(_ size: Int) -> Int {
            (0..<size).filter { $0 % stride == 0 && ($0 == 0 || $0 - stride + kernel < size) }.count
        }
        (problem.outputHeight, problem.outputWidth) = (outputs(height), outputs(width))
        return problem
    }

    /// Whether small integers give results that every order of adding agrees on.
    var isExact: Bool {
        let pixels = height * width
        return [.identity, .relu, .relu6].contains(activation)
            && (operation != .averagePool || pixels & (pixels - 1) == 0)
            && (![.windowAverage, .windowAverageGradient].contains(operation) || kernel <= 2)
            && ![.winograd, .rootMeanSquareStep].contains(operation)
    }

    /// How far from the reference a result may be, as a part of the largest: Winograd's algorithm adds and
    /// subtracts before it multiplies.
    var tolerance: Float { operation == .winograd ? 1e-3 : 1e-5 }

    /// The operands of the problem.
    func operands(integers: Bool) -> Operands {
        var random = SplitMix64(seed: seed)
        let pixels = batch * height * width
        let isDepthwise = [.depthwise, .depthwiseInputGradient, .depthwiseWeightGradient].contains(operation)
        let isUnweighted = operation == .gather || operation == .scatter
        let inputs = channels / groups
        let weights = (isDepthwise ? groupWidth : isUnweighted ? 0 : inputs) * outputs * kernel * kernel
        let input = random.floats(pixels * channels, integers: integers)
        let depth = (isDepthwise ? groupWidth : inputs) * kernel * kernel
        let scale = integers ? 1 : 1 / Float(depth).squareRoot()
        let addends = batch * outputHeight * outputWidth * outputs
        return Operands(
            input: Tensor(batch: batch, height: height, width: width, channels: channels, values: input),
            weights: random.floats(weights, integers: integers).map { $0 * scale },
            bias: random.floats(outputs, integers: integers),
            factors: Tensor(
                batch: batch, height: 1, width: 1, channels: channels,
                values: random.floats(batch * channels, integers: integers)),
            addend: random.floats(addends, integers: integers),
            third: random.floats(addends, integers: integers),
            vectors: (0..<5).map { _ in random.floats(outputs, integers: integers) })
    }

    /// The right answer: each array that the kernel computes.
    func reference(_ operands: Operands) -> [[Float]] {
        let input = operands.input
        var result: Tensor
        switch operation {
        case .pointwise, .convolution, .grouped, .winograd, .depthwise, .gatedWeights:
            let input = operation == .gatedWeights ? Reference.scale(input, by: operands.factors) : input
            result = Reference.convolution(
                input, weights: operands.weights, bias: operands.bias, outputs: outputs, kernel: kernel,
                stride: stride, groups: operation == .depthwise ? channels / groupWidth : groups,
                padTop: padTop,
                padLeft: padLeft, outputHeight: outputHeight, outputWidth: outputWidth)
        case .maxPool:
            result = Reference.maxPool(
                input, kernel: kernel, stride: stride, padTop: padTop, padLeft: padLeft,
                outputHeight: outputHeight, outputWidth: outputWidth)
        case .windowAverage:
            result = Reference.windowAverage(
                input, kernel: kernel, stride: stride, padTop: padTop, padLeft: padLeft,
                outputHeight: outputHeight, outputWidth: outputWidth)
        case .averagePool:
            result = Reference.averagePool(input)
        case .scale:
            result = Reference.scale(input, by: operands.factors)
        case .elementwise:
            result = input
        default:
            return trainingReference(operands)
        }
        if adds {
            var addend = result
            addend.values = operands.addend
            result = Reference.add(result, addend)
        }
        result = Reference.activate(result, activation)
        return sumsRows ? [result.values, rowSums(result)] : [result.values]
    }

    /// The sum of each row's pixels, channel by channel.
    private func rowSums(_ tensor: Tensor) -> [Float] {
        (0..<tensor.batch * tensor.height).flatMap { row in
            (0..<tensor.channels).map { channel in
                (0..<tensor.width).reduce(0) { sum, column in
                    sum + tensor.values[(row * tensor.width + column) * tensor.channels + channel]
                }
            }
        }
    }
}

/// What a problem is solved with.
struct Operands {
    var input: Tensor
    var weights: [Float]
    var bias: [Float]
    /// One factor a channel of each image.
    var factors: Tensor
    var addend: [Float]
    /// A third tensor, of the addend's shape.
    var third: [Float]
    /// Values of channels.
    var vectors: [[Float]]
}
