// A network's operations as ONNX operators. Batch norms are folded into the convolutions before them, and
// padding is written out from the realised sizes, so that both kinds become plain numbers.

import NetworkExecution
import Networks

extension ONNXGraph {
    /// Adds a layer that reads `x`, its weights folded.
    mutating func append(
        _ layer: Layer, _ x: String, adding shortcuts: [String], _ weights: [MatrixWeights], to output: String
    ) {
        let input = layer.input.shape
        switch layer.operation {
        case .convolution(let c):
            let matrix = matrix(
                weights[0].folded, "\(layer.name)",
                [c.outputChannels, c.inputChannels / c.groups, c.kernel, c.kernel])
            activated(c.activation, to: output) { graph, linear in
                graph.append(
                    "Conv", [x] + matrix, to: linear,
                    [
                        "group": .integer(c.groups), "kernel_shape": .integers([c.kernel, c.kernel]),
                        "pads": .integers(c.padding.pads(input, kernel: c.kernel, stride: c.stride)),
                        "strides": .integers([c.stride, c.stride]),
                    ])
            }
        case .squeezeExcitation(let gate):
            append(gate, x, "\(layer.name)", weights, to: output)
        case .maxPool(let window, let padding):
            append(
                "MaxPool", [x], to: output,
                [
                    "kernel_shape": .integers([window.kernel, window.kernel]),
                    "pads": .integers(padding.pads(input, kernel: window.kernel, stride: window.stride)),
                    "strides": .integers([window.stride, window.stride]),
                ])
        case .averagePool(let window):
            append(
                "AveragePool", [x], to: output,
                [
                    "kernel_shape": .integers([window.kernel, window.kernel]), "ceil_mode": .integer(1),
                    "count_include_pad": .integer(0), "strides": .integers([window.stride, window.stride]),
                ])
        case .scalarGate(let gate):
            append(gate, x, "\(layer.name)", weights, to: output)
        case .globalAveragePool:
            append("GlobalAveragePool", [x], to: output)
        case .linear(let inputs, let outputs):
            let flat = append("Flatten", [x], to: "\(layer.name).input", ["axis": .integer(1)])
            let matrix = matrix(weights[0], "\(layer.name)", [outputs, inputs])
            append("Gemm", [flat] + matrix, to: output, ["transB": .integer(1)])
        case .add(let activation):
            activated(activation, to: output) { graph, linear in
                graph.append(shortcuts.count == 1 ? "Add" : "Sum", [x] + shortcuts, to: linear)
            }
        }
    }

    /// Pool, two layers of one node, ReLU; the tensor divided by its length, multiplied.
    private mutating func append(
        _ gate: ScalarGate, _ x: String, _ name: String, _ weights: [MatrixWeights], to output: String
    ) {
        let mean = append("GlobalAveragePool", [x], to: "\(name).mean")
        let squeeze = matrix(weights[0], "\(name).squeeze", [1, gate.channels, 1, 1])
        let node = append("Conv", [mean] + squeeze, to: "\(name).squeezed")
        let excite = matrix(weights[1], "\(name).excite", [1, 1, 1, 1])
        let linear = append("Conv", [node] + excite, to: "\(name).linear")
        let scalar = append("Relu", [linear], to: "\(name).scalar")
        let length = append(
            "ReduceL2", [x], to: "\(name).length", ["axes": .integers([1, 2, 3]), "keepdims": .integer(1)])
        let least = constant("\(name).least_length", [], [ScalarGate.leastLength])
        let divisor = append("Max", [length, least], to: "\(name).divisor")
        let factor = append("Div", [scalar, divisor], to: "\(name).factor")
        append("Mul", [x, factor], to: output)
    }

    /// Pool, squeeze, activate, excite, gate, multiply.
    private mutating func append(
        _ gate: ChannelGate, _ x: String, _ name: String, _ weights: [MatrixWeights], to output: String
    ) {
        let mean = append("GlobalAveragePool", [x], to: "\(name).mean")
        let squeeze = matrix(weights[0], "\(name).squeeze", [gate.squeezed, gate.channels, 1, 1])
        let squeezed = activated(gate.activation, to: "\(name).squeezed") { graph, linear in
            graph.append("Conv", [mean] + squeeze, to: linear)
        }
        let excite = matrix(weights[1], "\(name).excite", [gate.channels, gate.squeezed, 1, 1])
        let factors = activated(gate.gate, to: "\(name).factors") { graph, linear in
            graph.append("Conv", [squeezed] + excite, to: linear)
        }
        append("Mul", [x, factors], to: output)
    }

    /// Weight and bias as constants.
    private mutating func matrix(
        _ weights: MatrixWeights, _ name: String, _ dimensions: [Int]
    ) -> [String] {
        [
            constant("\(name).weight", dimensions, weights.weight),
            constant(
                "\(name).bias", [dimensions[0]],
                weights.bias ?? [Float](repeating: 0, count: dimensions[0])),
        ]
    }

    /// What `operation` adds, activated: it is handed the name for its own result.
    @discardableResult
    private mutating func activated(
        _ activation: Activation, to output: String, _ operation: (inout ONNXGraph, String) -> Void
    ) -> String {
        let linear = activation == .identity ? output : "\(output).linear"
        operation(&self, linear)
        switch activation {
        case .identity: return output
        case .relu: return append("Relu", [linear], to: output)
        case .relu6:
            return append("Clip", [linear, scalar("zero", 0), scalar("six", 6)], to: output)
        case .sigmoid: return append("Sigmoid", [linear], to: output)
        case .silu:
            let factors = append("Sigmoid", [linear], to: "\(output).sigmoid")
            return append("Mul", [linear, factors], to: output)
        case .hardSigmoid: return hardSigmoid(linear, to: output)
        case .hardSwish:
            let factors = hardSigmoid(linear, to: "\(output).sigmoid")
            return append("Mul", [linear, factors], to: output)
        case .gelu: return gelu(linear, to: output)
        }
    }

    /// x · (1 + erf(x / √2)) / 2: opset 13 has no operator of its own for it.
    private mutating func gelu(_ x: String, to output: String) -> String {
        let scaled = append("Mul", [x, scalar("half_root", Float(0.5).squareRoot())], to: "\(output).scaled")
        let error = append("Erf", [scaled], to: "\(output).erf")
        let twice = append("Add", [error, scalar("one", 1)], to: "\(output).twice")
        let share = append("Mul", [twice, scalar("half", 0.5)], to: "\(output).share")
        return append("Mul", [x, share], to: output)
    }

    private mutating func hardSigmoid(_ x: String, to output: String) -> String {
        append("HardSigmoid", [x], to: output, ["alpha": .number(1.0 / 6), "beta": .number(0.5)])
    }
}

extension Padding {
    /// Padding before and after both axes, as ONNX orders it: top, left, bottom, right.
    fileprivate func pads(_ input: Shape, kernel: Int, stride: Int) -> [Int] {
        let sides = [input.height, input.width].map { size in
            let before = before(size, kernel: kernel, stride: stride)
            switch self {
            case .symmetric: return (before, before)
            case .same:
                let covered = (outputs(size, kernel: kernel, stride: stride) - 1) * stride + kernel
                return (before, max(covered - size, 0) - before)
            }
        }
        return sides.map(\.0) + sides.map(\.1)
    }
}
