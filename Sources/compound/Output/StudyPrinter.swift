// A running study on the terminal: notes that stay, and one line of progress.

import CompoundSearch
import Foundation
import Measurements
import Rendering
import Studies

/// Prints what a study tells, to standard error.
final class StudyPrinter: StudyObserver {
    private let secondsCap: Double
    private let plan: AccuracyPlan?
    private var evaluation = SearchProgress(total: 0)
    private var training = TrainingProgress(open: (0, 0))
    private var stage = ""
    /// Whether the search chooses its runs itself, and times each network before its training.
    private let isChoosing: Bool
    /// Whether it was said how.
    private var isAnnounced = false
    /// Whether blocks are being timed.
    private var isTimingBlocks = false

    /// A printer for a space's study.
    init(_ space: SearchSpace) {
        secondsCap = space.measure.secondsCap
        plan = space.accuracy
        isChoosing = space.strategy == .adaptive
    }

    func observe(_ event: StudyEvent) {
        switch event {
        case .note(let text): Output.note(text)
        case .waits(let holder): Output.note("waiting for \(holder), which works on the same")
        case .evaluationBegan(let open, let known, let conditions):
            if isChoosing { return announceOnce(open, conditions) }
            if known > 0 { Output.note("\(known) of \(known + open) trials were finished before.") }
            if open > 0 { Output.note(announcement(open, conditions)) }
            evaluation = SearchProgress(total: open)
        case .timingBlocks(let networks):
            Output.note("timing the blocks of \(networks) networks")
            evaluation = SearchProgress(total: networks)
            isTimingBlocks = true
        case .timedBlocks: evaluation.finished(value: nil, label: "")
        case .evaluated(let trial, let evaluation): evaluated(trial, evaluation)
        case .evaluationEnded:
            if !isChoosing || isTimingBlocks { evaluation.end() }
            isTimingBlocks = false
        case .trainingWasFinished: Output.note("all training was finished before.")
        case .trainingBegan(let search, let finished, let open):
            Output.note(announcement(search, finished, open.jobs))
            training = TrainingProgress(open: open)
        case .began(let job, let search):
            if stage != name(of: job, search) {
                stage = name(of: job, search)
                training.note(stage)
            }
            training.begin(job)
        case .progressed(_, let progress): training.report(progress)
        case .finished(let job, let finished, let open): training.finished(job, finished, open: open)
        case .ruledOut(let job, let reason, let open): training.ruledOut(job, because: reason, open: open)
        case .learnt(let fit): training.note(fit.progress)
        case .stopped(let ending): Output.note("the search ended since \(ending.text)")
        case .trainingEnded: training.end()
        case .timingLayers(let trial): Output.note("timing the layers of trial:\(trial)")
        }
    }

    /// An adaptive search measures each network before it is trained.
    private func announceOnce(_ open: Int, _ conditions: Conditions) {
        if open == 0 || isAnnounced { return }
        isAnnounced = true
        if conditions.origin != .none {
            training.note("each is timed before its training: \(text(conditions))")
        }
    }

    private func evaluated(_ trial: Trial, _ evaluation: Evaluation) {
        if isChoosing { return }
        let latency = evaluation.latency.map { "\($0.median.digits(2)) ms, " } ?? ""
        self.evaluation.finished(
            value: evaluation.outcome == .complete ? evaluation.latency?.ratio : nil,
            label: latency + trial.candidate.coefficients.label)
    }

    private func announcement(_ count: Int, _ conditions: Conditions) -> String {
        let trials = "\(count) trial\(count == 1 ? "" : "s")"
        guard conditions.origin != .none else { return "logging \(trials) without measuring" }
        let verb = conditions.origin == .predicted ? "predicting" : "measuring"
        return "\(verb) \(trials): \(text(conditions))"
    }

    private func text(_ conditions: Conditions) -> String {
        "\(conditions.instructionSet), \(conditions.threads) "
            + "thread\(conditions.threads == 1 ? "" : "s"), batch \(conditions.batch), at most "
            + "\(secondsCap.coefficient) s each, anchor \(conditions.anchor)"
    }

    private func announcement(_ search: any JobSource, _ finished: Int, _ open: Int) -> String {
        let who =
            switch plan?.trainer {
            case .data(let name, _): " on \(name)"
            case .command(let words): " with \(words.joined(separator: " "))"
            case nil: ""
            }
        if let adaptive = search as? AdaptiveSearch {
            return
                "choosing among \(search.trials.count) networks\(who), \(adaptive.rungEpochs.last ?? 0) epochs each, until "
                + adaptive.rule.text + (finished > 0 ? "; \(finished) runs finished before" : "")
        }
        var text = "training \(search.trials.count) candidates\(who): "
        text += search.rungEpochs.map(String.init).joined(separator: " → ")
        text +=
            " epoch\(search.rungEpochs == [1] ? "" : "s"), at most \(open) rung\(open == 1 ? "" : "s") to train"
        if finished > 0 { text += ", \(finished) finished before" }
        return text
    }

    private func name(of job: TrainingJob, _ search: any JobSource) -> String {
        if isChoosing { return "" }
        let rungs = search.rungEpochs
        let count = rungs.count > 1 ? "rung \(job.rung.index + 1) of \(rungs.count)" : "training"
        let seeds = plan?.seeds ?? 1
        let seed = seeds > 1 ? ", seed \(job.rung.seed) of \(seeds)" : ""
        return "\(count): to \(job.rung.epochs) epoch\(job.rung.epochs == 1 ? "" : "s")\(seed)"
    }
}
