// The tool's own trainer behind the search's seam: candidates trained on a data set, rung by rung.

import CompoundSearch
import ConvolutionKernels
import Datasets
import Foundation
import ModelExchange
import NetworkExecution
import Networks
import ProxyTraining

/// Trains candidates on one data set with one recipe.
///
/// Each rung is a run of its own: its schedule begins and ends with it, at the recipe's rate in pre-training
/// and at the lower one after. All candidates share the validation images.
final class InTreeTrainer: CandidateTrainer {
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
    init(_ dataset: Dataset, recipe: TrainingRecipe, threads: Int, instructionSet: InstructionSet) {
        self.dataset = dataset
        self.recipe = recipe
        self.threads = threads
        self.instructionSet = instructionSet
    }

    func refusal(of network: Network) -> String? {
        let (input, architecture) = (network.input, network.architecture)
        if input.height > dataset.nativeSize {
            return "\(input.height) pixels are more than the \(dataset.nativeSize) of \(dataset.name), whose "
                + "images are never scaled up"
        }
        if input.channels != dataset.training.channels {
            return "it takes \(input.channels) channels and \(dataset.name) has "
                + "\(dataset.training.channels); give the baseline `channels: \(dataset.training.channels)`"
        }
        if architecture.classes != dataset.classes.count {
            return "it tells \(architecture.classes) classes apart and \(dataset.name) has "
                + "\(dataset.classes.count); give the baseline `classes: \(dataset.classes.count)`"
        }
        do {
            try network.checkTrainingMemory(
                options(epochs: 1, rung: 0, seed: 1, network), threads: threads, instructionSet)
        } catch {
            return "\(error)"
        }
        return nil
    }

    func train(_ job: TrainingJob, _ surroundings: TrainingSurroundings) throws -> RungResult {
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
        try run.weights.nativeTensors(for: network, contract: contract).write(to: surroundings.weightsFile)
        let seconds = Date().timeIntervalSince(start)
        return RungResult(
            accuracy: found.accuracy, loss: found.loss, testAccuracy: test?.accuracy, seconds: seconds,
            imagesPerSecond: seen > 0 ? seen / max(seconds, 1e-9) : nil,
            weightsFile: surroundings.weightsFile)
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
    ) throws -> (run: TrainingRun, seen: Double) {
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
        while let part = parts.popFirst() {
            seen += try finish(run, part, surroundings)
            if let next = parts.first { run = try begun(next, network, from: run.weights) }
        }
        return (run, seen)
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
        _ run: TrainingRun, _ part: Part, _ surroundings: TrainingSurroundings
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
            try run.save(to: surroundings.checkpointFile)
            if !run.isFinished, surroundings.shouldStop() { throw TrainingInterrupted() }
        }
        return seen
    }

    /// The recipe for a stretch; each rung draws its own order of images.
    private func options(epochs: Int, rung: Int, seed: Int, _ network: Network) -> TrainingOptions {
        var options = TrainingOptions()
        options.epochs = epochs
        options.batch = recipe.batch
        options.rule = OptimiserName(rawValue: recipe.optimizer.rawValue)?.rule ?? .momentum(0.9)
        options.schedule = Schedule(rawValue: recipe.schedule.rawValue) ?? .oneCycle
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
            dataset, resolution: resolution, images: count, validation: recipe.validation)
        prepared = (key, images)
        return images
    }
}
