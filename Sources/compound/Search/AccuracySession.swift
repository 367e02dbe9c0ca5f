// Training within a search: the log is read, what is open is trained, each rung is recorded when it is over.

import CompoundSearch
import Foundation
import Networks
import ResultStore

/// The training of one run of a search.
struct AccuracySession {
    let trials: [Trial]
    let study: String
    let plan: AccuracyPlan
    let trainer: any CandidateTrainer
    let store: TrialStore
    let machine: Machine
    let retriesFailed: Bool

    private var files: TrainingFiles {
        TrainingFiles(store: store.file, study: study, training: plan.identifier)
    }

    /// Trains until nothing is open or somebody asks to stop.
    func run(shouldStop: @escaping () -> Bool) throws {
        let files = files
        var log = try store.rungs(study: study, plan: plan).compactMap { resolved($0, files) }
        for finished in log where finished.result != nil { removeCheckpoint(finished, files) }
        if retriesFailed { log.removeAll { $0.result == nil } }
        let search = AccuracySearch(trials, plan: plan)
        let open = search.remaining(after: log)
        if open.jobs == 0 {
            if !log.isEmpty { Output.note("all training was finished before.") }
            return removeUnfinishedWeights(log, files)
        }
        Output.note(announcement(of: search, open: open.jobs, finished: log.count))
        for trial in trials { try files.makeFolder(for: trial) }
        var progress = TrainingProgress(open: open)
        var stage = ""
        try search.run(
            after: log, shouldStop: shouldStop,
            train: { job in
                if stage != name(of: job, search) {
                    stage = name(of: job, search)
                    progress.note(stage)
                }
                progress.begin(job)
                return try outcome(of: job, files, shouldStop: shouldStop) { progress.report($0) }
            },
            record: { job, finished in
                try store.record(
                    stored(finished, files), study: study, plan: plan, machine: machine,
                    toolVersion: toolVersion)
                removeCheckpoint(finished, files)
                log.append(finished)
                progress.finished(job, finished, open: search.remaining(after: log))
            })
        progress.end()
        if search.next(after: log) == nil { removeUnfinishedWeights(log, files) }
    }

    /// Trains one rung; what is thrown becomes the reason of a failure.
    private func outcome(
        of job: TrainingJob, _ files: TrainingFiles, shouldStop: @escaping () -> Bool,
        report: @escaping (TrainingSurroundings.Progress) -> Void
    ) throws -> FinishedRung.Outcome {
        let start = Date()
        do {
            let result = try trainer.train(
                job,
                TrainingSurroundings(
                    weightsFile: files.weights(job.trial, job.rung),
                    checkpointFile: files.checkpoint(job.trial.networkHash, job.rung), shouldStop: shouldStop,
                    report: report))
            guard 0...1 ~= result.accuracy else {
                return .failed(
                    "the accuracy is \(result.accuracy), which is no share from 0 to 1",
                    seconds: result.seconds)
            }
            return .complete(result)
        } catch let interruption as TrainingInterrupted {
            throw interruption
        } catch {
            return .failed("\(error)", seconds: Date().timeIntervalSince(start))
        }
    }

    /// A logged rung with its weights as a file that exists, or without.
    private func resolved(_ finished: FinishedRung, _ files: TrainingFiles) -> FinishedRung {
        replacing(finished) { $0.flatMap(files.existing) }
    }

    /// A rung as it is stored: its weights by a path from the store.
    private func stored(_ finished: FinishedRung, _ files: TrainingFiles) -> FinishedRung {
        replacing(finished) { $0.map(files.relative) }
    }

    private func replacing(
        _ finished: FinishedRung, weights: (String?) -> String?
    ) -> FinishedRung {
        guard var result = finished.result else { return finished }
        result.weightsFile = weights(result.weightsFile)
        return FinishedRung(
            networkHash: finished.networkHash, rung: finished.rung, outcome: .complete(result))
    }

    /// A rung that is recorded is never continued; a kill may have come between the two.
    private func removeCheckpoint(_ finished: FinishedRung, _ files: TrainingFiles) {
        try? FileManager.default.removeItem(atPath: files.checkpoint(finished.networkHash, finished.rung))
    }

    /// Once nothing can be promoted any more, only the weights at the end of training are of use. Another shard
    /// may still need its own.
    private func removeUnfinishedWeights(_ log: [FinishedRung], _ files: TrainingFiles) {
        let own = Set(trials.map(\.networkHash))
        for finished in log where !finished.rung.isFinal && own.contains(finished.networkHash) {
            guard let path = finished.result?.weightsFile else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    private func announcement(of search: AccuracySearch, open: Int, finished: Int) -> String {
        let who =
            switch plan.trainer {
            case .data(let name, _): "on \(name)"
            case .command(let words): "with \(words.joined(separator: " "))"
            }
        var text = "training \(trials.count) candidates \(who): "
        text += search.rungEpochs.map(String.init).joined(separator: " → ")
        text +=
            " epoch\(search.rungEpochs == [1] ? "" : "s"), at most \(open) rung\(open == 1 ? "" : "s") to train"
        if finished > 0 { text += ", \(finished) finished before" }
        return text
    }

    private func name(of job: TrainingJob, _ search: AccuracySearch) -> String {
        let rungs = search.rungEpochs
        let count = rungs.count > 1 ? "rung \(job.rung.index + 1) of \(rungs.count)" : "training"
        let seed = plan.seeds > 1 ? ", seed \(job.rung.seed) of \(plan.seeds)" : ""
        return "\(count): to \(job.rung.epochs) epoch\(job.rung.epochs == 1 ? "" : "s")\(seed)"
    }
}
