// The values that a coefficient may have: a range, walked in exact decimals, or a list.

/// The values of one coefficient.
package enum Axis: Hashable, Sendable {
    /// From `low` to `high`; a grid walks it by `step`, random points fall anywhere in it.
    case range(low: DecimalNumber, high: DecimalNumber, step: DecimalNumber?)
    /// Exactly these values.
    case list([Double])

    /// The most values that a grid walks along one axis.
    package static let mostValues = 1_000_000_000

    /// What a grid walks, or nil for a range without a step.
    package var gridValues: GridValues? {
        switch self {
        case .range(let low, let high, let step):
            step.flatMap { DecimalSteps(from: low, to: high, by: $0) }.map(GridValues.steps)
        case .list(let values): .list(values)
        }
    }

    /// How many values a grid has here, or nil for a range without a step.
    package var count: Int? { gridValues?.count }

    /// The value at a fraction in 0..<1: between the bounds, or one of the list.
    package func value(atFraction fraction: Double) -> Double {
        switch self {
        case .range(let low, let high, _): low.double + (high.double - low.double) * fraction
        case .list(let values): values[min(values.count - 1, Int(fraction * Double(values.count)))]
        }
    }
}

extension SearchSpace {
    /// All axes with their names; those of single stages stand in place of the network's, the first stage's first.
    package var axes: [(name: String, axis: Axis)] {
        named("alpha", alpha, stageAlphas) + named("beta", beta, stageBetas)
            + [("gamma", gamma), ("phi", phi)]
    }

    private func named(_ name: String, _ axis: Axis, _ stages: [Axis]) -> [(name: String, axis: Axis)] {
        stages.isEmpty
            ? [(name, axis)] : stages.enumerated().map { ("\(name) of stage \($0 + 1)", $1) }
    }
}

/// The values of an axis in the order in which a grid takes them.
package enum GridValues: Hashable, Sendable {
    /// Equal steps.
    case steps(DecimalSteps)
    /// A list.
    case list([Double])

    /// How many there are.
    package var count: Int {
        switch self {
        case .steps(let steps): steps.count
        case .list(let values): values.count
        }
    }

    /// The value at an index, counted from 0.
    package subscript(index: Int) -> Double {
        switch self {
        case .steps(let steps): steps[index]
        case .list(let values): values[index]
        }
    }
}

/// low, low + step, … as far as high: each the double that its decimal digits read as.
package struct DecimalSteps: Hashable, Sendable {
    /// How many values there are.
    package let count: Int
    private let low: Int128
    private let step: Int128
    private let exponent: Int
    /// The power of ten to divide by where that is exact: both it and every significand are exact doubles, so
    /// their quotient is the nearest double to the decimal (Clinger 1990).
    private let divisor: Double?

    /// The steps, or nil where none leads from `low` to `high`, where they are more than `Axis.mostValues`, or
    /// where their digits do not fit 38.
    package init?(from low: DecimalNumber, to high: DecimalNumber, by step: DecimalNumber) {
        let exponent = min(low.exponent, high.exponent, step.exponent, 0)
        guard let first = low.significand(atExponent: exponent),
            let last = high.significand(atExponent: exponent),
            let step = step.significand(atExponent: exponent), step > 0, first <= last
        else { return nil }
        let (width, overflow) = last.subtractingReportingOverflow(first)
        guard !overflow, width / step < Int128(Axis.mostValues) else { return nil }
        count = Int(width / step) + 1
        self.low = first
        self.step = step
        self.exponent = exponent
        let isExact = exponent >= -22 && max(first.magnitude, last.magnitude, step.magnitude) < 1 << 53
        divisor = isExact ? (0..<(-exponent)).reduce(1) { power, _ in power * 10 } : nil
    }

    /// The value at an index below `count`.
    package subscript(index: Int) -> Double {
        if let divisor {
            return Double(Int(truncatingIfNeeded: low) + index * Int(truncatingIfNeeded: step)) / divisor
        }
        return Double("\(low + Int128(index) * step)e\(exponent)") ?? .nan
    }
}
