// What is refused before anything runs, and that what is admitted trains, is judged and saved.

import Basics
import ConvolutionKernels
import Datasets
import Foundation
import ModelExchange
import NetworkExecution
import Networks
import ProxyTraining
import Recipes
import Testing

@Suite struct TrainingCheckTests {
    private static let data = TrainingData(
        name: "shapes", images: 400, validation: 80, test: 80, classes: 4, channels: 1, nativeSize: 12)

    private func check(
        _ change: (inout TrainingData) -> Void = { _ in }, memory: Int = 1 << 30
    ) -> TrainingCheck {
        var data = Self.data
        change(&data)
        return TrainingCheck(
            data, threads: 2, memory: AvailableMemory([.init(.controlGroup, bytes: memory, used: 0)]))
    }

    private func refusal(
        _ check: TrainingCheck, _ network: Network, _ change: (inout TrainingRecipe) -> Void = { _ in }
    ) -> TrainingRefusal? {
        var recipe = TrainingRunTests.recipe
        change(&recipe)
        do {
            _ = try check.admit(network, recipe)
            return nil
        } catch {
            return error
        }
    }

    @Test func dataThatDoNotFitAreRefused() throws {
        let network = try TrainingRunTests.network()
        #expect(refusal(check(), network) == nil)
        let empty = refusal(check { $0.validation = 400 }, network)
        #expect(
            empty?.description
                == "400 validation images leave nothing of the 400 training images of shapes; hold back 80 or fewer."
        )
        #expect(empty?.subject == .data)
        #expect(
            refusal(check { $0.limit = 20 }, network)?.description.contains("the 20 training images") == true)
        #expect(refusal(check { $0.channels = 3 }, network)?.description.contains("`channels: 3`") == true)
        #expect(refusal(check { $0.classes = 9 }, network)?.description.contains("`classes: 9`") == true)
        let small = refusal(check { $0.nativeSize = 8 }, network)
        #expect(small?.description.contains("choose a resolution of 8 or less") == true)
        #expect(small?.subject == .network)
    }

    @Test func recipesThatCannotWorkAreRefused() throws {
        let network = try TrainingRunTests.network()
        for change: (inout TrainingRecipe) -> Void in [
            { $0.batch = 1 }, { $0.batch = 0 }, { $0.batch = .min }, { $0.pretraining.epochs = 0 },
            { $0.rate = .nan },
            { $0.rate = .infinity }, { $0.weightDecay = -1 }, { $0.averageDecay = 1 }, { $0.dropPath = 1 },
            { $0.dropout = .nan }, { $0.labelSmoothing = -0.1 }, { $0.shift = -1 },
        ] {
            #expect(refusal(check(), network, change)?.subject == .recipe)
        }
        #expect(refusal(check(), network) { $0.batch = 321 }?.subject == .data)
        #expect(refusal(check(), network) { $0.batch = .max }?.subject == .data)
        #expect(refusal(check(), network) { $0.batch = 320 } == nil)
    }

    @Test func memoryIsCountedWhole() throws {
        let network = try TrainingRunTests.network()
        let admitted = try check().admit(network, TrainingRunTests.recipe)
        let bytes = admitted.footprint.bytes
        #expect(admitted.footprint.images == (320 + 80 + 80) * 144 * 4)
        #expect(refusal(check(memory: bytes), network) == nil)
        let refused = refusal(check(memory: bytes - 1), network)
        #expect(refused?.subject == .memory)
        #expect(refused?.description.contains("this control group leaves") == true)
        // No size is too large to be refused.
        let huge = check({ $0.images = .max - 1 }, memory: 1 << 40)
        #expect(refusal(huge, network) { $0.batch = 1 << 50 }?.subject == .memory)
    }

    @Test func stochasticDepthWithoutShortcutsIsNoted() throws {
        let plain = try TrainingRunTests.network { $0.stages[0].repeats = 1 }
        #expect(try check().admit(plain, TrainingRunTests.recipe).notes.count == 1)
        #expect(
            try check().admit(TrainingRunTests.network(), TrainingRunTests.recipe).notes.isEmpty)
    }
}

/// A small network of random blocks with a random recipe: what is admitted must train, whatever is combined.
struct RandomTraining: CustomTestStringConvertible, Sendable {
    let seed: Int
    let architecture: Architecture
    let recipe: TrainingRecipe

