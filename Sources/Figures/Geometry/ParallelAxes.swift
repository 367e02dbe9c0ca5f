// Many axes side by side, each with a scale of its own; what has a value on each is a line across them.

/// Upright axes at x = 0, 1, 2, …, on which values lie from 0 to 1.
package struct ParallelAxes: Hashable, Sendable {
    private let axes: [SettledAxis]

    /// Axes, and the rows that are shown on them, each with one value for each axis; axes without a domain take it from the
    /// rows.
    package init(_ axes: [Axis], rows: [[Double]]) {
        self.axes = axes.enumerated().map { index, axis in
            SettledAxis(axis, values: rows.map { $0[index] })
        }
    }

    /// The places of a row; not a number where it has no value that can be drawn, so that a line is interrupted there.
    package func positions(_ row: [Double]) -> [Position] {
        zip(axes, row).enumerated().map { index, pair in
            Position(Double(index), pair.0.fraction(pair.1) ?? .nan)
        }
    }

    /// A figure of the axes, with ticks and headings, above these marks.
    package func figure(_ identifier: String, title: String, summary: String, marks: [Mark]) -> Figure {
        Figure(
            identifier, title: title, summary: summary, x: .hidden(-0.6...Double(axes.count) - 0.4),
            y: .hidden(-0.05...1.32), marks: marks + scaffold)
    }

    private var scaffold: [Mark] {
        axes.enumerated().flatMap { index, axis -> [Mark] in
            let x = Double(index)
            // Headings of neighbours stand at different heights, so that each has thrice the room.
            let height = 1.03 + 0.09 * Double(index % 3)
            let heading = Text(axis.axis.heading, at: Position(x, height), side: .above, role: .emphasis)
            return [.line(Line([Position(x, 0), Position(x, 1)], role: .muted)), .text(heading)]
                + axis.ticks(atMost: 5).map { tick in
                    .text(Text(tick.text, at: Position(x, axis.fraction(tick.value) ?? 0), side: .left))
                }
        }
    }
}
