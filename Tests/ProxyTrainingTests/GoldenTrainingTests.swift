// Gradients, running statistics and losses that PyTorch computes for the same weights, images and labels.
// The files stand with those of the exchange of weights; see `golden/README.md` there.

import ConvolutionKernels
import Foundation
import ModelExchange
import NetworkExecution
import Networks
import ProxyTraining
import TensorFiles
import Testing

/// A network with what one step of PyTorch makes of it.
struct GoldenTraining: CustomTestStringConvertible, Sendable {
    let name: String
    let baseline: String
    let scaling: Scaling

    static let all = [
        GoldenTraining(
            name: "efficientnet-b0-w0.25-d0.5", baseline: "efficientnet-b0",
            scaling: Scaling(width: 0.25, depth: 0.5, resolution: 48)),
        GoldenTraining(
            name: "resnet-18-w0.25", baseline: "resnet-18",
            scaling: Scaling(width: 0.25, depth: 1, resolution: 40)),
        GoldenTraining(
            name: "se-resnet-50-w0.125-d0.34", baseline: "se-resnet-50",
            scaling: Scaling(width: 0.125, depth: 0.34, resolution: 37)),
    ]

    var testDescription: String { name }

    var network: Network {
        get throws {
            var architecture = try PublishedNetworks.architecture(named: baseline)
            architecture.scaling = scaling
            architecture.classes = 10
            return try Network(architecture)
        }
    }

    func path(_ file: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../ModelExchangeTests/golden/\(name)/\(file)").standardized.path
    }

    var images: Tensor {
        get throws {
            let input = try NumpyArray(contentsOf: path("input.npy"))
            return Tensor(
                nchw: input.values, batch: 8, height: input.shape[2], width: input.shape[3], channels: 3)
        }
    }

    /// The labels: eight 32-bit integers behind the header.
    var labels: [Int32] {
        get throws {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path("labels.npy"))).suffix(32)
            return (0..<8).map { Int32(bytes[bytes.startIndex + 4 * $0]) }
        }
    }

    func number(_ key: String, in file: String) throws -> [Double] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path(file)))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return (object[key] as? [Double]) ?? (object[key] as? Double).map { [$0] } ?? []
    }

    func trainable(threads: Int, _ set: InstructionSet) throws -> TrainableNetwork {
        let network = try network
        let trainable = try TrainableNetwork(
            network, weights: NetworkWeights(timm: path("weights.safetensors"), for: network), batch: 8,
            threads: threads, instructionSet: set)
        trainable.labelSmoothing = 0.1
        return trainable
    }
}

@Suite struct GoldenTrainingTests {
    static let sets = InstructionSet.allCases.filter(\.isSupported)

    @Test(arguments: GoldenTraining.all, sets)
    func gradientsAndStatisticsAreThoseOfPyTorch(_ golden: GoldenTraining, _ set: InstructionSet) throws {
        let trainable = try golden.trainable(threads: 2, set)
        let images = try golden.images.values
        let result = trainable.step(images, try golden.labels)
        let loss = try golden.number("loss", in: "training.json")[0]
        #expect(abs(result.loss - loss) < 1e-4 * loss, "loss \(result.loss), not \(loss)")

        let network = trainable.network
        let found = try trainable.weightGradients.timmTensors(for: network)
        let expected = try Safetensors(contentsOf: golden.path("gradients.safetensors"))
        let largestOfAll = expected.tensors.flatMap(\.values).map(abs).max() ?? 0
        for tensor in expected.tensors {
            let own = try #require(found.tensors.first { $0.name == tensor.name })
            #expect(own.shape == tensor.shape)
            let largest = max(tensor.values.map(abs).max() ?? 0, 1e-3 * largestOfAll)
            let error = zip(own.values, tensor.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(error <= 1e-3 * largest, "\(tensor.name): \(error / largest) of the largest")
        }

        let weights = try trainable.weights.timmTensors(for: network)
        for tensor in try Safetensors(contentsOf: golden.path("updated.safetensors")).tensors {
            let own = try #require(weights.tensors.first { $0.name == tensor.name })
            let largest = tensor.values.map(abs).max() ?? 0
            let error = zip(own.values, tensor.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(error <= 1e-5 * largest, "\(tensor.name): \(error / largest) of the largest")
        }
    }

    @Test(arguments: GoldenTraining.all)
    func lossesOfFiveStepsAreThoseOfPyTorch(_ golden: GoldenTraining) throws {
        let trainable = try golden.trainable(threads: 2, .detected)
        let optimiser = Optimiser(.momentum(0.9), decay: 1e-4, for: trainable)
        let images = try golden.images.values
        let labels = try golden.labels
        let expected = try golden.number("losses", in: "sgd.json")
        for (step, loss) in expected.enumerated() {
            let own = trainable.step(images, labels, update: optimiser.step(rate: 0.05)).loss
            // From the fourth step on, rounding has grown into what the network is.
            if step < 3 { #expect(abs(own - loss) < 0.01 * loss, "step \(step): \(own), not \(loss)") }
        }
    }

    @Test(arguments: GoldenTraining.all)
    func threadsChangeNoBit(_ golden: GoldenTraining) throws {
        let images = try golden.images.values
        let labels = try golden.labels
        let runs = try (1...3).map { threads in
            let trainable = try golden.trainable(threads: threads, .detected)
            let optimiser = Optimiser(.momentum(0.9), decay: 1e-4, for: trainable)
            for _ in 0..<2 { _ = trainable.step(images, labels, update: optimiser.step(rate: 0.05)) }
            return (trainable.parameters.array, trainable.statistics.array)
        }
        for run in runs.dropFirst() { #expect(run == runs[0]) }
    }
}
