// The seam between the search and whoever trains: this tool, an external program, or a test.

import Networks

/// Trains candidates, one rung at a time.
package protocol CandidateTrainer {
    /// Why a network cannot be trained on these images, in one sentence, or nil where it can.
    ///
    /// A data set of native size R cannot test a resolution above R.
    func refusal(of network: Network) -> String?

    /// Trains a candidate through a rung and judges it.
    ///
    /// What is thrown is recorded as the reason why the trial failed, save for `TrainingInterrupted`.
    func train(_ job: TrainingJob, _ surroundings: TrainingSurroundings) throws -> RungResult
}

/// Training stopped because it was asked to; nothing is recorded, and the same job can go on later.
package struct TrainingInterrupted: Error, Hashable, Sendable {
    /// An interruption.
    package init() {}
}

/// Where a rung may leave files, whom it tells how far it is, and whether it should stop.
package struct TrainingSurroundings {
    /// How far training is.
    package struct Progress: Hashable, Sendable {
        /// Epochs behind the candidate, with the share of the running one.
        package var epochs: Double
        /// Mean training loss since the last report, where it is known.
        package var loss: Double?
        /// Images trained on per second, where it is known.
        package var imagesPerSecond: Double?

        /// A point of training.
        package init(epochs: Double, loss: Double? = nil, imagesPerSecond: Double? = nil) {
            self.epochs = epochs
            self.loss = loss
            self.imagesPerSecond = imagesPerSecond
        }
    }

    /// Where to write the weights at the end, as safetensors; its folder exists.
    package let weightsFile: String
    /// Where to keep what it takes to continue this very rung after a kill, replaced as a whole each time.
    ///
    /// It may exist already, and then belongs to this rung. It is removed when the rung is over.
    package let checkpointFile: String
    /// Whether somebody asked to stop; a trainer that has a checkpoint may then throw `TrainingInterrupted`.
    package let shouldStop: () -> Bool
    /// Told now and then how far training is, at most once an epoch or a second.
    package let report: (Progress) -> Void

    /// Surroundings of a rung.
    package init(
        weightsFile: String, checkpointFile: String, shouldStop: @escaping () -> Bool = { false },
        report: @escaping (Progress) -> Void = { _ in }
    ) {
        self.weightsFile = weightsFile
        self.checkpointFile = checkpointFile
        self.shouldStop = shouldStop
        self.report = report
    }
}
