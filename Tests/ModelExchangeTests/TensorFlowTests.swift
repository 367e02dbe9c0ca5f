// What TensorFlow's networks do differently: padding "same", whose odd pixel comes last, and a batch norm
// epsilon of 1e-3. One network is small enough to compute by hand, the others follow the reference.

import ConvolutionKernels
import ModelExchange
import NetworkExecution
import Networks
import ReferenceExecution
import TensorFiles
import Testing

@Suite struct TensorFlowTests {
    /// One 3×3 convolution of stride 2 over 4×4 pixels: channel c picks tap c of the window. The block after
    /// it adds nothing, and the classifier passes the means of the channels through.
    private func taps(_ padding: Padding, epsilon: Double) throws -> (Network, NetworkWeights) {
        var architecture = Architecture(
            name: "taps", stem: Stem(channels: 8, activation: .identity),
            stages: [
                Stage(
                    .fusedMBConv, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8,
                    activation: .identity)
            ], head: Head(channels: nil, activation: .identity), scaling: Scaling(resolution: 4), channels: 1,
            classes: 8)
        architecture.padding = padding
        architecture.batchNormEpsilon = epsilon
        let network = try Network(architecture)
        func norm(_ module: String, variance: Float) -> [NamedTensor] {
            [("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", variance)].map {
                NamedTensor("\(module).\($0)", shape: [8], values: [Float](repeating: $1, count: 8))
            }
        }
        let taps = (0..<72).map { $0 / 9 == $0 % 9 ? Float(1) : 0 }
        let unit = (0..<64).map { $0 / 8 == $0 % 8 ? Float(1) : 0 }
        let tensors =
            norm("bn1", variance: 0.249) + norm("blocks.0.0.bn1", variance: 1) + [
                NamedTensor("conv_stem.weight", shape: [8, 1, 3, 3], values: taps),
                NamedTensor(
                    "blocks.0.0.conv.weight", shape: [8, 8, 3, 3],
                    values: [Float](repeating: 0, count: 576)),
                NamedTensor("classifier.weight", shape: [8, 8], values: unit),
                NamedTensor("classifier.bias", shape: [8], values: [Float](repeating: 0, count: 8)),
            ]
        return (
            network, try NetworkWeights(timm: Safetensors(tensors: tensors), file: "taps", for: network)
        )
    }

    // The image counts its pixels: 0…3 in the first row, 12…15 in the last. Padding "same" adds one row below
    // and one column to the right, so the windows begin at rows 0 and 2: tap (0,0) sees 0, 2, 8 and 10, and
    // tap (0,2) only 2 and 10. Symmetric padding begins at rows -1 and 1: tap (0,0) sees only 5.
    // √(0.249 + 0.001) is ½, so an epsilon of 1e-3 doubles everything.
    @Test(arguments: [
        (Padding.same, [5, 6, 3, 9, 10, 5, 4.5, 5] as [Float]),
        (.symmetric, [1.25, 2.5, 3, 2.5, 5, 6, 4.5, 9] as [Float]),
    ])
    func paddingAndEpsilonAreThoseComputedByHand(_ padding: Padding, _ means: [Float]) throws {
        let (network, weights) = try taps(padding, epsilon: 1e-3)
        let image = Tensor(batch: 1, height: 4, width: 4, channels: 1, values: (0..<16).map(Float.init))
        for set in InstructionSet.allCases where set.isSupported {
            let logits = try CompiledNetwork(network, weights: weights, instructionSet: set).run(image).values
            for (logit, mean) in zip(logits, means) { #expect(abs(logit - 2 * mean) < 1e-4, "\(logits)") }
        }
    }

    @Test func anotherEpsilonIsAnotherFunction() throws {
        let (network, weights) = try taps(.same, epsilon: 1e-5)
        let image = Tensor(batch: 1, height: 4, width: 4, channels: 1, values: (0..<16).map(Float.init))
        let logits = try CompiledNetwork(network, weights: weights).run(image).values
        // 5 / √(0.249 + 0.00001)
        #expect(abs(logits[0] - 10.019868) < 1e-4)
    }

    @Test(arguments: ["efficientnet-b0", "efficientnet-lite0", "se-resnet-50", "mobilenet-v2"])
    func theCompiledNetworkFollowsTheReference(_ name: String) throws {
        var architecture = try PublishedNetworks.architecture(named: name)
        architecture.scaling = Scaling(width: 0.25, depth: 0.5, resolution: 45)
        architecture.padding = .same
        architecture.batchNormEpsilon = 1e-3
        architecture.classes = 10
        let network = try Network(architecture)
        let random = NetworkWeights.random(for: network, seed: 5)
        // Through timm's names and back, so that the epsilon comes from the network alone.
        let weights = try NetworkWeights(timm: random.timmTensors(for: network), file: "w", for: network)
        let values = (0..<6075).map { index in Float(index * 7919 % 1000) / 500 - 1 }
        let image = Tensor(nchw: values, batch: 1, height: 45, width: 45, channels: 3)
        let expected = network.referenceLogits(image, weights: weights).values
        let largest = expected.map(abs).max() ?? 0
        for set in InstructionSet.allCases where set.isSupported {
            let logits = try CompiledNetwork(network, weights: weights, threads: 2, instructionSet: set)
                .run(image).values
            #expect(zip(logits, expected).allSatisfy { abs($0 - $1) <= 1e-4 * largest }, "\(set.rawValue)")
        }
    }
}
