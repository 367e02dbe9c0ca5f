// The search itself: every candidate once, in order, evaluated by whatever is handed in.

/// A part of a search: every `of`-th candidate, beginning with the `index`-th.
package struct Shard: Hashable, Sendable {
    /// Counted from 1.
    package let index: Int
    /// How many shards there are.
    package let of: Int

    /// Shard `index` of `of`; nil unless 1 ≤ index ≤ of.
    package init?(_ index: Int, of: Int) {
        guard of >= 1, 1...of ~= index else { return nil }
        self.index = index
        self.of = of
    }

    /// All of a search.
    package static let whole = Shard(1, of: 1)!

    /// Whether the candidate of that ordinal belongs to this shard.
    package func contains(_ ordinal: Int) -> Bool { ordinal % of == index - 1 }
}

/// Runs the trials of a search that are not finished yet.
package struct SearchLoop {
    /// The trials, in order.
    package let trials: [Trial]

    /// A loop over trials.
    package init(_ trials: [Trial]) { self.trials = trials }

    /// Evaluates and records each trial whose network is not in `finished`.
    ///
    /// A trial is recorded in one call, after its evaluation, so a run that is killed loses at most the trial
    /// that was running. `shouldStop` is asked before each trial. An evaluation that throws is recorded as
    /// failed and the search goes on; an error of `record` ends it.
    package func run(
        finished: Set<String>, shouldStop: () -> Bool, evaluate: (Trial) throws -> Evaluation,
        record: (Trial, Evaluation) throws -> Void
    ) throws {
        for trial in trials where !finished.contains(trial.networkHash) {
            if shouldStop() { return }
            let evaluation: Evaluation
            do {
                evaluation = try evaluate(trial)
            } catch {
                evaluation = Evaluation(outcome: .failed("\(error)"))
            }
            try record(trial, evaluation)
        }
    }
}
