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
        var weights = try job.resumeFrom.map { try NetworkWeights(timm: $0, for: network) }
        var seen = 0.0
        var run: TrainingRun?
        for part in parts(of: job) {
            let trained = try train(part, network, from: weights, surroundings, seen: &seen)
            weights = trained.weights
            run = trained
        }
        guard let run, let weights else { throw TrainingError.state("the rung has no epochs to train.") }
        let images = try images(network.dimensions.resolution, recipe.images)
        guard let validation = images.validation else {
            throw TrainingError.mismatch("no images are held out to judge by; give `validation: 5000`.")
        }
        let found = try run.evaluate(on: validation)
        let test = job.rung.isFinal ? try run.evaluate(on: images.test()) : nil
        try weights.timmTensors(for: network).write(to: surroundings.weightsFile)
        let seconds = Date().timeIntervalSince(start)
        return RungResult(
            accuracy: found.accuracy, loss: found.loss, testAccuracy: test?.accuracy, seconds: seconds,
            imagesPerSecond: seen / max(seconds, 1e-9), weightsFile: surroundings.weightsFile)
    }

    /// A stretch of epochs at one rate.
    private struct Part {
        let options: TrainingOptions
        let images: Int?
        /// Epochs behind the candidate before it.
        let before: Int
        /// Whether it is the rung's last one, whose state is kept.
        let isLast: Bool
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
                    before: rung.startEpochs, isLast: rung.epochs <= first))
        }
        let begin = max(first, rung.startEpochs)
        if rung.epochs > begin {
            parts.append(
                Part(
                    options: options(
                        epochs: rung.epochs - begin, rung: rung.index, seed: rung.seed,
                        job.trial.candidate.network),
                    images: recipe.images, before: begin, isLast: true))
        }
        return parts
    }

    private func train(
        _ part: Part, _ network: Network, from weights: NetworkWeights?,
        _ surroundings: TrainingSurroundings, seen: inout Double
    ) throws -> TrainingRun {
        let images = try images(network.dimensions.resolution, part.images)
        let run = try TrainingRun(
            network, on: images.training, options: part.options, from: weights, threads: threads,
            instructionSet: instructionSet)
        if part.isLast, FileManager.default.fileExists(atPath: surroundings.checkpointFile) {
            // A checkpoint that does not fit is a rung begun with another recipe: it is begun anew.
            try? run.restore(from: surroundings.checkpointFile)
        }
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
            guard !run.isFinished else { break }
            if part.isLast { try run.save(to: surroundings.checkpointFile) }
            if surroundings.shouldStop() { throw TrainingInterrupted() }
        }
        return run
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
