// A study of a store at a glance: whether it is finished, what is left, and what it recommends.

import CompoundSearch
import Descriptions
import Networks
import ResultStore

/// What a person wants to know of a study before asking more.
package struct StudyOverview: Hashable, Sendable {
    /// Whether anybody works on it, or it can be continued.
    package enum State: String, Hashable, Sendable {
        /// A process of this machine works on it.
        case running
        /// All of it is done.
        case finished
        /// Something is left, and the same search continues it.
        case interrupted
        /// Nobody works on it, and what is left cannot be told from the store.
        case unknown
    }

    /// The study as it was registered.
    package let record: StudyRecord
    /// The name of the network that is scaled, where it is known.
    package let baseline: String?
    /// Where it stands.
    package let state: State
    /// What is left, or nil where that cannot be told.
    package let remainder: StudyRemainder?
    /// What the log has of it.
    package let tally: StudyTally
    /// The number of the trial that its fit recommends, or of the best by its objective where there is no fit; nil without any.
    package let best: Int?
    /// Whether that is the fit's recommendation.
    package let isRecommended: Bool

    /// The studies of a store, in the order in which they were registered.
    ///
    /// Draws each space anew to see what is left, and fits what was trained: a second for a usual study.
    package static func all(in store: TrialStore) throws -> [StudyOverview] {
        try store.studies().map { try StudyOverview($0, in: store) }
    }

    private init(_ record: StudyRecord, in store: TrialStore) throws {
        self.record = record
        let tally = try store.tally(study: record.id)
        self.tally = tally
        let trial = try tally.lastTrial.map(store.trial(id:))
        let space = record.parsedSpace(file: store.file, trial: trial)
        baseline = space?.baseline.name ?? trial?.network
        remainder = try space.flatMap { try StudyRemainder(of: record, $0, tally, in: store) }
        let isRunning = store.sources.contains { source in
            let files = TrainingFiles(store: source.file, training: "none")
            return source.file != TrialStore.inMemory
                && FileClaims(folder: files.claims).isHeld(TrainingFiles.presence(ofStudy: record.id))
        }
        state =
            switch remainder {
            case _ where isRunning: .running
            case .none: .unknown
            case .some(let remainder): remainder.isNothing ? .finished : .interrupted
            }
        let recommended = try StudyOverview.recommended(record, in: store)
        isRecommended = recommended != nil
        best = try recommended ?? StudyOverview.best(of: record, by: space?.objective, in: store)
    }

    /// The trial that the study's fit recommends, or nil where it trained nothing or too little.
    private static func recommended(_ record: StudyRecord, in store: TrialStore) throws -> Int? {
        do {
            return try AnsweredTrial(record.id, in: store)?.record.id
        } catch is FitSourceError {
            return nil
        }
    }

    private static func best(
        of record: StudyRecord, by objective: Objective?, in store: TrialStore
    ) throws -> Int? {
        do throws(StoreError) {
            return try store.best(by: objective ?? .latency, study: record.id).trial.id
        } catch {
            switch error {
            case .nothingToRank, .badColumn: return nil
            default: throw error
            }
        }
    }
}

extension StudyRecord {
    /// The space as it was registered, under the strategy and seed of the study; nil where it cannot be read any more.
    ///
    /// Before 0.4 a store had no baselines; there one is told from a trial.
    func parsedSpace(file: String, trial: TrialRecord?) -> SearchSpace? {
        let place = "the space of study '\(name)' in \(file)"
        let told = baseline == nil ? try? trial?.baseline(place: place).architecture : nil
        let architecture = told ?? baseline.flatMap { try? Architecture(yaml: $0, file: place) }
        let read = try? architecture.map { try SearchSpace(yaml: self.space, file: place, baseline: $0) }
        guard var space = read ?? (try? SearchSpace(yaml: self.space, file: place)) else { return nil }
        space.strategy = strategy
        space.seed = seed
        return space
    }
}
