// One line on a terminal while candidates are trained: rungs done, the best so far, the running epoch, time left.

import CompoundSearch
import Foundation
import Rendering

/// Draws the progress of training; a pipe gets only the notes.
struct TrainingProgress {
    private let isTerminal: Bool
    private let now: () -> Double
    private let write: (String) -> Void
    private let start: Double
    private var done = 0
    private var doneWork = 0.0
    private var open: (jobs: Int, work: Double)
    private var best: (accuracy: Double, label: String)?
    private var running = ""

    /// Progress from here; `isTerminal`, clock and output are handed in by tests.
    init(
        open: (jobs: Int, work: Double), isTerminal: Bool = isatty(2) == 1,
        now: @escaping () -> Double = { Date().timeIntervalSinceReferenceDate },
        write: @escaping (String) -> Void = { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) }
    ) {
        self.open = open
        self.isTerminal = isTerminal
        self.now = now
        self.write = write
        start = now()
    }

    /// A line that stays.
    func note(_ text: String) { write((isTerminal ? "\r\u{1b}[2K" : "") + text + "\n") }

    /// A job begins.
    mutating func begin(_ job: TrainingJob) {
        running = job.trial.candidate.coefficients.label
        draw()
    }

    /// The running job has come so far.
    mutating func report(_ progress: TrainingSurroundings.Progress) {
        var parts = ["epoch \(progress.epochs.digits(1))"]
        if let loss = progress.loss { parts.append("loss \(loss.digits(3))") }
        if let rate = progress.imagesPerSecond { parts.append("\(Int(rate).grouped) images/s") }
        running = parts.joined(separator: ", ")
        draw()
    }

    /// A job is over; `open` is what is left after it.
    mutating func finished(
        _ job: TrainingJob, _ finished: FinishedRung, open: (jobs: Int, work: Double)
    ) {
        done += 1
        doneWork += job.work
        self.open = open
        let label = job.trial.candidate.coefficients.label
        switch finished.outcome {
        case .complete(let result):
            if result.accuracy > best?.accuracy ?? -1 { best = (result.accuracy, label) }
        case .failed(let reason, _): note("failed: \(label), seed \(job.rung.seed): \(reason)")
        }
        running = ""
        draw()
    }

    /// A job is not done, since its network is outside the budget; `open` is what is left without it.
    mutating func ruledOut(_ job: TrainingJob, because reason: String, open: (jobs: Int, work: Double)) {
        self.open = open
        running = ""
        note("outside the budget: \(job.trial.candidate.coefficients.label): \(reason)")
        draw()
    }

    /// Ends the line.
    func end() { if isTerminal { write("\n") } }

    /// The line as it stands.
    var line: String {
        var parts = ["[\(done)/\(done + open.jobs)]"]
        if let best { parts.append("best \((100 * best.accuracy).digits(2)) % \(best.label)") }
        if !running.isEmpty { parts.append(running) }
        if open.jobs == 0 {
            parts.append("done")
        } else if doneWork > 0 {
            parts.append("\(SearchProgress.clock((now() - start) / doneWork * open.work)) left")
        }
        return parts.joined(separator: "  ")
    }

    private func draw() { if isTerminal { write("\r\u{1b}[2K" + line) } }
}
