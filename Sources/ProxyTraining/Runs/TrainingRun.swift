// A run: a network trained on images for some epochs, which can be left after any of them and continued.

import Basics
import ConvolutionKernels
import Datasets
import NetworkExecution
import Networks
import Recipes

/// What an epoch achieved.
package struct EpochReport: Codable, Hashable, Sendable {
    /// Epochs done, this one included.
    package var epoch: Int
    /// Epochs of the whole run.
    package var epochs: Int
    /// The mean loss of its batches.
    package var loss: Double
    /// The share of training images, as augmented, whose class was found.
    package var trainingAccuracy: Double
    /// The learning rate of its last step.
    package var rate: Double
    /// Seconds it took.
    package var seconds: Double
    /// Images trained on in a second.
    package var imagesPerSecond: Double
}

/// Training of one network.
///
///     let run = try TrainingRun(network, on: images, stretch: stretch, threads: 2)
///     while !run.isFinished { report(try run.epoch()) }
///     let accuracy = try run.evaluate(on: validation).accuracy
///
/// The weights depend on network, images, stretch and initial weights, and on nothing else: neither on the
/// number of threads nor on where the run was interrupted.
package final class TrainingRun {
    /// What is trained.
    package let network: Network
    /// How.
    package let stretch: TrainingStretch
    /// Epochs done.
    package private(set) var finishedEpochs = 0
    /// What each epoch achieved, those before an interruption too; a run that goes on from another's weights may be given
    /// that one's first.
    package var curve: [EpochReport] = []

    let trainable: TrainableNetwork
    let optimiser: Optimiser
    private let images: ScaledImages
    private let batchPixels: AlignedFloats
    private var labels: [Int32]

    /// Prepares a run from initial weights, or from those that another run left; throws where network,
    /// images and recipe do not fit each other.
    package init(
        _ network: Network, on images: ScaledImages, stretch: TrainingStretch,
        from weights: NetworkWeights? = nil, threads: Int = 1, instructionSet: InstructionSet = .detected
    ) throws {
        let recipe = stretch.recipe
        if let fault = recipe.fault { throw TrainingError.mismatch(fault) }
        try network.check(images)
        try recipe.check(trainingImages: images.count)
        self.network = network
        self.stretch = stretch
        self.images = images
        trainable = try TrainableNetwork(
            network, weights: weights ?? .initial(for: network, seed: stretch.seed),
            batch: recipe.imagesPerStep, threads: threads, noise: recipe.noise(for: network),
            instructionSet: instructionSet)
        trainable.labelSmoothing = Float(recipe.labelSmoothing)
        optimiser = try Optimiser(
            Optimiser.Rule(recipe.optimizer), decay: Float(recipe.weightDecay),
            decaysVectors: recipe.decaysVectors, averageKeep: recipe.averageDecay.map { Float($0) },
            for: trainable)
        batchPixels = try AlignedFloats(count: recipe.imagesPerStep * network.input.elements)
        labels = [Int32](repeating: 0, count: recipe.imagesPerStep)
    }

    /// Whether all epochs are done.
    package var isFinished: Bool { finishedEpochs >= stretch.epochs }

    /// Steps of an epoch; images that do not fill a batch wait for the next epoch's order.
    package var stepsPerEpoch: Int { images.count / batch }

    private var batch: Int { stretch.recipe.imagesPerStep }

    /// Trains for an epoch; `progress` gets the steps done after each. Throws where the loss is no number
    /// any more.
    package func epoch(progress: (_ step: Int, _ of: Int) -> Void = { _, _ in }) throws -> EpochReport {
        let clock = ContinuousClock()
        let start = clock.now
        let stream = BatchStream(
            count: images.count, batch: batch, seed: stretch.seed, epoch: finishedEpochs,
            flip: stretch.recipe.flips, shift: stretch.recipe.shift)
        let steps = stepsPerEpoch * stretch.epochs
        var loss = 0.0
        var hits = 0
        var rate: Float = 0
        for index in 0..<stream.batches {
            stream.fill(index, of: images, into: batchPixels.start, labels: &labels)
            let step = finishedEpochs * stepsPerEpoch + index
            let point = stretch.recipe.schedule.point(step: step, of: steps, peak: stretch.rate)
            let result = trainable.step(
                batchPixels.start, labels, stream: CounterStream(stretch.seed, 2, UInt64(step)),
                update: optimiser.step(rate: point.rate, momentum: point.momentum))
            guard result.loss.isFinite else {
                throw TrainingError.diverged(
                    "the loss of \(network.architecture.name) is no number after \(step + 1) steps; "
                        + "lower the learning rate of \(stretch.rate).")
            }
            loss += result.loss
            hits += result.hits
            rate = point.rate
            progress(index + 1, stream.batches)
        }
        finishedEpochs += 1
        let seconds = (clock.now - start).inSeconds
        let seen = Double(stream.batches * batch)
        let report = EpochReport(
            epoch: finishedEpochs, epochs: stretch.epochs, loss: loss / Double(stream.batches),
            trainingAccuracy: Double(hits) / seen, rate: Double(rate), seconds: seconds,
            imagesPerSecond: seen / max(seconds, 1e-9))
        curve.append(report)
        return report
    }

    /// The weights as they are now; with a running average, that.
    package var weights: NetworkWeights {
        guard let average = optimiser.average, let statistics = optimiser.averageStatistics else {
            return trainable.weights
        }
        return trainable.layout.read(
            parameters: average.start, statistics: statistics.start,
            epsilon: network.architecture.batchNormEpsilon)
    }

    /// Accuracy and loss of the present weights on images that were prepared like the training images.
    package func evaluate(on images: ScaledImages) throws -> Evaluation {
        try Evaluation(
            of: network, weights: weights, on: images, threads: trainable.threads,
            instructionSet: trainable.instructionSet)
    }

    /// Takes over what a saved run knew.
    func restore(epochs: Int) {
        finishedEpochs = epochs
        optimiser.restore(steps: epochs * stepsPerEpoch)
    }

    /// Bytes that the run holds all the time, besides the images: what ``TrainingFootprint/standing`` foretells.
    package var bytes: Int {
        ([batchPixels, optimiser.average, optimiser.averageStatistics] + optimiser.state)
            .reduce(trainable.bytes) { $0 + ($1?.bytes ?? 0) }
    }
}

extension Network {
    /// Throws where images do not fit this network.
    func check(_ images: ScaledImages) throws(TrainingError) {
        let input = input
        guard images.resolution == input.height, images.channels == input.channels else {
            throw .mismatch(
                "\(architecture.name) takes images of \(input.height) pixels and \(input.channels) channels, "
                    + "not \(images.resolution) and \(images.channels).")
        }
        if let label = images.labels.max(), label >= architecture.classes {
            throw .mismatch(
                "the images have class \(label), and \(architecture.name) tells "
                    + "\(architecture.classes) apart; give --classes \(label + 1) or more.")
        }
    }
}
