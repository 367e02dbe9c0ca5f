// Many axes side by side, each with a scale of its own; what has a value on each is a line across them.

/// Upright axes at x = 0, 1, 2, …, whose values are mapped to 0…1.
package struct ParallelAxes: Hashable, Sendable {
    private let axes: [Axis]

    /// Axes, and the rows that are shown on them: each row has a value for each axis. Axes without a domain take it from
    /// the rows.
    package init(_ axes: [Axis], rows: [[Double]]) { self.axes = axes }

    /// The places of a row; where it has no value, not a number, and a line is interrupted there.
    package func positions(_ row: [Double]) -> [Position] { [] }

    /// The axes with ticks and headings.
    package var scaffold: [Mark] { [] }

    /// A figure of the scaffold with these marks below it.
    package func figure(_ identifier: String, title: String, summary: String, marks: [Mark]) -> Figure {
        Figure(
            identifier, title: title, summary: summary, x: .hidden(-0.5...Double(axes.count) - 0.5),
            y: .hidden(-0.1...1.2), marks: marks + scaffold)
    }
}
