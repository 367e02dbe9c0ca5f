// One worker of a shared study: a store of its own, claims with leases, snapshots that go back and forth, and a file that says what
// it does.

import CompoundSearch
import Foundation
import Measurements
import ResultStore

/// A process that has joined a folder.
package final class SharedWorker {
    /// The folder.
    package let folder: SharedFolder
    /// Its own store, which begins with what others have shown.
    package let store: TrialStore
    let claims: LeasedClaims
    let exchange: any ResultExchange
    private let file: WorkerFile
    private let live: String

    /// Joins a folder, which becomes this study's where it is new.
    ///
    /// It is called by `label`, else by host and process. `keepsChoices` says that what is trained next depends on the log. Throws
    /// `JoiningError` where its workers have another study, version, data or instruction set.
    package init(
        _ path: String, as identity: SharedIdentity, machine: Machine, label: String? = nil,
        keepsChoices: Bool,
        lease: Double = LeasedClaims.usualLease
    ) throws {
        let folder = SharedFolder(path)
        try folder.admit(identity)
        self.folder = folder
        let host = SharedWorker.host
        let process = Int(getpid())
        let name =
            (label.map { SharedWorker.fileName($0, most: 80) } ?? "\(host)-\(process)")
            + "-\(UUID().uuidString.prefix(8).lowercased())"
        live = "\(folder.path)/\(name).\(SharedStoreFile.live)"
        store = try TrialStore(path: live, access: .readWrite)
        claims = LeasedClaims(
            folder: folder.claims, holder: "worker \(name) (process \(process) of \(host))", lease: lease)
        exchange = SnapshotExchange(
            store, in: folder, own: "\(folder.path)/\(name).\(SharedStoreFile.snapshot)",
            keepsChoices: keepsChoices, pause: min(1, lease / 20))
        file = WorkerFile(
            WorkerReport(
                name: name, host: host, process: process, processor: machine.processor,
                began: Date().ISO8601Format(), leaseSeconds: lease), at: "\(folder.path)/\(name).json")
        try exchange.pull()
    }

    /// The name of this machine.
    private static var host: String {
        fileName(ProcessInfo.processInfo.hostName.prefix { $0 != "." }, most: 60)
    }

    /// A name as file names can hold it.
    private static func fileName(_ name: some StringProtocol, most: Int) -> String {
        let kept = name.prefix(most).map { character in
            character.isASCII && (character.isLetter || character.isNumber || "-_@".contains(character))
                ? character : "-"
        }
        return kept.isEmpty ? "worker" : String(kept)
    }

    /// An observer that also keeps the worker's file.
    package func reporting(to observer: any StudyObserver) -> any StudyObserver {
        ReportingObserver(observer: observer, file: file)
    }

    /// The last word, by how the study ended here; the store of its own goes, since its snapshot has all of it.
    package func leave(_ ending: StudyEnding) {
        switch ending {
        case .finished: file.end(.finished, nil)
        case .interrupted: file.end(.stopped, "stopped as asked")
        case .surroundings(let reason): file.end(.failed, reason)
        }
    }

    /// The last word of a worker that cannot go on.
    package func leave(failing reason: String) { file.end(.failed, reason) }

    deinit { for suffix in ["", "-wal", "-shm"] { unlink(live + suffix) } }
}

/// Tells the worker's file what a person is told.
private struct ReportingObserver: StudyObserver {
    let observer: any StudyObserver
    let file: WorkerFile

    func observe(_ event: StudyEvent) {
        observer.observe(event)
        switch event {
        case .note(let line): file.update { $0.lastLine = line }
        case .waits(let holder): file.update { $0.job = "waits for \(holder)" }
        case .timingBlocks(let networks): file.update { $0.job = "times the blocks of \(networks) networks" }
        case .evaluationBegan(let open, _, _) where open > 0:
            file.update { $0.job = "evaluates \(open) trials" }
        case .began(let job, _): file.update { $0.job = job.label }
        case .finished(let job, let finished, _):
            file.update { report in
                report.job = nil
                switch finished.outcome {
                case .complete(let result):
                    report.runs += 1
                    report.lastLine = "\(job.label): accuracy \(result.accuracy)"
                case .failed(let reason, _): report.lastLine = "\(job.label) failed: \(reason)"
                }
            }
        default: break
        }
    }
}

extension TrainingJob {
    fileprivate var label: String {
        "\(trial.candidate.coefficients.label), seed \(rung.seed), to epoch \(rung.epochs)"
    }
}
