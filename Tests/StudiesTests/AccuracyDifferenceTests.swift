// Which of two networks is more accurate: intervals against hand-computed ones, and what is not compared.

import CompoundSearch
import Measurements
import ResultStore
import Studies
import Testing

@Suite struct AccuracyDifferences {
    /// A store with two trials of a study and rungs of these accuracies, by seed; of the second from its own training unless the
    /// same.
    private func difference(
        _ first: [Int: Double], _ second: [Int: Double], epochs: (Int, Int) = (4, 4), images: Int? = nil,
        recipes: (String, String) = ("r", "r")
    ) throws -> Result<AccuracyDifference, AccuracyDifference.Incomparable> {
        let store = try TrialStore.empty()
        var small = SmallStudy()
        small.accuracy = nil
        let study = try small.study(in: store)
        _ = try study.run()
        func record(_ accuracies: [Int: Double], trial: Int, epochs: Int, recipe: String) throws {
            for (seed, accuracy) in accuracies {
                var result = RungResult(accuracy: accuracy, seconds: 1)
                result.validationImages = images
                let rung = TrainingRung(
                    phase: .pretraining, index: 0, seed: seed, startEpochs: 0, epochs: epochs, isFinal: true)
                try store.record(
                    FinishedRung(
                        networkHash: store.trial(id: trial).networkHash, rung: rung,
                        outcome: .complete(result)),
                    study: study.draw.study,
                    training: TrainingKey(hash: recipe, trainer: "data", recipe: recipe),
                    machine: Machine(processor: "Z80", cores: 1, memoryBytes: 1, system: "CP/M"),
                    toolVersion: "1.0.0")
            }
        }
        try record(first, trial: 1, epochs: epochs.0, recipe: recipes.0)
        try record(second, trial: 2, epochs: epochs.1, recipe: recipes.1)
        return AccuracyDifference.between(
            try store.trial(id: 1).rungs, try store.trial(id: 2).rungs, named: ("trial:1", "trial:2"))
    }

    @Test func commonSeedsArePaired() throws {
        // Differences 0.02, 0.03 and 0.04: mean 0.03, deviation 0.01, t of two degrees of freedom 4.303.
        let found = try difference([1: 0.5, 2: 0.6, 3: 0.7, 9: 0.1], [1: 0.52, 2: 0.63, 3: 0.74]).get()
        #expect(found.basis == .pairedSeeds(3) && found.epochs == 4)
        #expect(abs(found.difference - 0.03) < 1e-12 && abs(found.first - 0.6) < 1e-12)
        #expect(abs(try #require(found.halfWidth) - 4.303 * 0.01 / 3.0.squareRoot()) < 1e-9)
    }

    @Test func seedsOfTheirOwnHaveWelchsInterval() throws {
        // Variances 0.0002 and 0.0008 of two runs each: u = 0.0001, v = 0.0004, freedom 25/17, so that of one: 12.706.
        let found = try difference([1: 0.50, 2: 0.52], [3: 0.60, 4: 0.64]).get()
        #expect(found.basis == .separateSeeds(2, 2))
        #expect(abs(try #require(found.halfWidth) - 12.706 * 0.0005.squareRoot()) < 1e-9)
    }

    @Test func oneRunOfEachHasTheIntervalOfItsImages() throws {
        let found = try difference([1: 0.8], [1: 0.9], images: 1000).get()
        #expect(found.basis == .images(1000))
        #expect(abs(try #require(found.halfWidth) - 1.96 * (0.25 / 1000).squareRoot()) < 1e-9)
        let unknown = try difference([1: 0.8], [2: 0.9]).get()
        #expect(unknown.basis == .unknown && unknown.halfWidth == nil)
    }

    @Test func otherTrainingsAreNotCompared() throws {
        func reason(_ result: Result<AccuracyDifference, AccuracyDifference.Incomparable>) -> String {
            if case .failure(let reason) = result { "\(reason)" } else { "compared" }
        }
        #expect(
            reason(try difference([1: 0.5], [1: 0.6], recipes: ("a", "b")))
                == "they were trained differently: recipe are not the same")
        #expect(
            reason(try difference([1: 0.5], [1: 0.6], epochs: (4, 8)))
                == "they were trained for 4 and 8 epochs")
        #expect(reason(try difference([1: 0.5], [:])) == "trial:2 has no accuracy in the store")
    }
}
