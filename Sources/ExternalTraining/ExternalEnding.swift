// How a program ended, and what that means: a report, or one sentence with its last lines, that says whose fault it is.

import Foundation

/// What is left of a program that trained.
struct ExternalEnding: Sendable {
    /// How it ended, or nil where its supervisor did not live to tell.
    let ending: Supervision.Ending?
    /// The last line of its standard output that reports an accuracy, or nil.
    let report: String?
    /// The end of its standard output.
    let output: String
    /// The end of its standard error.
    let errors: String
    /// Its time limit in seconds, or nil.
    let timeLimit: Double?
    /// The checkpoint that nobody else may train on meanwhile.
    let checkpoint: String

    /// What it reported; throws where that is nothing or it did not end well.
    func result(of command: String) throws(ExternalTrainingError) -> TrainerReport {
        switch ending {
        case .exited(status: 0, let left): return try success(command, left)
        case .exited(let status, _):
            // A shell's word for a program that is missing or may not be executed.
            if [126, 127].contains(status) {
                throw .surroundings("\(command) exited with status \(status)\(lastLines)")
            }
            throw failure("\(command) exited with status \(status)\(lastLines)")
        case .signaled(let signal):
            let name = String(cString: strsignal(signal))
            throw failure("\(command) was ended by signal \(signal) (\(name))\(lastLines)")
        case .late:
            throw .candidate(
                "\(command) was ended at its time limit of \((timeLimit ?? 0).plain) s\(lastLines)")
        case .stopped:
            throw .surroundings("\(command) was ended, as its supervisor was asked to stop\(lastLines)")
        case .unstarted(let code):
            throw .surroundings(
                "\(command) cannot be started (\(ExternalEnding.reason(code))); run it by itself to see why.")
        case .busy(let process):
            let who = process.map { "process \($0)" } ?? "another process"
            let remedy = process.map { "wait for it, or end it with kill \($0)" } ?? "wait for it"
            throw .surroundings("\(who) trains on \(checkpoint) already; \(remedy).")
        case .unlockable(let code):
            throw .surroundings(
                "\(checkpoint).lock cannot be made (\(ExternalEnding.reason(code))); allow writing beside the store."
            )
        case nil:
            throw .surroundings("the supervisor of \(command) was killed; the same command continues.")
        }
    }

    private func success(_ command: String, _ left: Int) throws(ExternalTrainingError) -> TrainerReport {
        guard let report else {
            let others =
                left == 0
                ? ""
                : " and left \(left) process\(left == 1 ? "" : "es") running, which \(left == 1 ? "was" : "were") "
                    + "ended; a program that starts others has to wait for them"
            throw failure("\(command) printed no line such as {\"accuracy\": 0.9}\(others)\(lastLines)")
        }
        do {
            return try TrainerReport(line: report)
        } catch {
            throw .candidate("\(command) \(error.predicate)\(lastLines)")
        }
    }

    /// A failure of the candidate, unless the program complains of what no candidate can be blamed for.
    private func failure(_ sentence: String) -> ExternalTrainingError {
        let complaints = [ENOSPC, EDQUOT, EROFS].map { String(cString: strerror($0)) }
        return complaints.contains { errors.contains($0) } ? .surroundings(sentence) : .candidate(sentence)
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

    /// Up to ten lines of what it said last, errors before output.
    private var lastLines: String {
        let text = errors.allSatisfy(\.isWhitespace) ? output : errors
        let lines = text.split(whereSeparator: \.isNewline).suffix(10).map { String($0).shortened(to: 500) }
        return lines.isEmpty ? "; it said nothing" : "; its last lines:\n" + lines.joined(separator: "\n")
    }
}
