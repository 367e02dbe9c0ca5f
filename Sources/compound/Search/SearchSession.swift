// The second half of a search: measure and log the trials that are not finished, then rank them.

import CandidateBenchmark
import CompoundSearch
import ConvolutionKernels
import Descriptions
import Foundation
import Networks
import ResultStore

/// One run of a search against a store.
final class SearchSession {
    private let draw: CandidateDraw
    private let trials: [Trial]
    private let store: TrialStore
    private let benchmark: LatencyBenchmark?
    private let conditions: Conditions
    private(set) var wasInterrupted = false

    /// Opens the store, registers the study and readies the benchmark; nothing is measured yet.
    init(
        draw: CandidateDraw, file: String, shard: Shard, store path: String, instructionSet: InstructionSet
    ) throws {
        self.draw = draw
        trials = draw.trials.filter { shard.contains($0.candidate.ordinal) }
        let plan = draw.space.measure
        store = try TrialStore(path: path, access: .readWrite)
        if plan.latency {
            let benchmark = try LatencyBenchmark(
                instructionSet: instructionSet, threads: plan.threads, batch: plan.batch,
                secondsCap: plan.secondsCap)
            self.benchmark = benchmark
            conditions = benchmark.conditions(build: buildKind, toolVersion: toolVersion)
        } else {
            benchmark = nil
            conditions = Conditions(
                machine: .current, instructionSet: "none", threads: plan.threads, batch: plan.batch,
                build: buildKind, toolVersion: toolVersion, anchor: "none")
        }
        try store.register(
            draw.space, strategy: draw.strategy, seed: draw.seed,
            text: try String(contentsOfFile: file, encoding: .utf8), toolVersion: toolVersion)
        // An objective that no column has is better refused now than after hours of measuring.
        _ = try summary()
    }

    /// Evaluates and records every trial that the store does not hold yet.
    func run() throws {
        let finished = try store.finished(study: draw.study, conditions: conditions)
        let open = trials.filter { !finished.contains($0.networkHash) }
        if open.count < trials.count {
            Output.note("\(trials.count - open.count) of \(trials.count) trials were finished before.")
        }
        if !open.isEmpty { Output.note(plan(for: open.count)) }
        let interrupt = InterruptSignal {
            Output.note("\nstopping after the running trial; Ctrl-C again stops at once.")
        }
        var progress = SearchProgress(total: open.count)
        try SearchLoop(open).run(
            finished: [], shouldStop: { interrupt.isRequested }, evaluate: evaluate,
            record: { trial, evaluation in
                try store.record(
                    trial, evaluation, conditions: conditions,
                    description: trial.candidate.network.architecture.yaml)
                progress.finished(
                    value: evaluation.outcome == .complete ? evaluation.latency?.ratio : nil,
                    label: progressLabel(trial, evaluation))
            })
        progress.end()
        wasInterrupted = interrupt.isRequested
    }

    /// The trials of this study under these conditions, best first.
    func summary() throws -> SearchSummary {
        try SearchSummary(store: store, draw: draw, conditions: conditions)
    }

    private func evaluate(_ trial: Trial) throws -> Evaluation {
        guard let benchmark else { return Evaluation(outcome: .complete) }
        let measurement = try benchmark.measure(trial.candidate.network)
        var evaluation = Evaluation(
            outcome: .complete, latency: measurement.latency,
            plannedMemoryBytes: measurement.plannedMemoryBytes)
        if let bound = draw.space.budget.latencyMilliseconds, measurement.latency.median > bound {
            evaluation.outcome = .rejected(
                "\(measurement.latency.median.digits(2)) ms exceeds the bound of \(bound.coefficient) ms")
        }
        return evaluation
    }

    private func plan(for count: Int) -> String {
        guard benchmark != nil else { return "logging \(count) trials without measuring" }
        return "measuring \(count) trials: \(conditions.instructionSet), \(conditions.threads) "
            + "thread\(conditions.threads == 1 ? "" : "s"), batch \(conditions.batch), at most "
            + "\(draw.space.measure.secondsCap.coefficient) s each, anchor \(conditions.anchor)"
    }

    private func progressLabel(_ trial: Trial, _ evaluation: Evaluation) -> String {
        let latency = evaluation.latency.map { "\($0.median.digits(2)) ms, " } ?? ""
        return latency + trial.candidate.coefficients.label
    }
}
