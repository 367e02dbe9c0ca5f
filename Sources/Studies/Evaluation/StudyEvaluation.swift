// The first half of a study's run: every trial whose network is not known under these conditions is evaluated and recorded.

import CompoundSearch
import Descriptions
import Foundation
import Measurements
import Networks
import ResultStore

/// The evaluation of a study's trials.
struct StudyEvaluation {
    let trials: [Trial]
    let study: String
    let evaluator: any CandidateEvaluator
    let store: TrialStore
    let options: StudyOptions
    let claims: any JobClaims
    let exchange: any ResultExchange
    let observer: any StudyObserver

    /// Evaluates until nothing is open or somebody asks to stop; throws `SurroundingsFault` where going on has no use.
    ///
    /// A trial is recorded in one call, after its evaluation, so a run that is killed loses at most the trial that was
    /// running. Latencies are measured by one process at a time, since two would disturb each other.
    func run(shouldStop: @escaping () -> Bool) throws {
        guard !(try open().isEmpty) else {
            return observer.observe(
                .evaluationBegan(open: 0, known: trials.count, conditions: evaluator.conditions))
        }
        guard let claim = try wait(shouldStop: shouldStop) else { return }
        defer { claim.release() }
        let open = try open()
        // Others wait for this claim, and see all of it then.
        defer { try? exchange.publish() }
        observer.observe(
            .evaluationBegan(
                open: open.count, known: trials.count - open.count, conditions: evaluator.conditions))
        defer { observer.observe(.evaluationEnded) }
        var watch = FailureWatch<(Trial, Evaluation)>(
            candidates: open.count, succeededBefore: open.count < trials.count,
            accepting: options.acceptsFailures)
        do {
            try evaluator.prepare(
                open.map(\.candidate.network), store: store, observer: observer, shouldStop: shouldStop)
        } catch {
            throw SurroundingsFault(error) ?? SurroundingsFault("\(error)")
        }
        for trial in open {
            if shouldStop() { return }
            guard let evaluation = try evaluated(trial) else { return }
            if case .failed(let reason) = evaluation.outcome {
                switch watch.failed((trial, evaluation), candidate: trial.networkHash, reason: reason) {
                case .wait: continue
                case .record(let failures): for (trial, failed) in failures { try record(trial, failed) }
                case .surroundings(let reason, let candidates):
                    throw SurroundingsFault(
                        "the first \(candidates) networks could not be measured, for the same reason: \(reason)"
                    )
                }
            } else {
                for (trial, failed) in watch.succeeded() { try record(trial, failed) }
                try record(trial, evaluation)
            }
        }
        for (trial, failed) in watch.ended() { try record(trial, failed) }
    }

    /// Trials that are not known yet; what another study knows of their networks is added to this one.
    private func open() throws -> [Trial] {
        try exchange.pull()
        let known = try store.evaluations(study: study, conditions: evaluator.conditions)
        func isKnown(_ trial: Trial) -> Bool {
            guard let outcome = known[trial.networkHash] else { return false }
            if options.retriesFailed, case .failed = outcome { return false }
            return true
        }
        try store.record(
            known: trials.filter(isKnown).map(described), conditions: evaluator.conditions)
        return trials.filter { !isKnown($0) }
    }

    private func described(_ trial: Trial) -> DescribedTrial {
        let network = trial.candidate.network
        return DescribedTrial(
            trial, description: network.architecture.yaml, dimensions: network.dimensions.json)
    }

    private func evaluated(_ trial: Trial) throws -> Evaluation? {
        do {
            return try evaluator.evaluate(trial)
        } catch is TrainingInterrupted {
            return nil
        } catch {
            if let fault = SurroundingsFault(error) { throw fault }
            return Evaluation(outcome: .failed("\(error)"))
        }
    }

    private func record(_ trial: Trial, _ evaluation: Evaluation) throws {
        let described = described(trial)
        try store.record(
            trial, evaluation, conditions: evaluator.conditions, description: described.description,
            dimensions: described.dimensions)
        // A measurement takes seconds, which nobody should spend again.
        if evaluator.conditions.origin == .measured { try exchange.publish() }
        observer.observe(.evaluated(trial, evaluation))
    }

    /// Waits until no other process measures for this store; nil where somebody asked to stop.
    private func wait(shouldStop: () -> Bool) throws -> (any JobClaim)? {
        var isAnnounced = false
        while !shouldStop() {
            switch try claims.claim("measuring") {
            case .granted(let claim): return claim
            case .taken(let holder):
                if !isAnnounced { observer.observe(.waits(for: holder)) }
                isAnnounced = true
                Thread.sleep(forTimeInterval: exchange.pause)
            }
        }
        return nil
    }
}
