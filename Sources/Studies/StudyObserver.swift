// What a study tells while it runs. It prints nothing: the command line draws progress, a test asserts, a report collects.

import CompoundSearch
import Measurements
import Networks

/// Somebody who is told what a study does. Observing changes nothing.
package protocol StudyObserver {
    /// Told of each event as it happens, on the thread of the study.
    func observe(_ event: StudyEvent)
}

/// An event of a study.
package enum StudyEvent {
    /// Evaluation begins: so many trials are open, so many of all were known before.
    case evaluationBegan(open: Int, known: Int, conditions: Conditions)
    /// The blocks of so many networks are timed first.
    case timingBlocks(networks: Int)
    /// The blocks of one of them are timed.
    case timedBlocks
    /// A trial was evaluated.
    case evaluated(Trial, Evaluation)
    /// Evaluation is over, or was interrupted.
    case evaluationEnded
    /// Training begins after so many finished rungs; `open` is what there is to do at most.
    case trainingBegan(any JobSource, finished: Int, open: (jobs: Int, work: Double))
    /// Nothing was left to train.
    case trainingWasFinished(rungs: Int)
    /// A rung of a candidate is about to be trained.
    case began(TrainingJob, any JobSource)
    /// How far the running rung is.
    case progressed(TrainingJob, TrainingSurroundings.Progress)
    /// A rung is over; `open` is what is left after it.
    case finished(TrainingJob, FinishedRung, open: (jobs: Int, work: Double))
    /// A network turned out to be outside the budget, right before its training, and why; `open` is what is left after it.
    case ruledOut(TrainingJob, String, open: (jobs: Int, work: Double))
    /// What a search that chooses its runs itself knows by now.
    case learnt(ScalingFit)
    /// All open work is with others; the study waits for them.
    case waits(for: String)
    /// A search that chooses its runs itself has ended, and why.
    case stopped(StopRule.Ending)
    /// Training is over, or was interrupted.
    case trainingEnded
    /// The layers of the network that the study ends with are timed, for a few seconds.
    case timingLayers(trial: Int)
    /// Something that a person should know.
    case note(String)
}

/// Hears nothing.
package struct SilentObserver: StudyObserver {
    /// An observer for whoever only wants the ending.
    package init() {}

    /// Does nothing.
    package func observe(_ event: StudyEvent) {}
}

/// How a run of a study ended.
package enum StudyEnding: Hashable, Sendable {
    /// All there was to do is done; with how many trials failed, and why.
    case finished(FailureCount)
    /// Somebody asked to stop; the same call continues.
    case interrupted
    /// The surroundings failed; nothing of it was recorded, and the same call continues.
    case surroundings(String)
}

/// How many candidates of a study have failed, and the reasons.
package struct FailureCount: Hashable, Sendable {
    /// Candidates that could not be evaluated or trained.
    package var failed = 0
    /// All candidates.
    package var candidates = 0
    /// The reason of the first of each kind, with how many there are of it, the most frequent first.
    package var reasons: [Reason] = []

    /// A reason with its number of candidates.
    package struct Reason: Hashable, Sendable {
        /// The sentence of the first.
        package let sentence: String
        /// How many failed so.
        package let count: Int

        /// A reason of so many.
        package init(sentence: String, count: Int) {
            self.sentence = sentence
            self.count = count
        }
    }

    /// The failures of so many candidates, by network hash and reason.
    package init(_ failures: [(networkHash: String, reason: String)], candidates: Int) {
        self.candidates = candidates
        var seen: Set<String> = []
        let first = failures.filter { seen.insert($0.networkHash).inserted }
        failed = first.count
        reasons = Dictionary(grouping: first) { FailureReason.signature($0.reason) }
            .map { Reason(sentence: $0.value[0].reason, count: $0.value.count) }
            .sorted { ($1.count, $0.sentence) < ($0.count, $1.sentence) }
    }

    /// Whether every candidate failed.
    package var isTotal: Bool { candidates > 0 && failed == candidates }
}
