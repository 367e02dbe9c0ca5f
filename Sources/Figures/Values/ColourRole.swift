// Meanings of colours and shapes; a palette decides how they look.

/// What a colour stands for.
package enum ColourRole: String, CaseIterable, Hashable, Sendable {
    /// The first thing that is told apart.
    case first
    /// The second.
    case second
    /// The third.
    case third
    /// The fourth.
    case fourth
    /// The fifth.
    case fifth
    /// The sixth.
    case sixth
    /// What only helps: grids, references, what was rejected.
    case muted
    /// What everything is about: the answer.
    case emphasis
}

/// The shape of a point, which tells kinds apart without colours.
package enum Symbol: String, CaseIterable, Hashable, Sendable {
    /// A disc or a ring.
    case circle
    /// A square.
    case square
    /// A triangle that stands.
    case triangle
    /// A square on its corner.
    case diamond
    /// Two strokes.
    case cross
}
