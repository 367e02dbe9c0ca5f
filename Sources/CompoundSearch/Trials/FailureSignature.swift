// When two candidates fail for the same reason. Their messages differ in paths, numbers and names made of them, and
// in where a program was when it failed.

/// The reason of a failure, as it is stored and shown.
package enum FailureReason {
    /// A reason without what differs between candidates: equal for equal failures.
    ///
    ///     FailureReason.signature("/tmp/a1/train.py exited with status 1")  // "<path> exited with status #"
    ///
    /// Paths, numbers, words with digits (hashes, addresses, sizes, temporary names), dates, terminal escapes, the frames of a
    /// Python traceback and repeated lines are taken out.
    package static func signature(_ reason: String) -> String {
        var seen: Set<Substring> = []
        let text = reason.replacing(/\u{1b}\[[0-?]*[ -\/]*[@-~]/, with: "")
        let lines = withoutFrames(text).map { normalised($0)[...] }
        return lines.filter { !$0.isEmpty && seen.insert($0).inserted }.joined(separator: "\n")
    }

    /// The lines but the frames of tracebacks: what lies between such a heading and the exception.
    private static func withoutFrames(_ text: String) -> [Substring] {
        var isInFrames = false
        return text.split(whereSeparator: \.isNewline).filter { line in
            if line.contains("Traceback (most recent call last)") {
                isInFrames = true
                // The heading may end a line that begins with the program's name.
                return !line.hasPrefix("Traceback")
            }
            // Ten last lines may begin within the frames.
            if line.starts(with: /\s+File ".*", line \d+/) { isInFrames = true }
            if isInFrames, line.first?.isWhitespace != true { isInFrames = false }
            return !isInFrames
        }
    }

    private static func normalised(_ line: Substring) -> String {
        String(line)
            // What is quoted may have blanks.
            .replacing(/(["'])(?:[^"'\n]*[\/\\])[^"'\n]*\1/, with: "<path>")
            .replacing(/[^\s"'`(\[<,;=]*[\/\\][^\s"'`)\]>,;]*/, with: "<path>")
            .replacing(/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+(?=\d|[A-Z][a-z]{2}\b)/, with: "")
            .replacing(/\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?=\s+\d)/, with: "#")
            .replacing(/[-+]?\b(?:nan|NaN|inf|Infinity)\b/, with: "#")
            .replacing(/\btmp\w{6,}\b/, with: "#")
            .replacing(/[-+.]?\w*\d[\w.+%-]*/, with: "#")
            .replacing(/#(?:[\s,:xX×*T]*#)+/, with: "#")
            .replacing(/\s+/, with: " ")
            .trimmingBlanks()
    }
}

extension String {
    fileprivate func trimmingBlanks() -> String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
