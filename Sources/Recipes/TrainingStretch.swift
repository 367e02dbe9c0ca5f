// What a candidate's training consists of: stretches of epochs, each with a schedule and a seed of its own.

/// Some epochs of training, as one run goes through them.
package struct TrainingStretch: Hashable, Sendable {
    /// What all stretches of a candidate share.
    package let recipe: TrainingRecipe
    /// Epochs behind the candidate before it.
    package let startEpochs: Int
    /// Passes over its images.
    package let epochs: Int
    /// The learning rate's peak.
    package let rate: Double
    /// How many of the training images it sees, the first ones, or nil for all.
    package let images: Int?
    /// What all randomness is drawn from: initial weights, order, augmentation, noise.
    package let seed: UInt64
}

extension TrainingStretch {
    /// All of a recipe's first phase, from random weights and any seed.
    package init(pretraining recipe: TrainingRecipe, seed: UInt64) {
        self.init(
            recipe: recipe, startEpochs: 0, epochs: recipe.pretraining.epochs, rate: recipe.rate,
            images: recipe.pretrainingImages, seed: seed)
    }
}

extension TrainingRecipe {
    /// The stretches that bring a candidate from `start` epochs to `end`, both phases together: one, unless it enters fine-tuning
    /// without having been pre-trained.
    ///
    /// Each rung draws an order of images of its own; pre-training is rung 0, whatever rung it is done for.
    package func stretches(from start: Int, to end: Int, rung: Int, seed: Int) -> [TrainingStretch] {
        func stretch(
            from start: Int, to end: Int, rate: Double, images: Int?, rung: Int
        ) -> TrainingStretch {
            TrainingStretch(
                recipe: self, startEpochs: start, epochs: end - start, rate: rate, images: images,
                seed: UInt64(self.seed(ofRun: seed)) << 16 | UInt64(rung))
        }
        let boundary = pretraining.epochs
        var stretches: [TrainingStretch] = []
        if start < min(boundary, end) {
            stretches.append(
                stretch(
                    from: start, to: min(boundary, end), rate: rate, images: pretrainingImages, rung: 0))
        }
        if end > max(boundary, start) {
            stretches.append(
                stretch(
                    from: max(boundary, start), to: end, rate: rate * (fineTuning?.rate ?? 1), images: images,
                    rung: rung))
        }
        return stretches
    }
}
