// The operations a network is made of, each with its cost. An operation without a cost cannot be written:
// the switch in `cost` is exhaustive.

/// Height, width and channels of one image's tensor.
package struct Shape: Hashable, Sendable {
    /// Rows of pixels.
    package var height: Int
    /// Pixels of a row.
    package var width: Int
    /// Channels of a pixel.
    package var channels: Int

    /// A tensor of `height`×`width`×`channels`.
    package init(height: Int, width: Int, channels: Int) {
        self.height = height
        self.width = width
        self.channels = channels
    }

    /// Elements of the tensor; every shape of a `Network` is known to fit.
    package var elements: Int { height * width * channels }
}

/// A k×k convolution with what belongs to it: bias or batch norm, and the activation.
package struct Convolution: Hashable, Sendable {
    /// Height and width of the kernel.
    package var kernel: Int
    /// Step between output pixels.
    package var stride: Int
    /// 1 is a dense convolution; as many as input channels, a depthwise one.
    package var groups: Int
    /// Channels read.
    package var inputChannels: Int
    /// Channels written.
    package var outputChannels: Int
    /// Treatment of the border.
    package var padding: Padding
    /// Whether a batch norm follows; if so there is no bias.
    package var normalised: Bool
    /// Applied last.
    package var activation: Activation

    /// Whether every channel is filtered on its own.
    package var isDepthwise: Bool { groups == inputChannels && groups == outputChannels && groups > 1 }
}

/// Channel gates as one operation: pool, squeeze, activate, excite, gate, multiply.
package struct ChannelGate: Hashable, Sendable {
    /// Channels gated.
    package var channels: Int
    /// Channels between the two layers.
    package var squeezed: Int
    /// The activation between the two layers.
    package var activation: Activation
    /// Sigmoid or hard sigmoid.
    package var gate: Activation
}

/// A gate of one scalar (the article that this project began from): the pooled channels lead through a layer of one
/// node and a second one with ReLU to a scalar, which multiplies the tensor divided by its Euclidean length.
package struct ScalarGate: Hashable, Sendable {
    /// Channels gated.
    package var channels: Int

    /// What a tensor is divided by where its length is less.
    package static let leastLength: Float = 1e-12
}

/// A node of a network. All payloads are plain values, so that counting a network allocates nothing.
package enum Operation: Hashable, Sendable {
    /// Convolution, batch norm or bias, activation.
    case convolution(Convolution)
    /// Squeeze-and-excitation.
    case squeezeExcitation(ChannelGate)
    /// x / ‖x‖₂ times a scalar of each image.
    case scalarGate(ScalarGate)
    /// The largest value in each window.
    case maxPool(Pooling, Padding)
    /// The mean of each window, of which those at the border end with the image.
    case averagePool(Pooling)
    /// The mean of each channel.
    case globalAveragePool
    /// The classifier: a matrix with biases.
    case linear(inputs: Int, outputs: Int)
    /// The sum with the shortcut, then an activation.
    case add(Activation)
}

extension Operation {
    /// The shape that this operation makes of an input.
    package func output(of input: Shape) -> Shape {
        switch self {
        case .convolution(let c):
            Shape(
                height: c.padding.outputs(input.height, kernel: c.kernel, stride: c.stride),
                width: c.padding.outputs(input.width, kernel: c.kernel, stride: c.stride),
                channels: c.outputChannels)
        case .maxPool(let window, let padding):
            Shape(
                height: padding.outputs(input.height, kernel: window.kernel, stride: window.stride),
                width: padding.outputs(input.width, kernel: window.kernel, stride: window.stride),
                channels: input.channels)
        case .averagePool(let window):
            Shape(
                height: window.outputsInside(input.height), width: window.outputsInside(input.width),
                channels: input.channels)
        case .globalAveragePool: Shape(height: 1, width: 1, channels: input.channels)
        case .linear(_, let outputs): Shape(height: 1, width: 1, channels: outputs)
        case .squeezeExcitation, .scalarGate, .add: input
        }
    }

    /// What this operation costs for one image; see `Cost` for what is counted.
    package func cost(input: Shape, output: Shape) -> Cost {
        var cost = Cost()
        switch self {
        case .convolution(let c):
            let elements = Exact(output.height) * output.width * output.channels
            let weights = Exact(c.inputChannels / c.groups) * c.kernel * c.kernel * c.outputChannels
            cost.macs = weights * output.height * output.width
            cost.activations = elements
            cost.normElements = c.normalised ? elements : 0
            cost.biasAdds = c.normalised ? 0 : elements
            cost.parameters = weights + Exact(c.outputChannels) * (c.normalised ? 2 : 1)
            cost.weightBytes = (weights + Exact(c.outputChannels)) * 4
        case .squeezeExcitation(let gate):
            let weights = Exact(gate.channels) * gate.squeezed * 2
            let outputs = Exact(gate.channels) + Exact(gate.squeezed)
            cost.macs = weights
            cost.activations = outputs
            cost.biasAdds = outputs
            cost.parameters = weights + outputs
            cost.weightBytes = (weights + outputs) * 4
        case .scalarGate(let gate):
            let weights = Exact(gate.channels) + 1
            cost.macs = weights
            cost.activations = 2
            cost.biasAdds = 2
            cost.parameters = weights + 2
            cost.weightBytes = (weights + 2) * 4
        case .linear(let inputs, let outputs):
            cost.macs = Exact(inputs) * outputs
            cost.activations = Exact(outputs)
            cost.biasAdds = Exact(outputs)
            cost.parameters = Exact(inputs) * outputs + Exact(outputs)
            cost.weightBytes = cost.parameters * 4
        case .maxPool, .averagePool, .globalAveragePool, .add:
            break  // No multiplication, no parameter: their cost is what they hold in memory.
        }
        return cost
    }
}

extension Pooling {
    /// Windows along one side of `size` pixels that begin inside; the last may reach beyond.
    package func outputsInside(_ size: Int) -> Int {
        let covering = max(0, size - kernel + stride - 1) / stride + 1
        return min(covering, (size + stride - 1) / stride)
    }
}

extension Padding {
    /// Output pixels along one side of `size` input pixels; zero or less where the window does not fit.
    package func outputs(_ size: Int, kernel: Int, stride: Int) -> Int {
        switch self {
        case .symmetric: (size + (kernel - 1) / 2 * 2 - kernel + stride) / stride
        case .same: (size + stride - 1) / stride
        }
    }

    /// Rows of padding before the first input row.
    package func before(_ size: Int, kernel: Int, stride: Int) -> Int {
        switch self {
        case .symmetric: (kernel - 1) / 2
        case .same: max((outputs(size, kernel: kernel, stride: stride) - 1) * stride + kernel - size, 0) / 2
        }
    }
}
