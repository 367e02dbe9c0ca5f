// What a space says about accuracy: who trains, on what, how long, and which candidates go on.

import Networks
import Recipes

/// How the accuracy of a space's candidates is found.
package struct AccuracyPlan: Hashable, Sendable {
    /// Who trains.
    package enum Trainer: Hashable, Sendable {
        /// This tool, on a data set by its name, or by its path from the folder of the space's file.
        case data(String, folder: String)
        /// A program, by its command line.
        case command([String])
    }

    /// Who trains, and on what.
    package var trainer: Trainer
    /// How.
    package var recipe: TrainingRecipe
    /// How many candidates of each cost level reach the end of fine-tuning.
    package var finalists = 3
    /// One of so many candidates goes on from each rung between the phases; 2 or more.
    package var halving = 2 {
        didSet { halving = max(2, halving) }
    }
    /// How often each finalist is trained, every time from another seed.
    package var seeds = 1
    /// How often every candidate is pre-trained.
    package var pretrainingSeeds = 1
    /// How many candidates of each cost level are trained.
    package var candidatesPerLevel = 8
    /// Epochs that an adaptive search may train for, rising; each run is under a schedule of its own. Empty for the recipe's alone.
    package var lengths: [Int] = []
    /// Whether a scaling law is to be fitted, which takes three cost levels.
    package var fitsLaw = true
    /// Whether files that cannot be read are left out and counted.
    package var skipsCorrupt = false
    /// Seconds after which a program that trains one rung is ended, within `timeLimitRange`, or nil.
    package var timeLimitSeconds: Double?

    /// Seconds that a time limit may have: from a millisecond to a year.
    package static let timeLimitRange: ClosedRange<Double> = 0.001...31_536_000

    /// Epochs that an adaptive search may train for, rising; the last is what its answer is for.
    package var runEpochs: [Int] { lengths.isEmpty ? [recipe.pretraining.epochs] : lengths }

    /// Makes the plan that of a training of so many epochs, which are then what its answer is for; longer runs are left out.
    package mutating func answer(forEpochs epochs: Int) {
        recipe.pretraining.epochs = epochs
        if lengths.isEmpty { return }
        lengths.removeAll { $0 >= epochs }
        lengths.append(epochs)
    }

    /// The usual plan.
    package init(trainer: Trainer, recipe: TrainingRecipe) {
        self.trainer = trainer
        self.recipe = recipe
    }

    /// Epochs behind a candidate after each rung: pre-training first, all of fine-tuning last.
    ///
    /// `most` is the number of candidates of the largest cost level. Between the phases stand as many rungs
    /// as it takes to come from `most` to the finalists by halving, but no more than fine-tuning has epochs.
    /// Rung r of R ends after ⌈E / halving^(R − r)⌉ of the E epochs of fine-tuning, and at least r of them,
    /// so that each rung costs about as much as the one before.
    package func rungEpochs(most: Int) -> [Int] {
        guard let epochs = recipe.fineTuning?.epochs else { return [recipe.pretraining.epochs] }
        var rungs = 0
        var remaining = most
        while remaining > finalists {
            remaining = (remaining + halving - 1) / halving
            rungs += 1
        }
        rungs = min(max(rungs, 1), epochs)
        let shares = (1...rungs).map { rung in
            var share = epochs
            for _ in rung..<rungs { share = (share + halving - 1) / halving }
            return max(rung, share)
        }
        return [recipe.pretraining.epochs] + shares.map { recipe.pretraining.epochs + $0 }
    }

    /// How many of a cost level's `count` candidates are trained in rung `rung` of the last one, `last`.
    package func survivors(of count: Int, rung: Int, last: Int) -> Int {
        guard rung > 0 else { return count }
        guard rung < last else { return min(count, finalists) }
        var remaining = count
        for _ in 0..<rung { remaining = (remaining + halving - 1) / halving }
        return min(count, max(finalists, remaining))
    }
}
