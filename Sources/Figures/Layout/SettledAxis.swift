// An axis whose two ends are settled: what turns values into fractions of its length.

import Foundation

/// An axis with its domain.
struct SettledAxis: Hashable, Sendable {
    let axis: Axis
    /// The ends, in logarithms where the scale is one.
    private(set) var low: Double
    private(set) var high: Double

    /// The axis with the domain it was given, or one in which all values lie with a little room beside them; bars begin
    /// at 0, on a logarithmic axis at a power of ten.
    init(_ axis: Axis, values: [Double], beginsBars: Bool = false) {
        self.axis = axis
        if case .categories(let rows) = axis.scale {
            (low, high) = (-0.5, Double(max(1, rows.count)) - 0.5)
            return
        }
        let isLog = axis.scale == .log
        func place(_ value: Double) -> Double { isLog ? log10(value) : value }
        let drawable = values.filter(axis.scale.canDraw)
        let least = drawable.min() ?? (isLog ? 1 : 0)
        let most = drawable.max() ?? (isLog ? 10 : 1)
        (low, high) = (place(least), place(most))
        if beginsBars {
            (low, high) = isLog ? ((low - 1e-9).rounded(.down), high) : (min(low, 0), max(high, 0))
        }
        if low == high {
            let room = isLog ? 0.3 : low == 0 ? 1 : max(abs(low) / 10, 1e-300)
            (low, high) = (low - room, high + room)
        } else {
            let room = 0.04 * (high - low)
            // What has one sign only ends at 0, not beyond it.
            low = low >= 0 && !isLog ? max(0, low - room) : isLog && beginsBars ? low : low - room
            high = high <= 0 && !isLog ? min(0, high + room) : high + room
        }
        if let domain = axis.domain {
            let (lower, upper) = (domain.lowerBound, domain.upperBound)
            if axis.scale.canDraw(lower), lower < upper { low = place(lower) }
            if axis.scale.canDraw(upper), lower < upper { high = place(upper) }
            if low >= high { low = high - (isLog ? 1 : abs(high) / 10 + 1) }
        }
    }

    /// The same axis with this share of its new length free at the upper end.
    func withRoom(_ share: Double) -> SettledAxis {
        var axis = self
        axis.high = low + (high - low) / (1 - share)
        return axis
    }

    /// Where a value lies from the low end, 0, to the high end, 1; nil where it cannot be drawn.
    func fraction(_ value: Double) -> Double? {
        guard axis.scale.canDraw(value) else { return nil }
        let fraction = ((axis.scale == .log ? log10(value) : value) - low) / (high - low)
        // So far outside, a line to there looks the same from everywhere, and places stay numbers.
        return min(1e6, max(-1e6, fraction))
    }

    /// Whether a value can be drawn and lies between the ends.
    func contains(_ value: Double) -> Bool {
        fraction(value).map { $0 >= -1e-9 && $0 <= 1 + 1e-9 } ?? false
    }

    /// At most so many round values, or all rows.
    func ticks(atMost count: Int) -> [Tick] {
        switch axis.scale {
        case .categories(let rows): rows.enumerated().map { Tick(value: Double($0.offset), text: $0.element) }
        case .linear: Tick.linear(from: low, to: high, atMost: count, axis.numbers)
        case .log: Tick.logarithmic(fromPower: low, toPower: high, atMost: count, axis.numbers)
        }
    }
}

extension Axis.Scale {
    /// Whether a value has a place on this scale.
    func canDraw(_ value: Double) -> Bool {
        // Sums and differences of what is drawn have to be finite, too.
        guard abs(value) <= 1e300 else { return false }
        return switch self {
        case .linear: true
        case .log: value >= 1e-300
        case .categories(let rows): value > -1 && value < Double(rows.count)
        }
    }
}
