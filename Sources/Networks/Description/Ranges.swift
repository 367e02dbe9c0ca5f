// What a number may be stands with the type that it belongs to, as a range. The sentence for a number outside
// is the same for files and for the command line.

extension ClosedRange<Int> {
    /// What to give instead of a number outside.
    ///     (1...4096).remedy   // "give 1 to 4096"
    package var remedy: String {
        upperBound == .max ? "give \(lowerBound) or more" : "give \(lowerBound) to \(upperBound)"
    }

    /// Why a number is refused, or nil where it is in the range.
    ///     (1...4096).refusal(of: 0)   // "0 is out of range; give 1 to 4096."
    package func refusal(of number: Int) -> String? {
        contains(number) ? nil : "\(number) is out of range; \(remedy)."
    }
}

extension ClosedRange<Double> {
    /// What to give instead of a number outside.
    package var remedy: String { "give \(lowerBound.plain) to \(upperBound.plain)" }

    /// Why a number is refused, or nil where it is in the range; what is no number never is.
    package func refusal(of number: Double) -> String? {
        contains(number) ? nil : "\(number.plain) is out of range; \(remedy)."
    }
}

extension Range<Double> {
    /// What to give instead of a number outside.
    package var remedy: String { "give \(lowerBound.plain) or more, below \(upperBound.plain)" }

    /// Why a number is refused, or nil where it is in the range; what is no number never is.
    package func refusal(of number: Double) -> String? {
        contains(number) ? nil : "\(number.plain) is out of range; \(remedy)."
    }
}

extension Double {
    /// The shortest text that reads back exactly, whole numbers without `.0`.
    fileprivate var plain: String {
        let text = "\(self)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
