// The tool's own trainer behind the search's seam: candidates trained on a data set, rung by rung.

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
        let data = dataset.trainingData(
            validation: held, limit: [recipe.images, recipe.pretraining.images].compactMap(\.self).min())
        do {
            _ = try TrainingCheck(data, threads: threads, instructionSet: instructionSet).admit(
                network, options(epochs: 1, rung: 0, seed: 1, network))
        } catch {
            return error.description
        }
        return nil
    }

    package func train(_ job: TrainingJob, _ surroundings: TrainingSurroundings) throws -> RungResult {
        let network = job.trial.candidate.network
        let start = Date()
        let (run, seen, curve) = try trained(job, surroundings)
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
        result.seeds = .init(initialisation: job.rung.seed, order: job.rung.seed, split: 0)
        result.precision = .float32
        result.curve = curve
        return result
    }

    /// A stretch of epochs at one rate.
    private struct Part {
        let options: TrainingOptions
        let images: Int?
        /// Epochs behind the candidate before it.
        let before: Int
    }

    /// The stretches of a rung: one, unless a candidate enters fine-tuning without pre-trained weights.
    private func parts(of job: TrainingJob) -> [Part] {
        let rung = job.rung
        let first = recipe.pretraining.epochs
        var parts: [Part] = []
        if rung.startEpochs < first {
            parts.append(
                Part(
                    options: options(
                        epochs: first - rung.startEpochs, rung: 0, seed: rung.seed,
                        job.trial.candidate.network),
                    images: [recipe.pretraining.images, recipe.images].compactMap(\.self).min(),
                    before: rung.startEpochs))
        }
        let begin = max(first, rung.startEpochs)
        if rung.epochs > begin {
            parts.append(
                Part(
                    options: options(
                        epochs: rung.epochs - begin, rung: rung.index, seed: rung.seed,
                        job.trial.candidate.network),
                    images: recipe.images, before: begin))
        }
        return parts
    }

    /// Trains a rung from where a kill left it, or from its beginning; gives its last stretch, finished, and on
    /// how many images this took.
    private func trained(
        _ job: TrainingJob, _ surroundings: TrainingSurroundings
    ) throws -> (run: TrainingRun, seen: Double, curve: [TrainedEpoch]) {
        let network = job.trial.candidate.network
        var parts = parts(of: job)[...]
        var run: TrainingRun
        if let (index, left) = try continued(parts, network, surroundings.checkpointFile) {
            (parts, run) = (parts[index...], left)
        } else if let first = parts.first {
            let weights = try job.resumeFrom.map { try WeightsFile(contentsOf: $0).weights(for: network) }
            run = try begun(first, network, from: weights)
        } else {
            throw TrainingError.state("the rung has no epochs to train.")
        }
        var seen = 0.0
        var curve: [TrainedEpoch] = []
        while let part = parts.popFirst() {
            seen += try finish(run, part, surroundings, &curve)
            if let next = parts.first { run = try begun(next, network, from: run.weights) }
        }
        return (run, seen, curve)
    }

    /// A stretch before its first epoch.
    private func begun(
        _ part: Part, _ network: Network, from weights: NetworkWeights?
    ) throws -> TrainingRun {
        try TrainingRun(
            network, on: try images(network.dimensions.resolution, part.images).training,
            options: part.options, from: weights, threads: threads, instructionSet: instructionSet)
    }

    /// The stretch that left a checkpoint, where it stopped; nil where there is none, or it is of a rung that was
    /// begun otherwise.
    private func continued(
        _ parts: ArraySlice<Part>, _ network: Network, _ checkpoint: String
    ) throws -> (index: Int, run: TrainingRun)? {
        guard FileManager.default.fileExists(atPath: checkpoint) else { return nil }
        for index in parts.indices {
            let run = try begun(parts[index], network, from: nil)
            if (try? run.restore(from: checkpoint)) != nil { return (index, run) }
        }
        return nil
    }

    /// Trains a stretch to its end and saves it after each epoch, so that a kill loses the running one at most;
    /// gives the number of images.
    private func finish(
        _ run: TrainingRun, _ part: Part, _ surroundings: TrainingSurroundings, _ curve: inout [TrainedEpoch]
    ) throws -> Double {
        var seen = 0.0
        while !run.isFinished {
            let done = run.finishedEpochs
            var reported = Date()
            let epoch = try run.epoch { step, steps in
                guard Date().timeIntervalSince(reported) >= 1 else { return }
                reported = Date()
                surroundings.report(.init(epochs: Double(part.before + done) + Double(step) / Double(steps)))
            }
            seen += Double(run.stepsPerEpoch * part.options.batch)
            surroundings.report(
                .init(
                    epochs: Double(part.before + run.finishedEpochs), loss: epoch.loss,
                    imagesPerSecond: epoch.imagesPerSecond))
            curve.append(
                TrainedEpoch(
                    epoch: part.before + run.finishedEpochs, trainingLoss: epoch.loss,
                    trainingAccuracy: epoch.trainingAccuracy, imagesPerSecond: epoch.imagesPerSecond,
                    seconds: epoch.seconds))
            do { try run.save(to: surroundings.checkpointFile) } catch {
                throw SurroundingsFault("\(error)")
            }
            if !run.isFinished, surroundings.shouldStop() { throw TrainingInterrupted() }
        }
        return seen
    }

    /// The recipe for a stretch; each rung draws its own order of images.
    private func options(epochs: Int, rung: Int, seed: Int, _ network: Network) -> TrainingOptions {
        var options = TrainingOptions()
        options.epochs = epochs
        options.batch = recipe.batch ?? TrainingRecipe.usualBatch
        options.rule = Optimiser.Rule(recipe.optimizer)
        options.schedule = recipe.schedule
        options.rate = recipe.rate * (rung == 0 ? 1 : recipe.fineTuning?.rate ?? 1)
        options.decay = recipe.weightDecay
        options.labelSmoothing = recipe.labelSmoothing
        options.dropout = recipe.dropout ?? network.architecture.head.dropout
        options.dropPath = recipe.dropPath ?? network.architecture.dropPath
        options.averageKeep = recipe.averageDecay
        options.flip = recipe.flips
        options.shift = recipe.shift
        options.seed = UInt64(seed) << 16 | UInt64(rung)
        return options
    }

    private func images(_ resolution: Int, _ count: Int?) throws -> PreparedImages {
        let key = PreparationKey(resolution: resolution, images: count)
        if let prepared, prepared.key == key { return prepared.images }
        prepared = nil
        let images = try PreparedImages(
            dataset, resolution: resolution, images: count, validation: recipe.validation ?? 0)
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