    var testDescription: String { "seed \(seed)" }

    init(seed: Int) {
        self.seed = seed
        let stream = CounterStream(UInt64(seed), 77)
        var drawn: UInt64 = 0
        func pick<T>(_ values: [T]) -> T {
            drawn += 1
            return values[Int(stream.uniform(drawn) * Float(values.count))]
        }
        let gates: [SqueezeExcitation?] = [
            nil, SqueezeExcitation(ratio: 0.25),
            SqueezeExcitation(ratio: 0.5, activation: .relu, gate: .hardSigmoid),
        ]
        let activations: [Activation] = [.relu, .relu6, .silu, .hardSwish]
        let stages = (0..<pick([1, 2, 3])).map { _ in
            Stage(
                pick(BlockKind.allCases), repeats: pick([1, 2, 3]), kernel: pick([1, 3, 5]),
                stride: pick([1, 1, 2]),
                expansion: pick([1, 1, 2, 3]), channels: pick([4, 8, 9]),
                gate: (pick(gates)).map { .squeezeExcitation($0) },
                activation: pick(activations))
        }
        architecture = Architecture(
            name: "random",
            stem: Stem(
                channels: pick([4, 8]), kernel: pick([3, 5]), stride: pick([1, 2]),
                activation: pick(activations),
                pooling: pick([nil, nil, Pooling(kernel: 3, stride: 2)])),
            stages: stages,
            head: Head(
                channels: pick([nil, 16]), activation: pick(activations),
                gate: (pick(gates)).map { .squeezeExcitation($0) }),
            scaling: Scaling(resolution: pick([5, 8])), channels: pick([1, 3]), classes: pick([1, 3]),
            padding: pick([.symmetric, .same]))
        var recipe = TrainingRecipe(pretraining: .init(epochs: 2))
        recipe.batch = pick([2, 3])
        recipe.rate = 0.01
        recipe.optimizer = pick(OptimiserName.allCases)
        recipe.schedule = pick(Schedule.allCases)
        recipe.dropPath = pick([0, 0.5])
        recipe.dropout = pick([0, 0.3])
        recipe.averageDecay = pick([nil, 0.99])
        recipe.decaysVectors = pick([true, false])
        recipe.shift = pick([0, 2])
        self.recipe = recipe
    }
}

@Suite struct AdmittedTrainingTests {
    @Test(arguments: (0..<120).map(RandomTraining.init))
    func whatIsAdmittedTrainsIsJudgedAndSaved(_ training: RandomTraining) throws {
        let network = try Network(training.architecture)
        let (side, channels) = (network.input.height, network.input.channels)
        let count = 7
        let pixels: [UInt8] = (0..<count * side * side * channels).map { UInt8($0 * $0 % 251) }
        let classes = network.architecture.classes
        let images = LabelledImages(
            height: side, width: side, channels: channels, pixels: pixels,
            labels: (0..<count).map { UInt16($0 % classes) })
        let check = TrainingCheck(
            TrainingData(
                name: "pixels", images: count, test: count, classes: classes,
                channels: channels,
                nativeSize: side), threads: 2)
        let footprint = try check.admit(network, training.recipe).footprint

        let scaled = try ScaledImages(
            images, resolution: side, normalisation: try Normalisation(of: images, resolution: side))
        let stretch = TrainingStretch(pretraining: training.recipe, seed: 0)
        let run = try TrainingRun(network, on: scaled, stretch: stretch, threads: 2)
        #expect(run.bytes == footprint.standing)
        let epoch = try run.epoch()
        #expect(epoch.loss.isFinite)
        #expect(try run.evaluate(on: scaled).count == count)

        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try run.save(to: path)
        let continued = try TrainingRun(network, on: scaled, stretch: stretch)
        try continued.restore(from: path)
        _ = try run.epoch()
        _ = try continued.epoch()
        let saved = try run.weights.nativeTensors(for: network, contract: nil)
        #expect(saved == (try continued.weights.nativeTensors(for: network, contract: nil)))
        let read = try NetworkWeights(native: saved, file: path, for: network)
        #expect(try read.nativeTensors(for: network, contract: nil) == saved)
    }
}
