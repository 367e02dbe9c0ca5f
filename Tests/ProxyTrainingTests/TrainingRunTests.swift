// Runs: what they depend on, how they continue, what they refuse.

import ConvolutionKernels
import Datasets
import Foundation
import NetworkExecution
import Networks
import ProxyTraining
import Recipes
import TensorFiles
import Testing

@Suite struct TrainingRunTests {
    /// A network of a few layers for images of `shapes`.
    static func network(_ change: (inout Architecture) -> Void = { _ in }) throws -> Network {
        var architecture = Architecture(
            name: "small", stem: Stem(channels: 8, kernel: 3, stride: 1, activation: .silu),
            stages: [
                Stage(
                    .mbconv, repeats: 2, kernel: 3, stride: 2, expansion: 2, channels: 16,
                    gate: .squeezeExcitation(SqueezeExcitation(ratio: 0.25)), activation: .silu)
            ], head: Head(channels: 32, activation: .silu), scaling: Scaling(resolution: 12), channels: 1,
            classes: 4)
        change(&architecture)
        return try Network(architecture)
    }

    static func images() throws -> ScaledImages {
        let dataset = try Dataset.load("shapes:size=12,classes=4,count=400,frequency=3,noise=0.05")
        let normalisation = try Normalisation(of: dataset.training, resolution: 12)
        return try ScaledImages(dataset.training, resolution: 12, normalisation: normalisation)
    }

    static var recipe: TrainingRecipe {
        var recipe = TrainingRecipe(pretraining: .init(epochs: 3))
        recipe.batch = 32
        recipe.rate = 0.1
        recipe.averageDecay = 0.9
        recipe.dropout = 0.2
        recipe.dropPath = 0.3
        recipe.shift = 1
        return recipe
    }

    private static func stretch(_ recipe: TrainingRecipe = recipe, seed: UInt64 = 11) -> TrainingStretch {
        TrainingStretch(pretraining: recipe, seed: seed)
    }

    /// The weights after all epochs, as one array.
    private func trained(_ run: TrainingRun) throws -> [Float] {
        while !run.isFinished { _ = try run.epoch() }
        return run.weights.layers.joined().flatMap { $0.weight + ($0.norm?.variance ?? []) }
    }

    @Test func aRunIsAFunctionOfItsSeedForAnyNumberOfThreads() throws {
        let (network, images) = (try Self.network(), try Self.images())
        let one = try trained(TrainingRun(network, on: images, stretch: Self.stretch(), threads: 1))
        let three = try trained(TrainingRun(network, on: images, stretch: Self.stretch(), threads: 3))
        #expect(one == three)
        let other = Self.stretch(seed: 12)
        #expect(try trained(TrainingRun(network, on: images, stretch: other)) != one)
    }

    @Test func aRunContinuesFromItsFileToTheSameBits() throws {
        let (network, images) = (try Self.network(), try Self.images())
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var recipe = Self.recipe
        for optimizer in OptimiserName.allCases {
            recipe.optimizer = optimizer
            recipe.rate = 0.02
            let stretch = Self.stretch(recipe)
            let whole = try trained(TrainingRun(network, on: images, stretch: stretch))
            let first = try TrainingRun(network, on: images, stretch: stretch)
            let epoch = try first.epoch()
            try first.save(to: path)
            let second = try TrainingRun(network, on: images, stretch: stretch)
            try second.restore(from: path)
            #expect(second.finishedEpochs == 1 && second.curve == [epoch])
            #expect(try trained(second) == whole)
            #expect(second.curve.map(\.epoch) == [1, 2, 3])
        }
    }

    @Test(arguments: [nil, "", "[{}]", "no curve"]) func aFileWithoutACurveContinuesAllTheSame(
        _ text: String?
    ) throws {
        let (network, images) = (try Self.network(), try Self.images())
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try TrainingRun(network, on: images, stretch: Self.stretch())
        _ = try first.epoch()
        try first.save(to: path)
        var file = try Safetensors(contentsOf: path)
        file.metadata["curve"] = text
        try file.write(to: path)
        let second = try TrainingRun(network, on: images, stretch: Self.stretch())
        try second.restore(from: path)
        #expect(second.finishedEpochs == 1 && second.curve.isEmpty)
        _ = try second.epoch()
        #expect(second.curve.map(\.epoch) == [2])
    }

    @Test func aFileOfAnotherRunIsRefusedByName() throws {
        let (network, images) = (try Self.network(), try Self.images())
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try TrainingRun(network, on: images, stretch: Self.stretch()).save(to: path)
        var other = Self.recipe
        other.rate = 0.2
        let run = try TrainingRun(network, on: images, stretch: Self.stretch(other))
        #expect(throws: TrainingError.self) { try run.restore(from: path) }
        do {
            try run.restore(from: path)
        } catch {
            #expect("\(error)".contains("the saved run has rate 0.1, this one 0.2"))
        }
        // Half a file is what a full disk or a killed copy leaves.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        #expect(throws: (any Error).self) { try run.restore(from: path) }
    }

