// One line on a terminal while a search runs: done/total, the best so far, time left. Nothing in a pipe.

import Foundation

/// Draws a search's progress between trials, never while one is measured.
struct SearchProgress {
    private let isTerminal: Bool
    private let total: Int
    private let start: Double
    private let now: () -> Double
    private let write: (String) -> Void
    private var done = 0
    private var best: (value: Double, label: String)?

    /// Progress over `total` trials; `isTerminal`, clock and output are handed in by tests.
    init(
        total: Int, isTerminal: Bool = isatty(2) == 1,
        now: @escaping () -> Double = { Date().timeIntervalSinceReferenceDate },
        write: @escaping (String) -> Void = { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) }
    ) {
        self.total = total
        self.isTerminal = isTerminal
        self.now = now
        self.write = write
        start = now()
    }

    /// Counts a finished trial and redraws; `value` is what the best has least of.
    mutating func finished(value: Double?, label: String) {
        done += 1
        if let value, value < best?.value ?? .infinity { best = (value, label) }
        guard isTerminal else { return }
        write("\r\u{1b}[2K" + line)
    }

    /// Ends the line.
    func end() {
        if isTerminal, done > 0 { write("\n") }
    }

    /// The line as it stands.
    var line: String {
        let left = (now() - start) / Double(max(done, 1)) * Double(total - done)
        var parts = ["[\(done)/\(total)]"]
        if let best { parts.append("best \(best.label)") }
        parts.append(done == total ? "done" : "\(SearchProgress.clock(left)) left")
        return parts.joined(separator: "  ")
    }

    /// Seconds as 1:05 or 2:00:00.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        if whole >= 3600 {
            return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
        }
        return String(format: "%d:%02d", whole / 60, whole % 60)
    }
}
