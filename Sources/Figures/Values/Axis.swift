// An axis: what is measured, in which unit, on which scale.

/// One axis of a figure.
package struct Axis: Hashable, Sendable {
    /// How values become places.
    package enum Scale: Hashable, Sendable {
        /// Equal differences are equally far apart.
        case linear
        /// Equal ratios are equally far apart; values of 0 and below cannot be drawn.
        case log
        /// Named rows, the first at 0, the second at 1; on y the first is on top.
        case categories([String])
    }

    /// How the numbers at its ticks are written.
    package enum Numbers: Hashable, Sendable {
        /// As few digits as tell the ticks apart, in groups of three: 0.25, 1 000.
        case plain
        /// A number and a letter for its power of 1000: 385.8M.
        case short
        /// A hundred times the value, for shares under the unit %: 0.25 is written 25.
        case percent
    }

    /// What is measured.
    package var label: String
    /// Its unit, or nil for a number that has none.
    package var unit: String?
    /// How values become places.
    package var scale: Scale
    /// The values from one end to the other, or nil for those of the marks; marks outside are cut off.
    package var domain: ClosedRange<Double>?
    /// How ticks are written.
    package var numbers: Numbers
    /// Whether line, ticks and label are left out, for plots that draw axes of their own.
    package var isHidden: Bool

    /// An axis; one of shares, `numbers: .percent`, has the unit %.
    package init(
        _ label: String, unit: String? = nil, scale: Scale = .linear, domain: ClosedRange<Double>? = nil,
        numbers: Numbers = .plain, isHidden: Bool = false
    ) {
        self.label = label
        self.unit = unit ?? (numbers == .percent ? "%" : nil)
        self.scale = scale
        self.domain = domain
        self.numbers = numbers
        self.isHidden = isHidden
    }

    /// An axis that is not drawn, from 0 to 1 unless said otherwise.
    package static func hidden(_ domain: ClosedRange<Double> = 0...1) -> Axis {
        Axis("", domain: domain, isHidden: true)
    }

    /// Label and unit as a heading: latency (ms).
    package var heading: String { unit.map { label.isEmpty ? $0 : "\(label) (\($0))" } ?? label }
}
