// Training within a study: the log is read, what is open is claimed and trained, each rung is recorded when it is over.
// What comes next is a function of the log alone, so any number of processes may do this at once.

import Basics
import CompoundSearch
import Foundation
import Measurements
import Networks
import ResultStore

/// The training of one run of a study.
struct StudyTraining {
    let source: any JobSource
    let study: String
    let training: TrainingKey
    let trainer: any CandidateTrainer
    let store: TrialStore
    let machine: Machine
    let options: StudyOptions
    let files: TrainingFiles
    let claims: any JobClaims
    let exchange: any ResultExchange
    let observer: any StudyObserver
    /// Evaluates a trial that was not yet, and says how that ended; only what is complete is trained.
    var evaluate: (Trial) throws -> Outcome = { _ in .complete }

    /// Trains until nothing is open or somebody asks to stop; throws `SurroundingsFault` where going on has no use.
    ///
    /// Gives the log as it stands then.
    func run(shouldStop: @escaping () -> Bool) throws -> [FinishedRung] {
        let search = source
        var log = Log(try recorded())
        if options.retriesFailed { log.forgiven = Set(log.recorded.filter { $0.result == nil }) }
        for finished in log.all where finished.result != nil { removeCheckpoint(finished) }
        let open = search.remaining(after: log.all)
        if open.jobs == 0 {
            if !log.all.isEmpty { observer.observe(.trainingWasFinished(rungs: log.all.count)) }
            removeUnfinishedWeights(log.all)
            return log.all
        }
        observer.observe(.trainingBegan(search, finished: log.all.count, open: open))
        defer { observer.observe(.trainingEnded) }
        var watch = FailureWatch<(TrainingJob, FinishedRung)>(
            candidates: source.trials.count, succeededBefore: log.all.contains { $0.result != nil },
            accepting: options.acceptsFailures)
        var announced: String?
        while !shouldStop() {
            let jobs = divided(search.open(after: log.all))
            if jobs.isEmpty { break }
            var holder: String?
            var finished: (job: TrainingJob, rung: FinishedRung, evaluated: Outcome)?
            for job in jobs {
                let claim: any JobClaim
                switch try claims.claim(files.claim(job.trial.networkHash, job.rung)) {
                case .taken(let other):
                    holder = holder ?? other
                    continue
                case .granted(let granted): claim = granted
                }
                defer { claim.release() }
                // Another process may have finished the job since the log was read.
                log.recorded = try recorded()
                guard let current = search.open(after: log.all).first(where: { $0.isSame(as: job) }) else {
                    break
                }
                let evaluated = try evaluate(current.trial)
                if shouldStop() { return log.all }
                try files.prepareFolder(job.trial.networkHash)
                try exchange.record(job: files.claim(job.trial.networkHash, job.rung), chosenAfter: log.all)
                observer.observe(.began(current, search))
                guard let rung = try trained(current, unless: evaluated.reason, shouldStop: shouldStop) else {
                    return log.all
                }
                // Who was taken for dead leaves the result to whoever took over.
                guard claim.isHeld else { break }
                finished = (current, rung, evaluated)
                if case .rejected = evaluated {
                    // What the budget rules out is nobody's fault, however many it rules out alike.
                    try record(current, rung)
                    log.recorded.append(rung)
                } else {
                    try settle(current, rung, &watch, &log)
                }
                break
            }
            if let finished {
                announced = nil
                let open = search.remaining(after: log.all)
                if case .rejected(let reason) = finished.evaluated {
                    observer.observe(.ruledOut(finished.job, reason, open: open))
                } else {
                    observer.observe(.finished(finished.job, finished.rung, open: open))
                }
                if let fit = search.learnt(from: log.all) { observer.observe(.learnt(fit)) }
            } else if let holder {
                if announced != holder { observer.observe(.waits(for: holder)) }
                announced = holder
                Thread.sleep(forTimeInterval: exchange.pause)
                log.recorded = try recorded()
            }
        }
        for (job, rung) in watch.ended() where search.open(after: log.all).isEmpty {
            try record(job, rung)
        }
        if search.open(after: log.all).isEmpty { removeUnfinishedWeights(log.all) }
        return log.all
    }

    /// The log as the store has it, the weights of this store's own folders only.
    private func recorded() throws -> [FinishedRung] {
        try exchange.pull()
        let hashes = source.trials.map(\.networkHash)
        return try store.rungs(of: hashes, study: study, training: training).map { finished in
            finished.replacingWeights { $0.flatMap(files.existing) }
        }
    }

