// A study from its candidates to its log: evaluate, train, record. It prints nothing and decides everything from the log, so that
// the same call continues what was killed, and a whole study runs in memory in a test.

import CompoundSearch
import Descriptions
import Foundation
import Measurements
import Networks
import ResultStore

/// How a study is run, apart from what it is.
package struct StudyOptions: Hashable, Sendable {
    /// The version that is stored with every figure.
    package var toolVersion: String
    /// The part of the candidates that this run evaluates; all of them where candidates are trained.
    package var shard = Shard.whole
    /// Whether what failed before is tried again.
    package var retriesFailed = false
    /// Whether equal failures of the first candidates are recorded as theirs.
    package var acceptsFailures = false
    /// Whether what was set aside is measured and trained anew.
    package var retriesSetAside = false
    /// Whether results of other versions of the tool are taken for this one's.
    package var reusesVersions = false

    /// A run of all candidates.
    package init(toolVersion: String) { self.toolVersion = toolVersion }
}

/// Training as a study needs it: by whom, and under which identity results are known.
package struct StudyTrainer {
    /// Who trains.
    package let trainer: any CandidateTrainer
    /// What accuracies may be compared within.
    package let key: TrainingKey
    /// What a person should know before it trains: what was left out, and what was settled for them.
    package let notes: [String]

    /// Images of an epoch; 1 where a program alone knows them, so that lengths count in epochs.
    package let imagesPerEpoch: Int
    /// Images that accuracies are measured on; 0 where a program alone knows them.
    package let validationImages: Int

    /// A trainer with the identity of what it does.
    package init(
        _ trainer: any CandidateTrainer, key: TrainingKey, notes: [String] = [], imagesPerEpoch: Int = 1,
        validationImages: Int = 0
    ) {
        self.trainer = trainer
        self.imagesPerEpoch = imagesPerEpoch
        self.validationImages = validationImages
        self.key = key
        self.notes = notes
    }
}

