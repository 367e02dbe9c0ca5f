// Where a study stands while workers are at it: what is done, who does what, what failed, when it ends.

import Foundation
import ResultStore

/// A study with those who work on it.
package struct StudyStatus: Sendable {
    /// The study.
    package let overview: StudyOverview
    /// Those who share it, however they ended; none where a store is no shared folder.
    package let workers: [WorkerReport]
    /// Why runs of training failed, the last first.
    package let failures: [String]
    /// Seconds until it is finished, if all who work now go on as before; nil where nobody works or nothing was trained yet.
    package let secondsLeft: Double?

    private init(_ overview: StudyOverview, in store: TrialStore, _ workers: [WorkerReport]) throws {
        self.overview = overview
        self.workers = workers
        let rungs = try store.query(
            Query(
                .rungs, columns: ["state", "seconds", "reason"],
                filter: "study = '\(overview.record.id)'", sort: ["-id"]))
        var (seconds, failures): ([Double], [String]) = ([], [])
        for row in rungs.rows {
            if case .real(let time) = row[1], row[0] == .text("complete") { seconds.append(time) }
            if case .text(let reason) = row[2], row[0] == .text("failed") { failures.append(reason) }
        }
        self.failures = failures
        let working = workers.isEmpty ? (overview.state == .running ? 1 : 0) : workers.count(where: \.isAlive)
        secondsLeft = overview.remainder.flatMap { left in
            guard working > 0, !seconds.isEmpty else { return nil }
            let mean = seconds.reduce(0, +) / Double(seconds.count)
            return (Double(left.runs) / Double(working)).rounded(.up) * mean
        }
    }

    /// The statuses of a store's studies, of those of a name alone where one is given; `workers` share them, if anybody does.
    package static func all(
        in store: TrialStore, workers: [WorkerReport], named name: String? = nil
    ) throws -> [StudyStatus] {
        try StudyOverview.all(in: store).filter { name == nil || $0.record.name == name }
            .map { try StudyStatus($0, in: store, workers) }
    }
}
