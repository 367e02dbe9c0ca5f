// Numbers of the command line, held against the ranges of the types that they become part of.

import ArgumentParser
import Networks

extension ParsableArguments {
    /// Throws a sentence with the option's name where its number is outside of a range.
    func check(_ option: String, _ number: Int?, in range: ClosedRange<Int>) throws {
        try refuse(option, number.flatMap(range.refusal))
    }

    /// Throws a sentence with the option's name where its number is outside of a range, or none.
    func check(_ option: String, _ number: Double?, in range: ClosedRange<Double>) throws {
        try refuse(option, number.flatMap(range.refusal))
    }

    /// Throws where a number lies outside the range of its type.
    func check(_ option: String, _ number: Double?, in range: Range<Double>) throws {
        try refuse(option, number.flatMap(range.refusal))
    }

    private func refuse(_ option: String, _ refusal: String?) throws {
        if let refusal { throw ValidationError("--\(option) \(refusal)") }
    }
}
