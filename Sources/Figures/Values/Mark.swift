// What can stand in a figure. Every mark has a role, which a palette makes a colour, and says by shape what it is, too.

/// One layer of a figure.
package enum Mark: Hashable, Sendable {
    /// Single values.
    case points(Points)
    /// A line through values, straight or in steps.
    case line(Line)
    /// What lies between a lower and an upper line.
    case band(Band)
    /// A filled polygon.
    case region(Region)
    /// Horizontal bars over the rows of y.
    case bars([Bar])
    /// Words at a place.
    case text(Text)
}

/// Values that are drawn as symbols of one kind.
package struct Points: Hashable, Sendable {
    /// The values, the first below all others.
    package var points: [Point]
    /// Their shape.
    package var symbol: Symbol
    /// Whether the shape is filled, or only an outline.
    package var isFilled: Bool
    /// The meaning of their colour.
    package var role: ColourRole
    /// The name of them all, written beside one of them, or nil.
    package var label: String?

    /// Points of one kind.
    package init(
        _ points: [Point], symbol: Symbol = .circle, isFilled: Bool = true, role: ColourRole = .first,
        label: String? = nil
    ) {
        self.points = points
        self.symbol = symbol
        self.isFilled = isFilled
        self.role = role
        self.label = label
    }
}

/// One value, with what is not known of it exactly.
package struct Point: Hashable, Sendable {
    /// Where it is.
    package var position: Position
    /// The interval of x, or nil.
    package var horizontal: ClosedRange<Double>?
    /// The interval of y, or nil.
    package var vertical: ClosedRange<Double>?
    /// What the point is about, as `data-id`, or nil.
    package var identifier: String?
    /// What a pointer that rests on it is told, or nil.
    package var hover: String?
    /// What is written beside it, or nil; where there is no room, only in the role of emphasis.
    package var label: String?

    /// A point.
    package init(
        _ x: Double, _ y: Double, horizontal: ClosedRange<Double>? = nil,
        vertical: ClosedRange<Double>? = nil, identifier: String? = nil, hover: String? = nil,
        label: String? = nil
    ) {
        position = Position(x, y)
        self.horizontal = horizontal
        self.vertical = vertical
        self.identifier = identifier
        self.hover = hover
        self.label = label
    }
}

/// A line through positions; it is interrupted at one that cannot be drawn.
package struct Line: Hashable, Sendable {
    /// How strong a line is.
    package enum Weight: Hashable, Sendable {
        /// What values are read off by.
        case grid
        /// One of many, or a help to the eye.
        case thin
        /// What a plot is about.
        case regular
    }

    /// Where it leads through.
    package var positions: [Position]
    /// Whether it keeps y until the next x, instead of leading there straight.
    package var isStepped: Bool
    /// Whether it is dashed.
    package var isDashed: Bool
    /// How strong it is.
    package var weight: Weight
    /// The meaning of its colour.
    package var role: ColourRole
    /// Its name, written beside its end, or nil.
    package var label: String?
    /// What the line is about, as `data-id`, or nil.
    package var identifier: String?
    /// What a pointer that rests on it is told, or nil.
    package var hover: String?

    /// A line.
    package init(
        _ positions: [Position], isStepped: Bool = false, isDashed: Bool = false, weight: Weight = .regular,
        role: ColourRole = .first, label: String? = nil, identifier: String? = nil, hover: String? = nil
    ) {
        self.positions = positions
        self.isStepped = isStepped
        self.isDashed = isDashed
        self.weight = weight
        self.role = role
        self.label = label
        self.identifier = identifier
        self.hover = hover
    }
}

/// An interval of y for every x.
package struct Band: Hashable, Sendable {
    /// The lower ends, from left to right.
    package var lower: [Position]
    /// The upper ends, as many and at the same x; the band is interrupted where one end cannot be drawn.
    package var upper: [Position]
    /// The meaning of its colour.
    package var role: ColourRole
    /// Its name, or nil.
    package var label: String?

    /// A band between two lines.
    package init(lower: [Position], upper: [Position], role: ColourRole = .first, label: String? = nil) {
        self.lower = lower
        self.upper = upper
        self.role = role
        self.label = label
    }
}

/// A filled polygon.
package struct Region: Hashable, Sendable {
    /// Its corners, around it.
    package var corners: [Position]
    /// The meaning of its colour.
    package var role: ColourRole
    /// Its name, or nil.
    package var label: String?
    /// What a pointer that rests on it is told, or nil.
    package var hover: String?

    /// A polygon.
    package init(_ corners: [Position], role: ColourRole = .first, label: String? = nil, hover: String? = nil)
    {
        self.corners = corners
        self.role = role
        self.label = label
        self.hover = hover
    }
}

/// A horizontal bar; bars of one row stand behind one another where each begins at the end of the last.
package struct Bar: Hashable, Sendable {
    /// The row, counted from 0 at the top.
    package var row: Int
    /// The value that it begins at; nil for 0, and for the left end of a logarithmic axis.
    package var start: Double?
    /// The value that it ends at.
    package var end: Double
    /// A value that it is compared with, drawn as a line across the bar, or nil.
    package var reference: Double?
    /// The meaning of its colour.
    package var role: ColourRole
    /// What is written behind its end, or nil.
    package var label: String?
    /// What the bar is about, as `data-id`, or nil.
    package var identifier: String?
    /// What a pointer that rests on it is told, or nil.
    package var hover: String?

    /// A bar.
    package init(
        row: Int, from start: Double? = nil, to end: Double, reference: Double? = nil,
        role: ColourRole = .first, label: String? = nil, identifier: String? = nil, hover: String? = nil
    ) {
        self.row = row
        self.start = start
        self.end = end
        self.reference = reference
        self.role = role
        self.label = label
        self.identifier = identifier
        self.hover = hover
    }
}

/// Words at a place within the axes, which are moved only where the border would cut them off.
package struct Text: Hashable, Sendable {
    /// Where the words stand seen from their place.
    package enum Side: Hashable, Sendable {
        /// Around it.
        case centre
        /// To the right of it.
        case right
        /// To the left of it.
        case left
        /// Above it.
        case above
        /// Below it.
        case below
    }

    /// The words.
    package var words: String
    /// Their place.
    package var position: Position
    /// Where they stand seen from it.
    package var side: Side
    /// The meaning of their colour.
    package var role: ColourRole

    /// Words at a place.
    package init(_ words: String, at position: Position, side: Side = .centre, role: ColourRole = .muted) {
        self.words = words
        self.position = position
        self.side = side
        self.role = role
    }
}
