// One line on a terminal while a large grid is counted: points, and time left. Nothing in a pipe, nothing in the first second.

import Basics
import Foundation
import Rendering

/// Draws the progress of a count.
final class DrawProgress {
    private let total: Int?
    private let isTerminal = isatty(2) == 1
    private let start = ContinuousClock.now
    private var shown: Double?

    /// Progress over so many points; nil for an endless stream.
    init(total: Int?) { self.total = total }

    /// So many points are counted.
    func counted(_ points: Int) {
        let seconds = (ContinuousClock.now - start).inSeconds
        guard isTerminal, seconds - (shown ?? 0) >= 1 else { return }
        shown = seconds
        var line = "\r\u{1b}[2K\(points.grouped) points counted"
        if let total, points > 0 {
            let left = seconds / Double(points) * Double(total - points)
            line += " of \(total.grouped), \(SearchProgress.clock(left)) left"
        }
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }

    /// Clears the line.
    func end() {
        if shown != nil { try? FileHandle.standardError.write(contentsOf: Data("\r\u{1b}[2K".utf8)) }
    }
}
