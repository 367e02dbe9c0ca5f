// What a plot shows, as values: no pixels, no colours, no text sizes. Drawings make SVG or braille of it.

/// A plot: marks over two axes, with the words that a reader needs who cannot see it.
///
///     Figure("front", title: "Accuracy against latency", summary: "The front rises from 81 % at 2 ms to 93 % at 9 ms.",
///         x: Axis("latency", unit: "ms", scale: .log), y: Axis("accuracy", unit: "%"),
///         marks: [.line(Line([Position(2, 81), Position(9, 93)], role: .first, label: "front"))])
package struct Figure: Hashable, Sendable {
    /// A plain word: the name on a command line, and what makes the ids of its drawing unique.
    package var identifier: String
    /// The title, at most some eight words.
    package var title: String
    /// One sentence that says what is to be seen, for those who cannot.
    package var summary: String
    /// The axis to the right.
    package var x: Axis
    /// The axis upwards; categories go downwards, the first on top.
    package var y: Axis
    /// What is drawn, the first below all others.
    package var marks: [Mark]
    /// Lines across the plot that a value is compared with.
    package var rules: [Rule]
    /// Height over width of the plotting area; where y has categories, their number decides instead.
    package var aspect: Double
    /// Whether `aspect` holds on narrow drawings too, which are otherwise taller.
    package var isAspectFixed: Bool

    /// A figure; axes without a domain take it from the marks.
    package init(
        _ identifier: String, title: String, summary: String, x: Axis, y: Axis, marks: [Mark] = [],
        rules: [Rule] = [], aspect: Double = 0.5, isAspectFixed: Bool = false
    ) {
        self.identifier = identifier
        self.title = title
        self.summary = summary
        self.x = x
        self.y = y
        self.marks = marks
        self.rules = rules
        self.aspect = aspect
        self.isAspectFixed = isAspectFixed
    }
}

/// A place in the units of a figure's axes.
package struct Position: Hashable, Sendable {
    /// The value along the x axis.
    package var x: Double
    /// The value along the y axis.
    package var y: Double

    /// A place; a value that is not finite, or not above 0 on a logarithmic axis, is never drawn.
    package init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}

/// A line across the whole plot, such as a budget or a target.
package struct Rule: Hashable, Sendable {
    /// The axis that the value is on.
    package enum Direction: Hashable, Sendable {
        /// At a value of x, from bottom to top.
        case vertical
        /// At a value of y, from left to right.
        case horizontal
    }

    /// Which way it runs.
    package var direction: Direction
    /// The value that it stands at.
    package var value: Double
    /// What it says, or nil.
    package var label: String?

    /// A rule at a value.
    package init(_ direction: Direction, at value: Double, label: String? = nil) {
        self.direction = direction
        self.value = value
        self.label = label
    }
}
