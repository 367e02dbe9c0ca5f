// Why a program did not train a candidate, and whose fault that is.

import CompoundSearch

/// A failure of a training program, as one sentence, with the program's last lines where there are any.
package enum ExternalTrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The machine, the disk or the command are at fault: another candidate would fail alike.
    case surroundings(String)
    /// The program failed on this candidate.
    case candidate(String)

    /// Whether the surroundings failed, and not what was being trained.
    package var isFaultOfSurroundings: Bool {
        if case .surroundings = self { true } else { false }
    }

    /// The sentence.
    package var description: String {
        switch self {
        case .surroundings(let sentence), .candidate(let sentence): sentence
        }
    }
}

extension ExternalTrainingError: FaultAttributing {}