    @Test func shapesAreLearned() throws {
        let (network, images) = (try Self.network(), try Self.images())
        var recipe = TrainingRecipe(pretraining: .init(epochs: 12))
        recipe.batch = 32
        recipe.rate = 0.2
        // Stripes lean the other way in a mirror, and that is what tells two classes apart.
        recipe.flips = false
        let run = try TrainingRun(network, on: images, stretch: Self.stretch(recipe, seed: 0), threads: 2)
        let before = try run.evaluate(on: images)
        var losses: [Double] = []
        while !run.isFinished { losses.append(try run.epoch().loss) }
        let after = try run.evaluate(on: images)
        #expect(losses[losses.count - 1] < losses[0])
        #expect(
            before.accuracy < 0.6 && after.accuracy > 0.8, "\(before.accuracy) → \(after.accuracy), \(losses)"
        )
        #expect(after.count == images.count)
    }

    @Test func divergenceEndsARunWithARemedy() throws {
        let (network, images) = (try Self.network(), try Self.images())
        var recipe = TrainingRecipe(pretraining: .init(epochs: 2))
        recipe.batch = 32
        recipe.schedule = .constant
        recipe.rate = 1e30
        let run = try TrainingRun(network, on: images, stretch: Self.stretch(recipe, seed: 0))
        do {
            while !run.isFinished { _ = try run.epoch() }
            Issue.record("a rate of 1e30 did not diverge")
        } catch {
            #expect("\(error)".contains("lower the learning rate"))
        }
    }

    @Test func imagesAndRecipesThatDoNotFitAreRefused() throws {
        let images = try Self.images()
        func refusal(_ network: Network, _ change: (inout TrainingRecipe) -> Void = { _ in }) -> String {
            var recipe = Self.recipe
            change(&recipe)
            do {
                _ = try TrainingRun(network, on: images, stretch: Self.stretch(recipe))
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(
            refusal(try Self.network { $0.scaling.resolution = 10 })
                == "small takes images of 10 pixels and 1 channels, not 12 and 1.")
        #expect(refusal(try Self.network { $0.classes = 3 }).contains("give --classes 4 or more"))
        #expect(refusal(try Self.network()) { $0.batch = 500 }.contains("give a smaller batch"))
        #expect(refusal(try Self.network()) { $0.batch = 1 }.contains("has no statistics"))
        #expect(refusal(try Self.network()) { $0.rate = .nan }.contains("learning rate"))
        #expect(refusal(try Self.network()) { $0.dropout = 1 }.contains("dropout"))
    }

    @Test func thePlanIsTheMemoryThatIsTaken() throws {
        let network = try Self.network()
        let plan = try TrainingPlan(network, batch: 8, threads: 1)
        let double = try TrainingPlan(network, batch: 16, threads: 1)
        #expect(plan.arenaBytes > 0 && double.arenaBytes < 2 * plan.arenaBytes + 1 << 20)
        #expect(
            plan.parameterBytes(optimiserCopies: 2) - plan.parameterBytes(optimiserCopies: 1)
                == plan.layout.count * 4)
    }

    @Test func batchesBeyondAnyMemoryAreRefused() throws {
        let network = try Self.network()
        for batch in [1 << 25, 1 << 50, Int.max] {
            #expect(throws: TrainingError.self) { try TrainingPlan(network, batch: batch, threads: 2) }
            #expect(throws: ExecutionError.self) {
                try ExecutionPlan(network, batch: batch << 20 > 0 ? batch << 20 : .max)
            }
        }
    }

    @Test func theFootprintIsTheMemoryOfARun() throws {
        let (network, images) = (try Self.network(), try Self.images())
        for average in [nil, 0.9] as [Double?] {
            for dropPath in [0, 0.3] {
                for optimizer in OptimiserName.allCases {
                    var recipe = Self.recipe
                    (recipe.averageDecay, recipe.dropPath, recipe.optimizer) = (average, dropPath, optimizer)
                    let footprint = try TrainingFootprint(
                        network, recipe: recipe, images: .init(training: images.count), threads: 2)
                    let run = try TrainingRun(network, on: images, stretch: Self.stretch(recipe), threads: 2)
                    #expect(footprint.standing == run.bytes)
                    #expect(footprint.images == images.values.count * 4)
                }
            }
        }
    }

    @Test func aStateFileIsHalfOfWhatSavingTakes() throws {
        let (network, images) = (try Self.network(), try Self.images())
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try TrainingRun(network, on: images, stretch: Self.stretch()).save(to: path)
        let footprint = try TrainingFootprint(network, recipe: Self.recipe, threads: 1)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        // The rest is the file's header.
        #expect(size > footprint.saving / 2 && size < footprint.saving / 2 + 20_000)
        #expect(!FileManager.default.fileExists(atPath: path + ".part"))
    }
}