    /// Trains one rung; nil where it was interrupted. What is thrown becomes the reason of a failure, unless the surroundings
    /// are at fault.
    private func trained(
        _ job: TrainingJob, unless reason: String?, shouldStop: @escaping () -> Bool
    ) throws -> FinishedRung? {
        if let reason {
            return FinishedRung(
                networkHash: job.trial.networkHash, rung: job.rung, outcome: .failed(reason, seconds: 0))
        }
        let start = ContinuousClock.now
        let (hash, rung) = (job.trial.networkHash, job.rung)
        let outcome: FinishedRung.Outcome
        do {
            let result = try trainer.train(
                job,
                TrainingSurroundings(
                    weightsFile: files.weights(hash, rung), checkpointFile: files.checkpoint(hash, rung),
                    shouldStop: shouldStop, report: { observer.observe(.progressed(job, $0)) }))
            guard 0...1 ~= result.accuracy else {
                throw UnusableAccuracy(accuracy: result.accuracy)
            }
            outcome = .complete(result)
        } catch is TrainingInterrupted {
            return nil
        } catch {
            if let fault = SurroundingsFault(error) { throw fault }
            outcome = .failed("\(error)", seconds: (ContinuousClock.now - start).inSeconds)
        }
        return FinishedRung(networkHash: hash, rung: rung, outcome: outcome)
    }

    /// Records a rung, or holds a failure back while all have failed alike.
    private func settle(
        _ job: TrainingJob, _ rung: FinishedRung,
        _ watch: inout FailureWatch<(TrainingJob, FinishedRung)>, _ log: inout Log
    ) throws {
        guard case .failed(let reason, _) = rung.outcome else {
            for (job, failed) in watch.succeeded() { try record(job, failed) }
            try record(job, rung)
            log.recorded.append(rung)
            return
        }
        switch watch.failed((job, rung), candidate: rung.networkHash, reason: reason) {
        case .wait: log.held.append(rung)
        case .record(let failures):
            for (job, failed) in failures { try record(job, failed) }
            log.held = []
            log.recorded += failures.map(\.1)
        case .surroundings(let reason, let candidates):
            throw SurroundingsFault(
                (candidates == 1
                    ? "the first candidate failed: "
                    : "the first \(candidates) candidates failed for the same reason: ")
                    + reason)
        }
    }

    private func record(_ job: TrainingJob, _ finished: FinishedRung) throws {
        try store.record(
            finished.replacingWeights { $0.map(files.relative) }, study: study, training: training,
            machine: machine, toolVersion: options.toolVersion)
        try exchange.publish()
        removeCheckpoint(finished)
    }

    /// The jobs from another one on for each shard, so that workers need not all try the first; what a search prefers stays first.
    private func divided(_ jobs: [TrainingJob]) -> [TrainingJob] {
        let first = jobs.count * (options.shard.index - 1) / options.shard.of
        return Array(jobs[first...] + jobs[..<first])
    }

    /// A rung that is recorded is never continued; a kill may have come between the two.
    private func removeCheckpoint(_ finished: FinishedRung) {
        files.remove(files.checkpoint(finished.networkHash, finished.rung))
    }

    /// Once nothing can be promoted any more, only the weights at the end of training are of use.
    private func removeUnfinishedWeights(_ log: [FinishedRung]) {
        for finished in log where !finished.rung.isFinal {
            if let path = finished.result?.weightsFile { files.remove(path) }
        }
    }
}

/// Finished rungs from where a run stands.
private struct Log {
    /// What the store has.
    var recorded: [FinishedRung]
    /// Failures of this run that are held back.
    var held: [FinishedRung] = []
    /// Failures of earlier runs that are to be tried again.
    var forgiven: Set<FinishedRung> = []

    init(_ recorded: [FinishedRung]) { self.recorded = recorded }

    var all: [FinishedRung] { recorded.filter { !forgiven.contains($0) } + held }
}

extension TrainingJob {
    /// Whether this is the same rung of the same network, wherever it continues from.
    fileprivate func isSame(as other: TrainingJob) -> Bool {
        trial.networkHash == other.trial.networkHash && rung.seed == other.rung.seed
            && rung.epochs == other.rung.epochs
    }
}

extension FinishedRung {
    /// The rung with its weights elsewhere.
    fileprivate func replacingWeights(_ weights: (String?) -> String?) -> FinishedRung {
        guard var result else { return self }
        result.weightsFile = weights(result.weightsFile)
        return FinishedRung(networkHash: networkHash, rung: rung, outcome: .complete(result))
    }
}

/// A trainer answered with what is no accuracy.
struct UnusableAccuracy: Error, CustomStringConvertible {
    let accuracy: Double

    var description: String { "the accuracy is \(accuracy), which is no share from 0 to 1" }
}
