// The second half of a search: measure, train and log what is not finished, then rank the trials.

import CandidateBenchmark
import CompoundSearch
import ConvolutionKernels
import Descriptions
import ExternalTraining
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
    private let trainer: (any CandidateTrainer)?
    private let retriesFailed: Bool
    private(set) var wasInterrupted = false

    /// Opens the store, registers the study and readies the benchmark; nothing is measured yet.
    init(
        draw: CandidateDraw, file: String, shard: Shard, store path: String, instructionSet: InstructionSet,
        trainer: (any CandidateTrainer)?, retriesFailed: Bool
    ) throws {
        self.draw = draw
        self.trainer = trainer
        self.retriesFailed = retriesFailed
        trials = draw.trials.enumerated().filter { shard.contains($0.offset) }.map(\.element)
        let plan = draw.space.measure
        store = try TrialStore(path: path, access: .readWrite)
        if plan.latency == .none {
            benchmark = nil
            conditions = Conditions(
                machine: .current, instructionSet: "none", threads: plan.threads, batch: plan.batch,
                build: buildKind, toolVersion: toolVersion, anchor: "none", origin: .none)
        } else {
            let benchmark = try LatencyBenchmark(
                instructionSet: instructionSet, threads: plan.threads, batch: plan.batch,
                secondsCap: plan.secondsCap)
            self.benchmark = benchmark
            conditions = benchmark.conditions(
                build: buildKind, toolVersion: toolVersion, origin: plan.latency)
        }
        try store.register(
            draw.space, strategy: draw.strategy, seed: draw.seed,
            text: try String(contentsOfFile: file, encoding: .utf8), toolVersion: toolVersion)
        // An objective that no column has is better refused now than after hours of measuring.
        _ = try summary()
    }

    /// Evaluates, trains and records what the store does not hold yet.
    func run() throws {
        let program = trainer as? ExternalTrainer
        let interrupt = InterruptSignal(
            announce: {
                Output.note("\nstopping after the running trial; Ctrl-C again stops at once.")
            }, end: { program?.end() })
        try measure(unless: { interrupt.isRequested })
        if let plan = draw.space.accuracy, let trainer, !interrupt.isRequested {
            let complete = try store.finished(study: draw.study, conditions: conditions, onlyComplete: true)
            let session = AccuracySession(
                trials: trials.filter { complete.contains($0.networkHash) }, study: draw.study, plan: plan,
                trainer: trainer, store: store, machine: conditions.machine, retriesFailed: retriesFailed)
            try session.run(shouldStop: { interrupt.isRequested })
        }
        wasInterrupted = interrupt.isRequested
    }

    /// Measures the trials that are not measured yet.
    private func measure(unless stop: @escaping () -> Bool) throws {
        let finished = try store.finished(study: draw.study, conditions: conditions)
        let open = trials.filter { !finished.contains($0.networkHash) }
        if open.count < trials.count {
            Output.note("\(trials.count - open.count) of \(trials.count) trials were finished before.")
        }
        if !open.isEmpty { Output.note(plan(for: open.count)) }
        let evaluate = try evaluation(of: open, unless: stop)
        var progress = SearchProgress(total: open.count)
        try SearchLoop(open).run(
            finished: [], shouldStop: stop, evaluate: evaluate,
            record: { trial, evaluation in
                try store.record(
                    trial, evaluation, conditions: conditions,
                    description: trial.candidate.network.architecture.yaml)
                progress.finished(
                    value: evaluation.outcome == .complete ? evaluation.latency?.ratio : nil,
                    label: progressLabel(trial, evaluation))
            })
        progress.end()
    }

    /// The trials of this study under these conditions, best first.
    func summary() throws -> SearchSummary {
        try SearchSummary(store: store, draw: draw, conditions: conditions)
    }

    /// How trials are evaluated; for predictions, after measuring the blocks that are not known yet.
    private func evaluation(
        of open: [Trial], unless stop: @escaping () -> Bool
    ) throws -> (Trial) throws -> Evaluation {
        guard let benchmark else { return { _ in Evaluation(outcome: .complete) } }
        guard conditions.origin == .predicted else {
            return { [self] trial in
                let measurement = try benchmark.measure(trial.candidate.network)
                return judged(measurement.latency, memory: measurement.plannedMemoryBytes)
            }
        }
        let times = try blockTimes(of: open.map(\.candidate.network), benchmark, unless: stop)
        let anchor = benchmark.anchorMilliseconds()
        return { [self] trial in
            guard let ratio = times.latencyRatio(of: trial.candidate.network) else {
                throw CancellationError()
            }
            return judged(Latency(predicted: ratio, anchor: anchor), memory: nil)
        }
    }

    /// The store's table of block times, completed for these networks.
    private func blockTimes(
        of networks: [Network], _ benchmark: LatencyBenchmark, unless stop: () -> Bool
    ) throws -> BlockTimes {
        var times = BlockTimes(try store.blockTimes(conditions))
        let measured = times.networksToMeasure(of: networks)
        if measured.isEmpty { return times }
        Output.note("timing the blocks of \(measured.count) networks")
        var progress = SearchProgress(total: measured.count)
        for network in measured where !stop() {
            let more = try benchmark.blockTimes(of: network)
            try store.record(blockTimes: more, conditions: conditions)
            times.add(more)
            progress.finished(value: nil, label: "")
        }
        progress.end()
        return times
    }

    /// A complete evaluation, unless the latency exceeds the budget's bound.
    private func judged(_ latency: Latency, memory: Int?) -> Evaluation {
        var evaluation = Evaluation(outcome: .complete, latency: latency, plannedMemoryBytes: memory)
        if let bound = draw.space.budget.latencyMilliseconds, latency.median > bound {
            evaluation.outcome = .rejected(
                "\(latency.median.digits(2)) ms exceeds the bound of \(bound.coefficient) ms")
        }
        return evaluation
    }

    private func plan(for count: Int) -> String {
        guard benchmark != nil else { return "logging \(count) trials without measuring" }
        let verb = conditions.origin == .predicted ? "predicting" : "measuring"
        return "\(verb) \(count) trials: \(conditions.instructionSet), \(conditions.threads) "
            + "thread\(conditions.threads == 1 ? "" : "s"), batch \(conditions.batch), at most "
            + "\(draw.space.measure.secondsCap.coefficient) s each, anchor \(conditions.anchor)"
    }

    private func progressLabel(_ trial: Trial, _ evaluation: Evaluation) -> String {
        let latency = evaluation.latency.map { "\($0.median.digits(2)) ms, " } ?? ""
        return latency + trial.candidate.coefficients.label
    }
}
