// The tool's own trainer behind the search's seam: candidates trained on a data set, rung by rung.

import Basics
import CompoundSearch
import ConvolutionKernels
import Datasets
import Foundation
import Measurements
import ModelExchange
import NetworkExecution
import Networks
import ProxyTraining
import Recipes

/// Trains candidates on one data set with one recipe.
///
/// Each rung is a run of its own: its schedule begins and ends with it, at the recipe's rate in pre-training
/// and at the lower one after. All candidates share the validation images.
package final class InTreeTrainer: CandidateTrainer {
    private let dataset: Dataset
    private let recipe: TrainingRecipe
    private let threads: Int
    private let instructionSet: InstructionSet
    /// The images of the last resolution, since candidates of one resolution often follow each other.
    private var prepared: (key: PreparationKey, images: PreparedImages)?

    private struct PreparationKey: Equatable {
        let resolution: Int
        let images: Int?
    }

    /// A trainer on images that are in memory.
    package init(_ dataset: Dataset, recipe: TrainingRecipe, threads: Int, instructionSet: InstructionSet) {
        self.dataset = dataset
        self.recipe = recipe.settled(for: dataset)
        self.threads = threads
        self.instructionSet = instructionSet
    }

    package func refusal(of network: Network) -> String? {
        let held = recipe.validation ?? 0
        if held == 0 {
            return
                "no images are held out to judge by, since \(dataset.name) has \(dataset.training.count); add "
                + "images, or give `validation: 1` or more"
        }
        do {
            _ = try dataset.admit(
                network, recipe, validation: held, limit: recipe.pretrainingImages, threads: threads,
                instructionSet: instructionSet)
        } catch {
            return "\(error)"
        }
        return nil
    }

    /// Bytes of the images as they were read.
    var imageBytes: Int {
        [dataset.training, dataset.test, dataset.validation].reduce(0) { $0 + ($1?.pixels.count ?? 0) }
    }

    /// Bytes of a run on so many threads besides the images as read, whatever this machine has; nil where it cannot be trained.
    func trainingBytes(of network: Network, threads: Int) -> Int? {
        guard dataset.refusal(ofResolution: network.input.height) == nil else { return nil }
        let data = dataset.trainingData(validation: recipe.validation ?? 0, limit: recipe.pretrainingImages)
        let check = TrainingCheck(
            data, threads: threads, instructionSet: instructionSet, memory: AvailableMemory([]))
        return try? check.admit(network, recipe).footprint.bytes
    }

    package func train(_ job: TrainingJob, _ surroundings: TrainingSurroundings) throws -> RungResult {
        let network = job.trial.candidate.network
        let start = Date()
        let (run, seen) = try trained(job, surroundings)
        let images = try images(network.dimensions.resolution, recipe.images)
        guard let validation = images.validation else {
            throw TrainingError.mismatch("no images are held out to judge by; give `validation: 5000`.")
        }
        let found = try run.evaluate(on: validation)
        let test = job.rung.isFinal ? try run.evaluate(on: images.test()) : nil
        let contract = try images.contract(classNames: dataset.classes)
        do {
            try run.weights.nativeTensors(for: network, contract: contract).write(
                to: surroundings.weightsFile)
        } catch {
            throw SurroundingsFault("\(error)")
        }
        let seconds = Date().timeIntervalSince(start)
        var result = RungResult(
            accuracy: found.accuracy, loss: found.loss, testAccuracy: test?.accuracy, seconds: seconds,
            imagesPerSecond: seen > 0 ? seen / max(seconds, 1e-9) : nil,
            weightsFile: surroundings.weightsFile)
        result.balancedAccuracy = found.balancedAccuracy
        result.classAccuracies = found.classes.map(\.recall)
        result.mostCommonShare = found.commonestShare
        result.note = found.onlyPrediction.map { "every image is taken for \(dataset.classes[$0])" }
        result.validationImages = found.count
        let seed = recipe.seed(ofRun: job.rung.seed)
        result.seeds = .init(initialisation: seed, order: seed, split: recipe.seed)
        result.precision = .float32
        // A file that an older version left has no curve; what there is are the last epochs.
        let first = job.rung.epochs - run.curve.count + 1
        result.curve = run.curve.enumerated().map { index, epoch in
            TrainedEpoch(
                epoch: first + index, trainingLoss: epoch.loss, trainingAccuracy: epoch.trainingAccuracy,
                imagesPerSecond: epoch.imagesPerSecond, seconds: epoch.seconds)
        }
        return result
    }

    /// Trains a rung from where a kill left it, or from its beginning; gives its last stretch, finished, and on
    /// how many images this took.
    private func trained(
        _ job: TrainingJob, _ surroundings: TrainingSurroundings
    ) throws -> (run: TrainingRun, seen: Double) {
        let network = job.trial.candidate.network
        let rung = job.rung
        var stretches = recipe.stretches(
            from: rung.startEpochs, to: rung.epochs, rung: rung.index, seed: rung.seed)[...]
        var run: TrainingRun
        if let (index, left) = try continued(stretches, network, surroundings.checkpointFile) {
            (stretches, run) = (stretches[index...], left)
        } else if let first = stretches.first {
            let weights = try job.resumeFrom.map { try WeightsFile(contentsOf: $0).weights(for: network) }
            run = try begun(first, network, from: weights)
        } else {
            throw TrainingError.state("the rung has no epochs to train.")
        }
        var seen = 0.0
        while stretches.popFirst() != nil {
            seen += try finish(run, surroundings)
            guard let next = stretches.first else { break }
            let curve = run.curve
            run = try begun(next, network, from: run.weights)
            run.curve = curve
        }
        return (run, seen)
    }

    /// A stretch before its first epoch.
    private func begun(
        _ stretch: TrainingStretch, _ network: Network, from weights: NetworkWeights?
    ) throws -> TrainingRun {
        try TrainingRun(
            network, on: try images(network.dimensions.resolution, stretch.images).training,
            stretch: stretch, from: weights, threads: threads, instructionSet: instructionSet)
    }

    /// The stretch that left a checkpoint, where it stopped; nil where there is none, or it is of a rung that was
    /// begun otherwise.
    private func continued(
        _ stretches: ArraySlice<TrainingStretch>, _ network: Network, _ checkpoint: String
    ) throws -> (index: Int, run: TrainingRun)? {
        guard FileManager.default.fileExists(atPath: checkpoint) else { return nil }
        for index in stretches.indices {
            let run = try begun(stretches[index], network, from: nil)
            if (try? run.restore(from: checkpoint)) != nil { return (index, run) }
        }
        return nil
    }

    /// Trains a stretch to its end and saves it after each epoch, so that a kill loses the running one at most;
    /// gives the number of images.
    private func finish(
        _ run: TrainingRun, _ surroundings: TrainingSurroundings
    ) throws -> Double {
        let (before, batch) = (run.stretch.startEpochs, run.stretch.recipe.imagesPerStep)
        var seen = 0.0
        while !run.isFinished {
            let done = run.finishedEpochs
            var reported = Date()
            let epoch = try run.epoch { step, steps in
                guard Date().timeIntervalSince(reported) >= 1 else { return }
                reported = Date()
                surroundings.report(.init(epochs: Double(before + done) + Double(step) / Double(steps)))
            }
            seen += Double(run.stepsPerEpoch * batch)
            surroundings.report(
                .init(
                    epochs: Double(before + run.finishedEpochs), loss: epoch.loss,
                    imagesPerSecond: epoch.imagesPerSecond))
            do { try run.save(to: surroundings.checkpointFile) } catch {
                throw SurroundingsFault("\(error)")
            }
            if !run.isFinished, surroundings.shouldStop() { throw TrainingInterrupted() }
        }
        return seen
    }

    private func images(_ resolution: Int, _ count: Int?) throws -> PreparedImages {
        let key = PreparationKey(resolution: resolution, images: count)
        if let prepared, prepared.key == key { return prepared.images }
        prepared = nil
        let images = try PreparedImages(
            dataset, resolution: resolution, images: count, validation: recipe.validation ?? 0,
            seed: recipe.seed)
        prepared = (key, images)
        return images
    }
}

extension TrainingRecipe {
    /// The recipe with what was left open settled for a data set.
    package func settled(for dataset: Dataset) -> TrainingRecipe {
        settled(forImages: dataset.training.count, bringing: dataset.validation?.count)
    }
}
