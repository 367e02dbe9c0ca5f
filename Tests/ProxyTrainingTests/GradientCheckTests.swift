// Gradients against the change of the loss along a direction, for what the golden networks do not have:
// other activations, padding, strides and kernels, gates elsewhere, dropout, stochastic depth.

import ConvolutionKernels
import NetworkExecution
import Networks
import ProxyTraining
import ReferenceExecution
import Testing

/// A small network that has something which the golden ones lack.
struct CheckedNetwork: CustomTestStringConvertible, Sendable {
    let name: String
    let architecture: Architecture
    var noise = TrainableNetwork.Noise()

    var testDescription: String { name }

    private static func mobile(
        _ activation: Activation, padding: Padding = .symmetric, kernel: Int = 3,
        gate: SqueezeExcitation? = SqueezeExcitation(ratio: 0.25), head: SqueezeExcitation? = nil,
        block: BlockKind = .mbconv
    ) -> Architecture {
        Architecture(
            name: "checked", stem: Stem(channels: 8, kernel: 3, stride: 1, activation: activation),
            stages: [
                Stage(
                    block, repeats: 2, kernel: kernel, stride: 1, expansion: 1, channels: 8,
                    gate: (gate).map { .squeezeExcitation($0) }, activation: activation),
                Stage(
                    block, repeats: 2, kernel: kernel, stride: 2, expansion: 3, channels: 24,
                    gate: (gate).map { .squeezeExcitation($0) }, activation: activation),
            ],
            head: Head(channels: 40, activation: activation, gate: (head).map { .squeezeExcitation($0) }),
            scaling: Scaling(resolution: 9), channels: 2, classes: 5, padding: padding)
    }

    static var all: [CheckedNetwork] {
        var residual = Architecture(
            name: "residual",
            stem: Stem(
                channels: 16, kernel: 7, stride: 2, activation: .silu, pooling: Pooling(kernel: 3, stride: 2)),
            stages: [
                Stage(
                    .basic, repeats: 2, kernel: 3, stride: 1, expansion: 1, channels: 16, activation: .silu),
                Stage(
                    .bottleneck, repeats: 2, kernel: 3, stride: 2, expansion: 4, channels: 8,
                    activation: .silu),
            ], head: Head(channels: nil, activation: .silu), scaling: Scaling(resolution: 25), classes: 5)
        residual.padding = .same
        var gatedResidual = residual
        for index in gatedResidual.stages.indices {
            gatedResidual.stages[index].squeezeExcitation = SqueezeExcitation(ratio: 0.25)
        }
        var mixed = residual
        mixed.stages[1] = Stage(
            .mbconv, repeats: 2, kernel: 3, stride: 2, expansion: 2, channels: 24, activation: .silu)
        var headless = mobile(.silu, head: SqueezeExcitation(ratio: 0.25))
        headless.head.channels = nil
        let noise = TrainableNetwork.Noise(dropPath: 0.6)
        return [
            .init(name: "silu", architecture: mobile(.silu)),
            .init(name: "hard-swish, 5×5", architecture: mobile(.hardSwish, kernel: 5)),
            .init(name: "gelu", architecture: mobile(.gelu)),
            .init(name: "same padding, 5×5", architecture: mobile(.silu, padding: .same, kernel: 5)),
            .init(name: "7×7", architecture: mobile(.silu, kernel: 7)),
            .init(
                name: "hard gates and a gated head",
                architecture: mobile(
                    .silu, gate: SqueezeExcitation(ratio: 0.5, activation: .relu, gate: .hardSigmoid),
                    head: SqueezeExcitation(ratio: 0.25))),
            .init(name: "no gates", architecture: mobile(.silu, gate: nil)),
            .init(name: "fused blocks", architecture: mobile(.silu, block: .fusedMBConv)),
            .init(
                name: "dropout and stochastic depth", architecture: mobile(.silu),
                noise: .init(dropout: 0.4, dropPath: 0.6)),
            .init(name: "residual, same padding", architecture: residual),
            .init(name: "residual, stochastic depth", architecture: residual, noise: noise),
            .init(name: "gated residual", architecture: gatedResidual),
            .init(name: "gated residual, stochastic depth", architecture: gatedResidual, noise: noise),
            .init(name: "basic and mbconv, stochastic depth", architecture: mixed, noise: noise),
            .init(
                name: "gated fused blocks, stochastic depth",
                architecture: mobile(.silu, block: .fusedMBConv), noise: noise),
            .init(name: "a gate of the last sum", architecture: headless),
            .init(name: "a gate of the last sum, stochastic depth", architecture: headless, noise: noise),
        ]
    }
}

