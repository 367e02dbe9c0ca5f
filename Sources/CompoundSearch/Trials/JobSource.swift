// Who says what is trained next: a function of what is finished, so that any number of processes may ask.

/// A search among candidates, as those see it who do its training.
package protocol JobSource {
    /// The candidates, in order.
    var trials: [Trial] { get }
    /// Epochs behind a candidate at the ends of its training, rising.
    var rungEpochs: [Int] { get }
    /// The jobs that may be done now, in any order and by anybody.
    func open(after log: [FinishedRung]) -> [TrainingJob]
    /// How many jobs there still are at most, and their work: epochs times the macs of the candidate.
    func remaining(after log: [FinishedRung]) -> (jobs: Int, work: Double)
    /// What the log says so far, or nil while it says nothing, or for a source that asks nothing of it.
    func learnt(from log: [FinishedRung]) -> ScalingFit?
    /// Why nothing more is trained, or nil while there is more, or for a source that has no rule but to train all.
    func ending(after log: [FinishedRung]) -> StopRule.Ending?
}

extension AccuracySearch: JobSource {
    package func learnt(from log: [FinishedRung]) -> ScalingFit? { nil }
    package func ending(after log: [FinishedRung]) -> StopRule.Ending? { nil }
}
