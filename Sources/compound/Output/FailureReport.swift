// What failed in a search, why, and how to try again.

import Studies

extension FailureCount {
    /// How many failed, why, and how to try again.
    var text: String {
        let lines = reasons.prefix(5).map { "  \($0.count)× \($0.sentence)" }
        return
            (["\(failed) of \(candidates) candidates failed:"] + lines
            + ["try them again with --retry-failed."]).joined(separator: "\n")
    }
}