@Suite struct GradientCheckTests {
    @Test(arguments: CheckedNetwork.all)
    func gradientsForetellTheChangeOfTheLoss(_ checked: CheckedNetwork) throws {
        try check(Network(checked.architecture), checked.noise)
    }

    @Test(arguments: HandwrittenNetwork.all, [0, 0.4 as Float])
    func thoseOfHandwrittenNetworksDoToo(_ written: HandwrittenNetwork, dropout: Float) throws {
        try check(written.network, .init(dropout: dropout))
        if dropout > 0 { try check(written.network, .init(dropPath: dropout)) }
    }

    @Test(
        arguments: zip(
            HandwrittenNetwork.beginning,
            [
                "stages.0.2.add reads the image, and training knows convolutions of it alone; put a convolution first.",
                "stages.0.0.pool reads the image, and training knows convolutions of it alone; put a convolution first.",
                "stages.0.0.convolution has 2 groups and reads the image, which training does not know; give 1 group.",
            ]))
    func whatElseReadsTheImageIsRefused(_ written: HandwrittenNetwork, sentence: String) throws {
        let network = try written.network
        let error = #expect(throws: TrainingError.self) { try TrainingPlan(network, batch: 1, threads: 1) }
        #expect(error?.description == sentence)
    }

    private func check(_ network: Network, _ noise: TrainableNetwork.Noise) throws {
        let batch = 6
        let trainable = try TrainableNetwork(
            network, weights: .random(for: network, seed: 5), batch: batch, threads: 2, noise: noise)
        trainable.labelSmoothing = 0.1
        let numbers = CounterStream(7)
        let images = (0..<batch * network.input.elements).map { 2 * numbers.uniform(UInt64($0)) - 1 }
        let labels = (0..<batch).map { Int32($0 % 5) }
        func loss() -> Double { trainable.step(images, labels, stream: CounterStream(3)).loss }
        trainable.expectSlopes(seeds: 0..<4, of: loss)
    }

    @Test func padsStayZeroThroughoutTraining() throws {
        let network = try Network(CheckedNetwork.all[0].architecture)
        let trainable = try TrainableNetwork(
            network, weights: .initial(for: network, seed: 1), batch: 4, instructionSet: .detected)
        let images = (0..<4 * network.input.elements).map { Float($0 % 7) - 3 }
        let optimiser = try Optimiser(.momentum(0.9), decay: 1e-4, for: trainable)
        for _ in 0..<3 { _ = trainable.step(images, [0, 1, 2, 3], update: optimiser.step(rate: 0.1)) }
        let natural = trainable.weights
        let again = try TrainableNetwork(network, weights: natural, batch: 4)
        // What is written from natural order has zeros in the pads; nothing else may have appeared.
        #expect(again.parameters.array == trainable.parameters.array)
    }
}

extension TrainableNetwork {
    /// Expects the loss to change by what its gradients foretell, along a direction for each seed.
    func expectSlopes(seeds: Range<UInt64>, _ what: String = "", of loss: () -> Double) {
        _ = loss()
        let gradients = gradients.array
        let before = parameters.array
        for seed in seeds {
            // Along the gradient, every piece of it with a weight of its own: an error in any piece shows.
            let stream = CounterStream(seed, 9)
            var direction = gradients
            for first in stride(from: 0, to: gradients.count, by: 32) {
                let piece = first..<min(first + 32, gradients.count)
                let norm = gradients[piece].reduce(0) { $0 + $1 * $1 }.squareRoot()
                let weight = norm > 0 ? (0.2 + stream.uniform(UInt64(first))) / norm : 0
                for index in piece { direction[index] *= weight }
            }
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let slope = zip(direction, gradients).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            let step = 2e-3 / length
            func moved(_ factor: Float) -> Double {
                for index in before.indices {
                    parameters.start[index] = before[index] + factor * step * direction[index]
                }
                return loss()
            }
            let change = (moved(1) - moved(-1)) / Double(2 * step)
            #expect(
                abs(change - slope) < 0.02 * slope, "\(what) seed \(seed): \(change), foretold \(slope)")
        }
    }
}
