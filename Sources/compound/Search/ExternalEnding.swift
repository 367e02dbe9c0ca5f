// How a program ended, and what that means: an accuracy, or one sentence with its last lines.

import Foundation
import Subprocess

/// What is left of a program that trained.
struct ExternalEnding: Sendable {
    /// How it ended.
    let status: TerminationStatus
    /// The end of its standard output.
    let output: String
    /// The end of its standard error.
    let errors: String
    /// Its time limit in seconds, where it was ended by that.
    let lateAfter: Double?

    /// What a program reports as a line of JSON.
    struct Report: Decodable {
        let accuracy: Double
        let loss: Double?
        let testAccuracy: Double?
        let imagesPerSecond: Double?

        private enum CodingKeys: String, CodingKey {
            case accuracy, loss
            case testAccuracy = "test_accuracy"
            case imagesPerSecond = "images_per_second"
        }
    }

    /// The last line that reports an accuracy; throws where there is none or the program did not end well.
    func report(of command: String) throws -> Report {
        func failure(_ what: String) -> OutputError {
            OutputError("\(command) \(what)\(lastLines)")
        }
        if let lateAfter {
            throw failure("was ended at its time limit of \(lateAfter.coefficient) s")
        }
        switch status {
        case .exited(0): break
        case .exited(let code): throw failure("exited with status \(code)")
        case .signaled(let signal):
            throw failure("was ended by signal \(signal) (\(String(cString: strsignal(signal))))")
        }
        let decoder = JSONDecoder()
        let reports = output.split(whereSeparator: \.isNewline).reversed().lazy.compactMap {
            try? decoder.decode(Report.self, from: Data($0.utf8))
        }
        guard let report = reports.first else {
            throw failure("printed no line such as {\"accuracy\": 0.9}")
        }
        for (name, share) in [("accuracy", report.accuracy), ("test_accuracy", report.testAccuracy ?? 0)]
        where !(0...1 ~= share) {
            throw failure(
                "reported \(name == "accuracy" ? "an" : "a") \(name) of \(share.coefficient), which is no share from 0 to 1"
            )
        }
        return report
    }

    /// Up to ten lines of what it said last, errors before output.
    private var lastLines: String {
        let text = errors.allSatisfy(\.isWhitespace) ? output : errors
        let lines = text.split(whereSeparator: \.isNewline).suffix(10).map { line in
            line.count > 500 ? line.prefix(500) + "…" : line
        }
        return lines.isEmpty ? "; it said nothing" : "; its last lines:\n" + lines.joined(separator: "\n")
    }
}

/// The end of what a program writes, however much that is.
struct OutputTail {
    /// The last bytes, as text; what is not UTF-8 shows as replacement characters.
    let text: String

    /// Reads to the end, keeping about so many bytes.
    init(of sequence: SubprocessOutputSequence, bytes limit: Int) async {
        var kept: [UInt8] = []
        do {
            for try await buffer in sequence {
                buffer.withUnsafeBytes { kept.append(contentsOf: $0) }
                // Twice the limit at most, so that what is moved stays in proportion to what is read.
                if kept.count > 2 * limit { kept.removeFirst(kept.count - limit) }
            }
        } catch {
            // The program has ended and its pipe with it; what came before still counts.
        }
        text = String(decoding: kept.suffix(limit), as: UTF8.self)
    }
}
