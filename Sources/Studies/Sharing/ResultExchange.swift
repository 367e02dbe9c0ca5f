// How what workers of one study record becomes known to each other: each has a store of its own, and shows snapshots of it.

import CompoundSearch
import Foundation
import ResultStore

/// What a run of a study shows to others, and learns from them.
package protocol ResultExchange {
    /// Takes in what others have shown since.
    func pull() throws
    /// Shows what was recorded.
    func publish() throws
    /// Keeps what was known when a job was chosen, so that anybody can choose it again.
    func record(job: String, chosenAfter log: [FinishedRung]) throws
    /// Seconds between two looks at what others have shown.
    var pause: Double { get }
}

/// For a run whose store all others write to as well.
package struct NoExchange: ResultExchange {
    /// Nothing to show.
    package init() {}
    /// Learns nothing.
    package func pull() {}
    /// Shows nothing.
    package func publish() {}
    /// Keeps nothing: the log is one.
    package func record(job: String, chosenAfter log: [FinishedRung]) {}
    /// A fifth of a second.
    package var pause: Double { 0.2 }
}

/// Snapshots in a folder: one file a worker, which nobody but that worker replaces, by renaming, and which is never opened for
/// writing.
final class SnapshotExchange: ResultExchange {
    private let store: TrialStore
    private let folder: SharedFolder
    private let own: String
    let pause: Double
    /// Whether what a worker chooses depends on what it knows.
    private let keepsChoices: Bool
    /// Which snapshots were taken in: their size, time and number, by path.
    private var known: [String: SnapshotMark] = [:]

    init(_ store: TrialStore, in folder: SharedFolder, own: String, keepsChoices: Bool, pause: Double) {
        self.store = store
        self.folder = folder
        self.own = own
        self.pause = pause
        self.keepsChoices = keepsChoices
    }

    func pull() throws {
        var fresh: [TrialStore] = []
        var marks: [String: SnapshotMark] = [:]
        for path in folder.snapshots where path != own {
            guard let mark = SnapshotMark(path), mark != known[path] else { continue }
            fresh.append(try TrialStore.source(at: path))
            marks[path] = mark
        }
        if fresh.isEmpty { return }
        try store.merge(fresh)
        known.merge(marks) { $1 }
    }

    func publish() throws { try store.writeSnapshot(to: own) }

    func record(job: String, chosenAfter log: [FinishedRung]) throws {
        guard keepsChoices else { return }
        let seen = log.map { "\($0.networkHash)-seed-\($0.rung.seed)-epochs-\($0.rung.epochs)" }
        let text = ([job] + seen.sorted()).joined(separator: "\n") + "\n"
        try TrainingFiles.makeFolder(folder.proposals)
        let path = "\(folder.proposals)/\(job).txt"
        guard (try? Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)) != nil else {
            throw ClaimFile.fault(path)
        }
    }
}

/// What changes where a snapshot is replaced.
private struct SnapshotMark: Hashable {
    private let device, number: UInt64
    private let size, seconds, nanoseconds: Int

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
        (size, seconds, nanoseconds) = (
            Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec
        )
    }
}
