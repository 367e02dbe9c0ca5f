// A figure for a terminal: dots of braille, with axes and direct labels.

/// Draws figures with the dots of braille characters.
package struct BrailleDrawing: Sendable {
    /// Columns of the terminal.
    package var columns: Int
    /// Whether colours are set by the terminal's own sequences.
    package var isColoured: Bool

    /// A drawing of at most so many columns.
    package init(columns: Int = 100, isColoured: Bool = false) {
        self.columns = columns
        self.isColoured = isColoured
    }

    /// The figure as lines without line ends; the same figure gives the same characters.
    package func lines(_ figure: Figure) -> [String] {
        [figure.title]
    }
}
