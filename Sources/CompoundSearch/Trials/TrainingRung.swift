// One step of training a candidate: from where, how far, and what came of it.

import Measurements

/// A stretch of one candidate's training, at the end of which it is judged.
package struct TrainingRung: Hashable, Sendable {
    /// The two phases of training.
    package enum Phase: String, CaseIterable, Hashable, Sendable {
        /// The short one that every candidate goes through.
        case pretraining = "pretrain"
        /// The longer one, at a lower rate, of the promising ones.
        case fineTuning = "fine_tune"
    }

    /// The phase in which it ends.
    package let phase: Phase
    /// 0 for pre-training, then counted through fine-tuning.
    package let index: Int
    /// Seed of initial weights, order of images and augmentation, counted from 1.
    package let seed: Int
    /// Epochs behind the weights that it continues from, or 0 where it begins with random ones.
    package let startEpochs: Int
    /// Epochs behind the candidate at its end, both phases together.
    package let epochs: Int
    /// Whether it is the last one, after which the test images are looked at.
    package let isFinal: Bool

    /// A rung.
    package init(
        phase: Phase, index: Int, seed: Int, startEpochs: Int, epochs: Int, isFinal: Bool
    ) {
        self.phase = phase
        self.index = index
        self.seed = seed
        self.startEpochs = startEpochs
        self.epochs = epochs
        self.isFinal = isFinal
    }
}

/// What a trainer is asked to do.
package struct TrainingJob: Hashable, Sendable {
    /// The candidate.
    package let trial: Trial
    /// How far to train it.
    package let rung: TrainingRung
    /// The file of the weights to continue from, or nil to begin with random ones.
    package let resumeFrom: String?

    /// A job.
    package init(trial: Trial, rung: TrainingRung, resumeFrom: String?) {
        self.trial = trial
        self.rung = rung
        self.resumeFrom = resumeFrom
    }
}

/// What training a rung gave.
package struct RungResult: Hashable, Sendable {
    /// Share of the validation images that were classified rightly: 0…1.
    package var accuracy: Double
    /// Mean cross-entropy on the validation images, where it is known.
    package var loss: Double?
    /// Share of the test images that were classified rightly, for the last rung of a finalist.
    package var testAccuracy: Double?
    /// Seconds that it took.
    package var seconds: Double
    /// Images trained on per second, where it is known.
    package var imagesPerSecond: Double?
    /// The file that holds the weights, where they were kept.
    package var weightsFile: String?
    /// Mean of the accuracies of the classes: 0…1.
    package var balancedAccuracy: Double?
    /// Accuracy on the validation images of each class, nil for a class without any.
    package var classAccuracies: [Double?]?
    /// Share of the validation images that belong to the most common class.
    package var mostCommonShare: Double?
    /// What a person should know about the result, in one sentence.
    package var note: String?
    /// How many images the accuracy was measured on.
    package var validationImages: Int?
    /// Where randomness came from, where it is known.
    package var seeds: Seeds?
    /// What the network computed in.
    package var precision: Precision?
    /// The epochs of the rung, in order.
    package var curve: [TrainedEpoch] = []

    /// Seeds of the random numbers of a rung.
    package struct Seeds: Hashable, Sendable {
        /// Of the initial weights.
        package var initialisation: Int
        /// Of the order of images and of augmentation.
        package var order: Int
        /// Of the split into training and validation images.
        package var split: Int

        /// Three seeds.
        package init(initialisation: Int, order: Int, split: Int) {
            self.initialisation = initialisation
            self.order = order
            self.split = split
        }
    }

    /// A result.
    package init(
        accuracy: Double, loss: Double? = nil, testAccuracy: Double? = nil, seconds: Double,
        imagesPerSecond: Double? = nil, weightsFile: String? = nil
    ) {
        self.accuracy = accuracy
        self.loss = loss
        self.testAccuracy = testAccuracy
        self.seconds = seconds
        self.imagesPerSecond = imagesPerSecond
        self.weightsFile = weightsFile
    }
}

/// One epoch of a rung; what is not known is nil.
package struct TrainedEpoch: Hashable, Sendable {
    /// Counted from 1 through all rungs of the candidate.
    package var epoch: Int
    /// Mean loss on the training images.
    package var trainingLoss: Double?
    /// Share of the training images that were classified rightly.
    package var trainingAccuracy: Double?
    /// Mean cross-entropy on the validation images.
    package var validationLoss: Double?
    /// Share of the validation images that were classified rightly.
    package var validationAccuracy: Double?
    /// Images trained on per second.
    package var imagesPerSecond: Double?
    /// Seconds that the epoch took.
    package var seconds: Double?

    /// An epoch.
    package init(
        epoch: Int, trainingLoss: Double? = nil, trainingAccuracy: Double? = nil,
        validationLoss: Double? = nil, validationAccuracy: Double? = nil, imagesPerSecond: Double? = nil,
        seconds: Double? = nil
    ) {
        self.epoch = epoch
        self.trainingLoss = trainingLoss
        self.trainingAccuracy = trainingAccuracy
        self.validationLoss = validationLoss
        self.validationAccuracy = validationAccuracy
        self.imagesPerSecond = imagesPerSecond
        self.seconds = seconds
    }
}

/// A rung that is over.
package struct FinishedRung: Hashable, Sendable {
    /// How it ended.
    package enum Outcome: Hashable, Sendable {
        /// The candidate was trained and judged.
        case complete(RungResult)
        /// It could not be; the reason in one sentence, and the seconds that it took.
        case failed(String, seconds: Double)
    }

    /// The content hash of the candidate's network.
    package let networkHash: String
    /// What was trained.
    package let rung: TrainingRung
    /// How it ended.
    package let outcome: Outcome

    /// A rung with its end.
    package init(networkHash: String, rung: TrainingRung, outcome: Outcome) {
        self.networkHash = networkHash
        self.rung = rung
        self.outcome = outcome
    }

    /// What was found, unless it failed.
    package var result: RungResult? {
        if case .complete(let result) = outcome { result } else { nil }
    }
}
