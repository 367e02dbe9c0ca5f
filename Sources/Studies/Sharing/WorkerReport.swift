// What a worker says of itself, in a file that it replaces now and then: what `compound status` reads.

import Foundation
import Synchronization

/// What a worker was doing when it last said so.
package struct WorkerReport: Codable, Hashable, Sendable {
    /// Whether it works, or how it ended.
    package enum State: String, Codable, Sendable {
        /// It works, if it lives.
        case working
        /// The study was finished when it ended.
        case finished
        /// It was asked to stop.
        case stopped
        /// Its machine or trainer failed it.
        case failed
    }

    /// Its name, its machine and its process there.
    package var name, host: String
    package var process: Int
    /// The processor's model.
    package var processor: String
    /// When it began, ISO 8601 in UTC.
    package var began: String
    /// Whether it works.
    package var state = State.working
    /// What it does at this moment, or did last.
    package var job: String?
    /// The last line that it printed for people.
    package var lastLine: String?
    /// Runs of training that it finished.
    package var runs = 0
    /// The most memory that its process has had so far.
    package var peakMemoryBytes = 0
    /// Seconds without a sign of life after which others take it for dead.
    package var leaseSeconds: Double
    /// Seconds since it last gave a sign of life; known to readers alone.
    package var age: Double { Date().timeIntervalSince1970 - updated }
    /// When the file was written, by the clock of the file system.
    private var updated = 0.0

    private enum CodingKeys: String, CodingKey {
        case name, host, process, processor, began, state, job
        case lastLine = "last_line"
        case runs
        case peakMemoryBytes = "peak_memory_bytes"
        case leaseSeconds = "lease_s"
    }

    /// A worker that begins.
    init(name: String, host: String, process: Int, processor: String, began: String, leaseSeconds: Double) {
        self.name = name
        self.host = host
        self.process = process
        self.processor = processor
        self.began = began
        self.leaseSeconds = leaseSeconds
    }

    /// Reads a file; nil where it is none of a worker's.
    init?(contentsOf path: String) {
        var status = stat()
        guard stat(path, &status) == 0, let data = FileManager.default.contents(atPath: path),
            var report = try? JSONDecoder().decode(WorkerReport.self, from: data)
        else { return nil }
        report.updated = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
        self = report
    }

    /// Whether it works and gave a sign of life within its lease.
    package var isAlive: Bool { state == .working && age < leaseSeconds }
}

/// The file of a worker, which is written anew when something changes, and every so often as a sign of life.
final class WorkerFile: Sendable {
    private let path: String
    private let report: Mutex<WorkerReport>
    private let isOver = Mutex(false)

    /// Writes the file, and goes on doing so every quarter of the lease until it is ended.
    init(_ report: WorkerReport, at path: String) {
        self.path = path
        self.report = Mutex(report)
        write()
        Thread.detachNewThread { [weak self] in
            while true {
                Thread.sleep(forTimeInterval: report.leaseSeconds / 4)
                guard let self, !self.isOver.withLock({ $0 }) else { return }
                self.write()
            }
        }
    }

    /// Changes what the worker says.
    func update(_ change: (inout WorkerReport) -> Void) {
        report.withLock { change(&$0) }
        write()
    }

    /// The last word.
    func end(_ state: WorkerReport.State, _ line: String?) {
        isOver.withLock { $0 = true }
        update { report in
            report.state = state
            report.job = nil
            if let line { report.lastLine = line }
        }
    }

    /// A worker goes on where it cannot say what it does.
    private func write() {
        report.withLock { report in
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            report.peakMemoryBytes = max(report.peakMemoryBytes, usage.ru_maxrss * 1024)
            try? SharedFolder.json(report).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
    }
}
