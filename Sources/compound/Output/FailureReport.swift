// How a search ended: what failed in it and why, how to go on, and the exit status that says so to a shell.

import ArgumentParser
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

extension StudyEnding {
    /// Says how it ended, and throws the exit status unless that is 0.
    func report() throws {
        switch self {
        case .finished(let failures):
            if failures.failed > 0 { Output.note(failures.text) }
            if failures.isTotal { throw ExitCode.failure }
        case .interrupted:
            Output.note("stopped as asked; the same command continues.")
            throw ExitCode(ExitStatus.interrupted)
        case .surroundings(let reason):
            Output.note(
                "Error: \(reason)\nnothing of it was recorded; mend it, and the same command continues. "
                    + "--accept-failures records such failures as the candidates' own.")
            throw ExitCode(ExitStatus.surroundings)
        }
    }
}
