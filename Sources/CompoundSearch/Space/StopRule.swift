// When a search that chooses its runs itself has learnt enough.

/// The ends of a search, whichever comes first; all that follows from the log.
package struct StopRule: Hashable, Sendable {
    /// Seconds of training and measuring.
    package var seconds: Double?
    /// The share of its error by which, with 95 % confidence, no network of the budget is better than the recommended one.
    package var regret: Double?
    /// Runs of training.
    package var runs: Int?

    /// Seconds that a search can be given: from one to a year.
    package static let secondsRange: ClosedRange<Double> = 1...31_536_000
    /// Shares that a regret can be asked to come below.
    package static let regretRange = 0.0001...0.9999
    /// Runs that can be asked for.
    package static let runRange = 1...1_000_000

    /// Which of them ended a search.
    package enum Ending: Hashable, Sendable {
        /// So many runs are done.
        case runs(Int)
        /// So many seconds are spent, and the next run would not end in time.
        case seconds(Double)
        /// No network of the budget is better than the recommended one by more than this share of its error.
        case regret(Double)
        /// Nothing is left to train that could narrow the answer.
        case exhausted
    }

    /// Ends.
    package init(seconds: Double? = nil, regret: Double? = nil, runs: Int? = nil) {
        self.seconds = seconds
        self.regret = regret
        self.runs = runs
    }

    /// What holds where nobody says: a regret of two percent, or a hundred runs.
    package static let usual = StopRule(regret: 0.02, runs: 100)
}
