// How a network is trained: the recipe, the same for every candidate of a study.

import Recipes

/// A recipe: everything a run depends on besides network and data.
package struct TrainingOptions: Hashable, Sendable {
    /// Images of a step.
    package var batch = 128
    /// Passes over the training images.
    package var epochs = 2
    /// How parameters change.
    package var rule = Optimiser.Rule.momentum(0.9)
    /// How the learning rate moves.
    package var schedule = Schedule.oneCycle
    /// The highest learning rate.
    package var rate = 0.4
    /// Weight decay.
    package var decay = 5e-4
    /// Whether biases and batch norms decay too.
    package var decaysVectors = true
    /// The share of probability spread over all classes.
    package var labelSmoothing = 0.1
    /// The rate of dropout before the classifier.
    package var dropout = 0.0
    /// The rate of stochastic depth at the last block.
    package var dropPath = 0.0
    /// How much of a running average of weights is kept at a step; nil trains without one.
    package var averageKeep: Double?
    /// Whether images are mirrored at random.
    package var flip = true
    /// By how many pixels images are moved at random.
    package var shift = 0
    /// What all randomness is drawn from: initial weights, order, augmentation, noise.
    package var seed: UInt64 = 0

    /// The recipe for Fashion-MNIST in two epochs.
    package init() {}

    /// Throws a sentence where an option makes no sense.
    package func check() throws(TrainingError) {
        func require(_ holds: Bool, _ sentence: String) throws(TrainingError) {
            if !holds { throw .mismatch(sentence) }
        }
        try require(batch >= 2, "a batch of \(batch) has no statistics; give 2 or more.")
        try require(epochs >= 1, "\(epochs) epochs train nothing; give 1 or more.")
        try require(rate > 0 && rate.isFinite, "a learning rate of \(rate) is none; give one above 0.")
        try require(decay >= 0 && decay.isFinite, "a weight decay of \(decay) is none; give 0 or more.")
        for (name, value) in [
            ("label smoothing", labelSmoothing), ("dropout", dropout), ("stochastic depth", dropPath),
            ("the average's share", averageKeep ?? 0),
        ] {
            try require((0..<1).contains(value), "\(name) of \(value) is out of range; give 0 to below 1.")
        }
        try require(shift >= 0, "a shift of \(shift) pixels is none; give 0 or more.")
    }
}
