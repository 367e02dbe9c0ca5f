// Three shares that add up to 1, as places in a triangle.

/// The triangle of three shares: the first is 1 at the top, the second at the left corner, the third at the right one.
package struct TernaryPlot: Hashable, Sendable {
    /// What the three shares are of, such as depth, width and resolution.
    package var names: [String]

    /// A triangle of three named shares.
    package init(_ top: String, _ left: String, _ right: String) { names = [top, left, right] }

    /// The place of three shares, scaled so that they add up to 1; not a number where one is negative or all are 0.
    package func position(_ shares: [Double]) -> Position {
        let sum = shares[0] + shares[1] + shares[2]
        guard shares.allSatisfy({ $0 >= 0 }), sum > 0 else { return Position(.nan, .nan) }
        return Position((shares[0] / 2 + shares[2]) / sum, shares[0] / sum * Self.height)
    }

    /// The sides, a grid and ticks at every 20 %, and the names of the shares.
    package var scaffold: [Mark] { [] }

    /// Lines of equal value of a function of three shares that add up to 1, cut off at the sides.
    package func contours(
        at level: Double, divisions: Int = 60, of value: ([Double]) -> Double
    ) -> [[Position]] {
        []
    }

    /// Rings around all shares for which a function is at most `level`, closed along the sides.
    package func regions(
        upTo level: Double, divisions: Int = 60, of value: ([Double]) -> Double
    ) -> [[Position]] {
        []
    }

    /// A figure of the scaffold with these marks on it.
    package func figure(_ identifier: String, title: String, summary: String, marks: [Mark]) -> Figure {
        Figure(
            identifier, title: title, summary: summary, x: .hidden(-0.1...1.1), y: .hidden(-0.1...1),
            marks: scaffold + marks, aspect: 1.1 / 1.2, isAspectFixed: true)
    }

    private static let height = 0.75.squareRoot()
}
