// The weights of a network, as files and trainers hold them: plain, and batch norm not yet folded.

import ConvolutionKernels
import Networks

/// Batch norm with fixed statistics: (x - mean) / √(variance + epsilon) · scale + shift, for each channel.
package struct BatchNorm: Sendable {
    /// Factor of each channel, often called gamma or weight.
    package var scale: [Float]
    /// Added to each channel, often called beta or bias.
    package var shift: [Float]
    /// Running mean of each channel.
    package var mean: [Float]
    /// Running variance of each channel.
    package var variance: [Float]
    /// Added to the variance.
    package var epsilon: Double

    /// A batch norm of these statistics; all arrays are as long as the channels.
    package init(scale: [Float], shift: [Float], mean: [Float], variance: [Float], epsilon: Double) {
        self.scale = scale
        self.shift = shift
        self.mean = mean
        self.variance = variance
        self.epsilon = epsilon
    }
}

/// The weights of one convolution or linear layer.
package struct MatrixWeights: Sendable {
    /// `[out, in / groups, kernel, kernel]`, or `[out, in]`.
    package var weight: [Float]
    /// One value an output channel.
    package var bias: [Float]?
    /// The batch norm that follows.
    package var norm: BatchNorm?

    /// Weights with what follows them.
    package init(weight: [Float], bias: [Float]? = nil, norm: BatchNorm? = nil) {
        self.weight = weight
        self.bias = bias
        self.norm = norm
    }

    /// The same function without batch norm: its scale is multiplied into the weights, the rest into the
    /// bias.
    package var folded: MatrixWeights {
        guard let norm else { return self }
        var folded = MatrixWeights(weight: weight, bias: norm.shift)
        let depth = weight.count / norm.scale.count
        for channel in norm.scale.indices {
            let factor =
                Double(norm.scale[channel]) / (Double(norm.variance[channel]) + norm.epsilon).squareRoot()
            for index in channel * depth..<(channel + 1) * depth {
                folded.weight[index] = Float(Double(weight[index]) * factor)
            }
            let mean = Double(norm.mean[channel]) - Double(bias?[channel] ?? 0)
            folded.bias?[channel] = Float(Double(norm.shift[channel]) - mean * factor)
        }
        return folded
    }
}

/// What shape one of an operation's matrices has.
package struct MatrixShape: Sendable {
    /// Output channels.
    package let outputs: Int
    /// Input channels of one group.
    package let inputs: Int
    /// Side of the kernel.
    package let kernel: Int
    /// Whether a bias is added.
    package let hasBias: Bool
    /// Whether a batch norm follows.
    package let normalised: Bool

    /// Weights of the matrix.
    package var count: Int { outputs * inputs * kernel * kernel }
}

extension Operation {
    /// The matrices that the operation needs: squeeze before excite, one for convolution and linear, or
    /// none.
    package var matrices: [MatrixShape] {
        switch self {
        case .convolution(let c):
            [
                MatrixShape(
                    outputs: c.outputChannels, inputs: c.inputChannels / c.groups, kernel: c.kernel,
                    hasBias: !c.normalised, normalised: c.normalised)
            ]
        case .squeezeExcitation(let gate):
            [(gate.squeezed, gate.channels), (gate.channels, gate.squeezed)].map { outputs, inputs in
                MatrixShape(outputs: outputs, inputs: inputs, kernel: 1, hasBias: true, normalised: false)
            }
        case .linear(let inputs, let outputs):
            [MatrixShape(outputs: outputs, inputs: inputs, kernel: 1, hasBias: true, normalised: false)]
        case .scalarGate(let gate):
            [gate.channels, 1].map { inputs in
                MatrixShape(outputs: 1, inputs: inputs, kernel: 1, hasBias: true, normalised: false)
            }
        case .maxPool, .averagePool, .globalAveragePool, .add:
            []
        }
    }
}

/// The weights of a whole network.
package struct NetworkWeights: Sendable {
    /// For each layer, in the network's order, the matrices that ``Operation/matrices`` asks for.
    package var layers: [[MatrixWeights]]

    /// Weights by layer.
    package init(layers: [[MatrixWeights]]) {
        self.layers = layers
    }

    /// Throws where a count is not what the network asks for, naming the layer.
    package func check(against network: Network) throws(ExecutionError) {
        let expected = network.layers
        guard layers.count == expected.count else {
            throw .weights("\(layers.count) layers of weights were given for \(expected.count) layers.")
        }
        for (layer, matrices) in zip(expected, layers) {
            let shapes = layer.operation.matrices
            guard shapes.count == matrices.count else {
                throw .weights("\(layer.name) needs \(shapes.count) matrices, not \(matrices.count).")
            }
            for (shape, matrix) in zip(shapes, matrices) {
                try matrix.check(against: shape, of: layer.name)
            }
        }
    }
}

extension MatrixWeights {
    fileprivate func check(against shape: MatrixShape, of name: LayerName) throws(ExecutionError) {
        guard weight.count == shape.count else {
            throw .weights("\(name) needs \(shape.count) weights, not \(weight.count).")
        }
        let vectors = [bias, norm?.scale, norm?.shift, norm?.mean, norm?.variance].compactMap(\.self)
        for vector in vectors where vector.count != shape.outputs {
            throw .weights("\(name) needs \(shape.outputs) values a channel, not \(vector.count).")
        }
    }
}

/// The weights of a network, a layer at a time: packed ones need not stand in memory beside the others.
package struct WeightSource {
    /// The matrices that a layer's ``Operation/matrices`` asks for.
    package let layer: (Int) -> [MatrixWeights]

    /// Weights that a closure gives for a layer's index.
    package init(_ layer: @escaping (Int) -> [MatrixWeights]) {
        self.layer = layer
    }
}
