// Where a search stands, for people and for programs.

import Foundation
import Rendering
import Studies

/// The status of studies and of those who work on them.
struct StatusReport {
    /// Where a person asked.
    enum Place {
        /// A folder that workers share.
        case folder(String)
        /// A space, and the stores that were read.
        case space(String, [String])
    }

    private let statuses: [StudyStatus]
    private let workers: [WorkerReport]
    private let place: Place

    /// A report.
    init(_ statuses: [StudyStatus], workers: [WorkerReport], place: Place) {
        self.statuses = statuses
        self.workers = workers
        self.place = place
    }

    /// The line that continues what is left.
    private var command: String {
        switch place {
        case .folder(let folder): "compound search SPACE --join \(folder)"
        case .space(let space, let stores):
            if SharedFolder(stores[0]).isShared {
                "compound search \(space) --join \(stores[0])"
            } else {
                "compound search \(space) --store \(stores[0])"
            }
        }
    }

    /// Everything as an object.
    var markup: Markup {
        .block([
            ("studies", .list(statuses.map(\.markup))), ("workers", .list(workers.map(\.markup))),
            ("continue", .text(command)),
        ])
    }

    /// A few lines for each study, and a table of the workers.
    var text: String {
        var parts = statuses.map(\.text)
        if parts.isEmpty { parts.append("Nothing was recorded yet.") }
        if !workers.isEmpty {
            var table = TextTable(["worker", "state", "last sign", "runs", "memory", "does, or said last"])
            for worker in workers {
                let alive = worker.state != .working || worker.isAlive
                table.append([
                    worker.name, alive ? worker.state.rawValue : "lost", Self.age(worker.age),
                    "\(worker.runs)", worker.peakMemoryBytes.bytes,
                    String((worker.job ?? worker.lastLine ?? "").prefix(36)),
                ])
            }
            parts.append(table.rendered)
        }
        if statuses.contains(where: { $0.overview.state != .finished }) || statuses.isEmpty {
            parts.append("another worker, or the next after all have ended:\n  \(command)")
        }
        return parts.joined(separator: "\n\n")
    }

    /// Seconds as a person says how long ago.
    static func age(_ seconds: Double) -> String {
        seconds < 120 ? "\(Int(max(0, seconds))) s" : SearchProgress.clock(seconds)
    }
}

extension StudyStatus {
    /// What is done, failed and open, and the time left.
    fileprivate var text: String {
        let tally = overview.tally
        var lines = [
            "\(overview.record.name): \(state); \(tally.complete + tally.rejected) networks and \(tally.runs) runs done"
        ]
        if let left = overview.remainder, !left.isNothing {
            lines[0] += ", \(left.networks) networks and at most \(left.runs) runs open"
        }
        if let secondsLeft {
            lines.append("about \(SearchProgress.clock(secondsLeft)) left with those who work now")
        }
        if tally.failed + failures.count > 0 {
            lines.append(
                "\(tally.failed) networks and \(failures.count) runs failed"
                    + (failures.first.map { "; the last: \($0)" } ?? ""))
        }
        return lines.joined(separator: "\n")
    }

    private var isWorkedOn: Bool { workers.contains(where: \.isAlive) || overview.state == .running }

    fileprivate var state: String {
        overview.state == .finished ? "finished" : isWorkedOn ? "running" : overview.state.rawValue
    }

    /// The same as an object.
    fileprivate var markup: Markup {
        let tally = overview.tally
        return .block([
            ("name", .text(overview.record.name)), ("study", .text(overview.record.id)),
            ("state", .text(state)), ("networks", .whole(tally.complete + tally.rejected)),
            ("runs", .whole(tally.runs)), ("failed_networks", .whole(tally.failed)),
            ("failed_runs", .whole(failures.count)),
            ("last_failure", failures.first.map { .text($0) } ?? .literal("null")),
            ("networks_left", overview.remainder.map { .whole($0.networks) } ?? .literal("null")),
            ("runs_left", overview.remainder.map { .whole($0.runs) } ?? .literal("null")),
            ("seconds_left", secondsLeft.map { .number($0) } ?? .literal("null")),
        ])
    }
}

extension WorkerReport {
    /// What a worker says of itself, as an object.
    fileprivate var markup: Markup {
        .block([
            ("name", .text(name)), ("host", .text(host)), ("process", .whole(process)),
            ("processor", .text(processor)), ("began", .text(began)),
            ("state", .text(state == .working && !isAlive ? "lost" : state.rawValue)),
            ("last_sign_s", .number((age * 10).rounded() / 10)), ("lease_s", .number(leaseSeconds)),
            ("runs", .whole(runs)), ("peak_memory_bytes", .whole(peakMemoryBytes)),
            ("job", job.map { .text($0) } ?? .literal("null")),
            ("last_line", lastLine.map { .text($0) } ?? .literal("null")),
        ])
    }
}