/// One run of a study against a store.
package final class Study {
    /// The candidates, and what they were chosen from.
    package let draw: CandidateDraw
    /// Where everything is recorded.
    package let store: TrialStore
    let evaluator: any CandidateEvaluator
    private let trainer: StudyTrainer?
    private let options: StudyOptions
    let observer: any StudyObserver
    private let trials: [Trial]
    private let files: TrainingFiles
    let claims: any JobClaims
    let exchange: any ResultExchange
    /// Why a search that chooses its runs itself has ended; nil for others, before it, and where it was interrupted.
    package private(set) var stopped: StopRule.Ending?

    /// Registers the study; nothing is evaluated yet. `text` is the space as it was written.
    ///
    /// A worker's store is the worker's own. Throws where a shard is asked for and candidates are trained, unless workers share them:
    /// who is promoted depends on all.
    package init(
        _ draw: CandidateDraw, text: String, store: TrialStore, evaluator: any CandidateEvaluator,
        trainer: StudyTrainer?, options: StudyOptions, observer: any StudyObserver,
        worker: SharedWorker? = nil
    ) throws {
        if trainer != nil, options.shard != .whole, worker == nil { throw StudyError.shardOfTraining }
        self.draw = draw
        self.store = store
        self.evaluator = evaluator
        self.trainer = trainer
        self.options = options
        self.observer = worker?.reporting(to: observer) ?? observer
        try draw.register(in: store, text: text, toolVersion: options.toolVersion)
        let aside = options.retriesSetAside ? [] : try store.setAsideHashes(study: draw.study)
        trials = draw.trials.enumerated()
            .filter { trainer != nil || options.shard.contains($0.offset) }.map(\.element)
            .filter { !aside.contains($0.networkHash) }
        files = TrainingFiles(store: store.file, training: trainer?.key.hash ?? "none")
        claims =
            worker?.claims
            ?? (store.file == TrialStore.inMemory ? SoleClaims() : FileClaims(folder: files.claims))
        exchange = worker?.exchange ?? NoExchange()
        if let trainer { try store.register(training: trainer.key, study: draw.study) }
    }

    /// What every latency of this study depends on besides the network.
    package var conditions: Conditions { evaluator.conditions }

    /// The identity of this study's training, or nil where nothing is trained.
    package var training: TrainingKey? { trainer?.key }

    /// Evaluates, trains and records what the store does not know yet.
    package func run(shouldStop: @escaping () -> Bool = { false }) throws -> StudyEnding {
        do {
            let presence = try claims.join(TrainingFiles.presence(ofStudy: draw.study))
            defer { presence.release() }
            if !isAdaptive { try evaluate(trials, shouldStop) }
            if !shouldStop() { try train(shouldStop) }
            if !shouldStop() { try profile() }
            try exchange.publish()
        } catch {
            guard let fault = SurroundingsFault(error) else { throw error }
            return .surroundings(fault.description)
        }
        return shouldStop() ? .interrupted : .finished(try failures())
    }

    private var isAdaptive: Bool { draw.strategy == .adaptive && trainer != nil }

    private func evaluate(_ trials: [Trial], _ shouldStop: @escaping () -> Bool) throws {
        try StudyEvaluation(
            trials: trials, study: draw.study, evaluator: evaluator, store: store, options: options,
            claims: claims, exchange: exchange, observer: observer
        ).run(shouldStop: shouldStop)
    }

    private func train(_ shouldStop: @escaping () -> Bool) throws {
        guard let plan = draw.space.accuracy, let trainer else { return }
        let outcomes = try store.evaluations(study: draw.study, conditions: conditions)
        let contenders = trials.filter { isAdaptive || outcomes[$0.networkHash] == .complete }
        if try store.wasTrainedOnOtherData(trainer.key) {
            observer.observe(
                .note(
                    "note: \(trainer.key.trainer) has other images than before, so what was trained on them is trained anew."
                ))
        }
        if options.reusesVersions {
            let count = try store.reuse(
                of: contenders.map(\.networkHash), study: draw.study, training: trainer.key)
            if count > 0 {
                observer.observe(
                    .note("\(count) rungs of other versions are taken for this one's, as asked."))
            }
        }
        var training = StudyTraining(
            source: isAdaptive
                ? AdaptiveSearch(
                    contenders, of: draw, plan: plan, imagesPerEpoch: Double(trainer.imagesPerEpoch),
                    validationImages: Double(trainer.validationImages))
                : AccuracySearch(contenders, plan: plan),
            study: draw.study, training: trainer.key, trainer: trainer.trainer, store: store,
            machine: conditions.machine, options: options, files: files, claims: claims, exchange: exchange,
            observer: observer)
        if isAdaptive {
            training.evaluate = { trial in
                try self.evaluate([trial], shouldStop)
                return try self.outcome(of: trial)
            }
        }
        let log = try training.run(shouldStop: shouldStop)
        stopped = shouldStop() ? nil : training.source.ending(after: log)
        if let stopped { observer.observe(.stopped(stopped)) }
        for note in log.notes { observer.observe(.note("note: \(note)")) }
    }

    /// How a trial's evaluation ended; what was interrupted is as good as complete, since nothing follows.
    private func outcome(of trial: Trial) throws -> Outcome {
        try store.evaluations(study: draw.study, conditions: conditions)[trial.networkHash] ?? .complete
    }

    /// The trials of this study that failed, however long ago.
    private func failures() throws -> FailureCount {
        let outcomes = try store.evaluations(study: draw.study, conditions: conditions)
        var failures: [(networkHash: String, reason: String)] = trials.compactMap { trial in
            if case .failed(let reason) = outcomes[trial.networkHash] {
                (trial.networkHash, reason)
            } else {
                nil
            }
        }
        if let trainer {
            let rungs = try store.rungs(
                of: trials.map(\.networkHash), study: draw.study, training: trainer.key)
            let complete = Set(
                rungs.filter { $0.result != nil }.map {
                    "\($0.networkHash) \($0.rung.seed) \($0.rung.epochs)"
                })
            failures += rungs.compactMap { rung in
                if case .rejected = outcomes[rung.networkHash] { return nil }
                guard case .failed(let reason, _) = rung.outcome,
                    !complete.contains("\(rung.networkHash) \(rung.rung.seed) \(rung.rung.epochs)")
                else { return nil }
                return (rung.networkHash, reason)
            }
        }
        return FailureCount(failures, candidates: trials.count)
    }
}

extension AdaptiveSearch {
    /// The search of a study that was drawn so.
    init(
        _ trials: [Trial], of draw: CandidateDraw, plan: AccuracyPlan, imagesPerEpoch: Double,
        validationImages: Double
    ) {
        self.init(
            trials, plan: plan, rule: draw.space.until, baseline: draw.baseline,
            imagesPerEpoch: imagesPerEpoch, validationImages: validationImages,
            measuringSeconds: draw.space.measure.latency == .measured ? draw.space.measure.secondsCap : 0,
            options: ScalingFit.Options(draw.space, baseline: draw.baseline, band: draw.latency?.band),
            costRatios: draw.latency?.costRatios ?? [:])
    }
}

/// What a study cannot do.
package enum StudyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A shard of a study that trains.
    case shardOfTraining
    /// A trial whose stored text describes another network than the recorded one.
    case changedDescription(trial: Int, recorded: String, described: String)

    /// The sentence.
    package var description: String {
        switch self {
        case .shardOfTraining:
            "--shard would promote candidates of each part on its own, and find other finalists than the whole search; leave it out. "
                + "The same command in several terminals on one store divides the training."
        case .changedDescription(let trial, let recorded, let described):
            "trial:\(trial) was recorded as network \(recorded), and its description gives \(described), so the store was "
                + "damaged or changed by another program; give a copy from before that, or search again with another --store."
        }
    }
}
