// The vector activations over the whole range of floats.

import ConvolutionKernels
import KernelTasks
import ReferenceKernels
import Testing

@Suite struct ActivationTests {
    @Test(arguments: InstructionSet.allCases.filter(\.isSupported), Activation.allCases)
    func agreesFarAndNear(_ instructionSet: InstructionSet, _ activation: Activation) {
        var inputs = (-40_000...40_000).map { Float($0) / 400 }
        inputs += [0, -0.0, 1e-30, -1e-30, 1e4, -1e4, 1e30, -1e30, .greatestFiniteMagnitude]
        for (x, y) in zip(inputs, apply(activation, to: inputs, with: instructionSet.kernels)) {
            let expected = Reference.activate(x, activation)
            // Of GELU's tail, which is e^(-x²/2), a rounded exponent leaves fewer digits.
            let tolerance =
                activation == .gelu
                ? min(3e-7 * max(abs(x), 1), 3e-5 * abs(expected) + 1e-30)
                : max(5e-7 * abs(expected), 1e-30)
            #expect(abs(y - expected) <= tolerance, "\(activation)(\(x)) gave \(y), not \(expected)")
        }
    }

    @Test(arguments: InstructionSet.allCases.filter(\.isSupported), Activation.allCases)
    func limitsAndNaN(_ instructionSet: InstructionSet, _ activation: Activation) {
        let y = apply(activation, to: [.infinity, -.infinity, .nan], with: instructionSet.kernels)
        switch activation {
        case .identity: #expect(y[0] == .infinity && y[1] == -.infinity)
        case .silu, .gelu: #expect(y[0] == .infinity && abs(y[1]) < 1e-30)
        case .hardSwish: #expect(y[0] == .infinity)
        case .relu: #expect(y[0] == .infinity && y[1] == 0)
        case .relu6: #expect(y[0] == 6 && y[1] == 0)
        case .sigmoid, .hardSigmoid: #expect(y[0] == 1 && abs(y[1]) < 1e-30)
        }
        #expect(y[2].isNaN)
    }

    private func apply(_ activation: Activation, to inputs: [Float], with set: KernelSet) -> [Float] {
        let padded = set.padded(inputs.count)
        let values = aligned(inputs + [Float](repeating: 0, count: padded - inputs.count))
        set.elementwise(
            ElementwiseTask(
                left: values.start, right: nil, output: values.start, count: padded, activation: activation))
        return Array(values.array.prefix(inputs.count))
    }
}
