// Derivatives of the activations over the whole range of floats.

import ConvolutionKernels
import KernelTasks
import ReferenceKernels
import Testing

@Suite struct DerivativeTests {
    private static let sets = InstructionSet.allCases.filter(\.isSupported)

    @Test(arguments: Activation.allCases)
    func closedFormsAreSlopes(_ activation: Activation) {
        let step: Float = 1 / 128
        for index in -1000...1000 {
            // Halves of the step keep away from the kinks, which are integers.
            let x = (Float(index) + 0.5) * step * 1.25
            guard [-3, 0, 3, 6].allSatisfy({ abs(x - $0) > step }) else { continue }
            let slope =
                (Reference.activate(x + step, activation) - Reference.activate(x - step, activation))
                / (2 * step)
            #expect(abs(Reference.derivative(x, activation) - slope) < 1e-4, "\(activation)′(\(x))")
        }
    }

    @Test(arguments: sets, Activation.allCases)
    func agreesFarAndNear(_ instructionSet: InstructionSet, _ activation: Activation) {
        var inputs = (-40_000...40_000).map { Float($0) / 400 }
        inputs += [0, -0.0, 1e-30, -1e-30, 1e4, -1e4, 1e30, -1e30, .greatestFiniteMagnitude, .infinity]
        for (x, y) in zip(inputs, derivatives(activation, of: inputs, with: instructionSet.kernels)) {
            let expected = x.isInfinite ? limit(activation) : Reference.derivative(x, activation)
            #expect(abs(y - expected) <= 5e-7, "\(activation)′(\(x)) gave \(y), not \(expected)")
        }
    }

    @Test(arguments: sets)
    func kinksAreThoseOfPyTorch(_ instructionSet: InstructionSet) {
        let set = instructionSet.kernels
        #expect(derivatives(.relu, of: [-0.0, 0, 1e-30], with: set) == [0, 0, 1])
        #expect(derivatives(.relu6, of: [0, 3, 6, 7], with: set) == [0, 1, 0, 0])
        #expect(derivatives(.hardSwish, of: [-3.5, -3, 0, 3, 4], with: set) == [0, 0, 0.5, 1, 1])
        #expect(derivatives(.hardSigmoid, of: [-3, 0, 3], with: set) == [0, 1 / 6, 0])
    }

    private func limit(_ activation: Activation) -> Float {
        [.relu6, .sigmoid, .hardSigmoid].contains(activation) ? 0 : 1
    }

    private func derivatives(_ activation: Activation, of inputs: [Float], with set: KernelSet) -> [Float] {
        let padded = set.padded(inputs.count)
        let values = aligned(inputs + [Float](repeating: 0, count: padded - inputs.count))
        let gradient = aligned([Float](repeating: 1, count: padded))
        set.training.activationGradient(
            ActivationGradientTask(
                values: values.start, gradient: gradient.start, output: gradient.start, count: padded,
                activation: activation))
        return Array(gradient.array.prefix(inputs.count))
    }
}
