// A network executed by the reference kernels: layer by layer, nothing folded, fused, packed or planned.
// The compiled network is checked against this one.

import ConvolutionKernels
import NetworkExecution
import Networks
import ReferenceKernels

extension Network {
    /// The logits of a batch of images, slowly.
    package func referenceLogits(_ input: Tensor, weights: NetworkWeights) -> Tensor {
        var outputs: [Tensor] = []
        for (layer, matrices) in zip(layers, weights.layers) {
            let x = layer.input.layer < 0 ? input : outputs[layer.input.layer]
            let shortcuts = layer.shortcuts.map { $0.layer < 0 ? input : outputs[$0.layer] }
            outputs.append(
                layer.operation.reference(x, adding: shortcuts, matrices, output: layer.output.shape))
        }
        return outputs.last ?? input
    }
}

extension Operation {
    fileprivate func reference(
        _ x: Tensor, adding shortcuts: [Tensor], _ matrices: [MatrixWeights], output: Shape
    ) -> Tensor {
        switch self {
        case .convolution(let c):
            let y = Reference.convolution(
                x, weights: matrices[0].weight, bias: matrices[0].bias, outputs: c.outputChannels,
                kernel: c.kernel, stride: c.stride, groups: c.groups,
                padTop: c.padding.before(x.height, kernel: c.kernel, stride: c.stride),
                padLeft: c.padding.before(x.width, kernel: c.kernel, stride: c.stride),
                outputHeight: output.height, outputWidth: output.width)
            return Reference.activate(normalised(y, matrices[0].norm), c.activation.kernel)
        case .squeezeExcitation(let gate):
            let squeezed = Reference.activate(
                linear(Reference.averagePool(x), matrices[0], gate.squeezed), gate.activation.kernel)
            let factors = Reference.activate(linear(squeezed, matrices[1], gate.channels), gate.gate.kernel)
            return Reference.scale(x, by: factors)
        case .maxPool(let pooling, let padding):
            return Reference.maxPool(
                x, kernel: pooling.kernel, stride: pooling.stride,
                padTop: padding.before(x.height, kernel: pooling.kernel, stride: pooling.stride),
                padLeft: padding.before(x.width, kernel: pooling.kernel, stride: pooling.stride),
                outputHeight: output.height, outputWidth: output.width)
        case .scalarGate:
            let node = linear(Reference.averagePool(x), matrices[0], 1)
            let scalars = Reference.activate(linear(node, matrices[1], 1), .relu)
            return Reference.scaledToLength(x, scalars.values, least: ScalarGate.leastLength)
        case .averagePool(let pooling):
            return Reference.windowAverage(
                x, kernel: pooling.kernel, stride: pooling.stride, outputHeight: output.height,
                outputWidth: output.width)
        case .globalAveragePool:
            return Reference.averagePool(x)
        case .linear(_, let outputs):
            return linear(x, matrices[0], outputs)
        case .add(let activation):
            return Reference.activate(shortcuts.reduce(x) { Reference.add($0, $1) }, activation.kernel)
        }
    }

    private func linear(_ x: Tensor, _ matrix: MatrixWeights, _ outputs: Int) -> Tensor {
        Reference.convolution(
            x, weights: matrix.weight, bias: matrix.bias, outputs: outputs, kernel: 1, outputHeight: 1,
            outputWidth: 1)
    }

    private func normalised(_ x: Tensor, _ norm: BatchNorm?) -> Tensor {
        guard let norm else { return x }
        var y = x
        for index in y.values.indices {
            let channel = index % x.channels
            let centred = Double(x.values[index]) - Double(norm.mean[channel])
            let deviation = (Double(norm.variance[channel]) + norm.epsilon).squareRoot()
            y.values[index] = Float(
                centred / deviation * Double(norm.scale[channel]) + Double(norm.shift[channel]))
        }
        return y
    }
}
