// Training of grouped convolutions: gradients against the change of the loss, and threads that change no bit.

import ConvolutionKernels
import NetworkExecution
import Networks
import ProxyTraining
import ReferenceExecution
import Testing

/// A small network whose spatial convolutions are grouped: fused, in a bottleneck, in RegNet's block.
struct GroupedTraining: CustomTestStringConvertible, Sendable {
    let name: String
    /// Channels of a group in the fused and the RegNet stage; the groups of the bottleneck.
    let widths: [Int]
    var kernel = 3
    var channels = 24
    var resolution = 13
    var padding = Padding.symmetric
    var gate: Gate?

    var testDescription: String { name }

    func network() throws -> Network {
        func stage(
            _ kind: BlockKind, stride: Int, expansion: Double, _ channels: Int, _ options: BlockOptions
        ) -> Stage {
            Stage(
                kind, repeats: 2, kernel: kernel, stride: stride, expansion: expansion, channels: channels,
                gate: gate, activation: .silu, options: options)
        }
        var fused = BlockOptions()
        fused.groupWidth = widths[0]
        var bottleneck = BlockOptions()
        bottleneck.groups = widths[1]
        var regnet = BlockOptions()
        regnet.groupWidth = widths[2]
        var architecture = Architecture(
            name: "grouped", stem: Stem(channels: channels, kernel: 3, stride: 1, activation: .silu),
            stages: [
                stage(.fusedMBConv, stride: 1, expansion: 2, channels, fused),
                stage(.bottleneck, stride: 2, expansion: 2, channels, bottleneck),
                stage(.regnet, stride: 1, expansion: 1, channels, regnet),
            ], head: Head(channels: nil, activation: .silu), scaling: Scaling(resolution: Double(resolution)),
            classes: 5)
        architecture.padding = padding
        return try Network(architecture)
    }

    static let all = [
        GroupedTraining(name: "groups of 12, 4 and 3", widths: [12, 6, 3]),
        GroupedTraining(name: "whole vectors", widths: [16, 3, 16], channels: 48),
        GroupedTraining(name: "same padding, 5×5", widths: [4, 2, 8], kernel: 5, padding: .same),
        GroupedTraining(
            name: "gates", widths: [8, 4, 8], gate: .squeezeExcitation(SqueezeExcitation(ratio: 0.25))),
        GroupedTraining(name: "scalar gates", widths: [8, 4, 8], gate: .l2Scalar),
        GroupedTraining(
            name: "images that are not fused", widths: [32, 8, 16], channels: 64, resolution: 40),
    ]
}

@Suite struct GroupedTrainingTests {
    @Test(arguments: GroupedTraining.all)
    func gradientsForetellTheChangeOfTheLoss(_ checked: GroupedTraining) throws {
        let network = try checked.network()
        let weights = NetworkWeights.random(for: network, seed: 5)
        let batch = 4
        let numbers = CounterStream(7)
        let images = (0..<batch * network.input.elements).map { 2 * numbers.uniform(UInt64($0)) - 1 }
        let labels = (0..<batch).map { Int32($0 % 5) }
        for set in InstructionSet.allCases where set.isSupported {
            let trainable = try TrainableNetwork(
                network, weights: weights, batch: batch, threads: 2, instructionSet: set)
            trainable.expectSlopes(seeds: 0..<3, set.rawValue) { trainable.step(images, labels).loss }
        }
    }

    @Test(arguments: GroupedTraining.all)
    func threadsDoNotChangeABitAndVacantPlacesStayZero(_ checked: GroupedTraining) throws {
        let network = try checked.network()
        let weights = NetworkWeights.initial(for: network, seed: 1)
        let batch = 9
        let images = (0..<batch * network.input.elements).map { Float($0 % 7) - 3 }
        let labels = (0..<batch).map { Int32($0 % 5) }
        var first: [Float]?
        for threads in 1...3 {
            let trainable = try TrainableNetwork(
                network, weights: weights, batch: batch, threads: threads)
            let optimiser = try Optimiser(.momentum(0.9), decay: 1e-4, for: trainable)
            for _ in 0..<3 { _ = trainable.step(images, labels, update: optimiser.step(rate: 0.1)) }
            let parameters = trainable.parameters.array
            #expect(parameters == first ?? parameters)
            first = parameters
            // What is written from natural order has zeros wherever no weight stands.
            let again = try TrainableNetwork(
                network, weights: trainable.weights, batch: batch)
            #expect(again.parameters.array == parameters)
        }
    }
}
