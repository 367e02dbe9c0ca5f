// Three shares that add up to 1, as places in a triangle.

import Rendering

/// The triangle of three shares: the first is 1 at the top, the second at the left corner, the third at the right one.
package struct TernaryPlot: Hashable, Sendable {
    /// What the three shares are of, such as depth, width and resolution.
    package let names: [String]

    /// A triangle of three named shares.
    package init(_ top: String, _ left: String, _ right: String) { names = [top, left, right] }

    /// The place of three shares, scaled so that they add up to 1; not a number where one is negative or all are 0.
    package func position(_ shares: [Double]) -> Position {
        let sum = shares[0] + shares[1] + shares[2]
        guard shares.allSatisfy({ $0 >= 0 }), sum > 0 else { return Position(.nan, .nan) }
        return Position((shares[0] / 2 + shares[2]) / sum, shares[0] / sum * Self.height)
    }

    /// The lines on which a function of three shares that add up to 1 is `level`, cut off at the sides. The function is
    /// computed at (`divisions` + 1)² places.
    package func contours(
        at level: Double, divisions: Int = 60, of value: ([Double]) -> Double
    ) -> [[Position]] {
        unrolled(divisions, value).contours(at: level).map { $0.map(rolled) }
    }

    /// Rings around all shares for which a function is at most `level`, closed along the sides.
    package func regions(
        upTo level: Double, divisions: Int = 60, of value: ([Double]) -> Double
    ) -> [[Position]] {
        unrolled(divisions, value).regions(upTo: level).map { $0.map(rolled) }
    }

    /// The triangle as a square whose lower side is the top corner: y leads away from the first share, x from the second
    /// to the third. A grid of it ends at the sides exactly.
    private func unrolled(_ divisions: Int, _ value: ([Double]) -> Double) -> ValueGrid {
        let steps = (0...divisions).map { Double($0) / Double(divisions) }
        return ValueGrid(x: steps, y: steps) { x, y in value([1 - y, y * (1 - x), y * x]) }
    }

    private func rolled(_ place: Position) -> Position {
        position([1 - place.y, place.y * (1 - place.x), place.y * place.x])
    }

    private static let height = 0.75.squareRoot()
}

extension TernaryPlot {
    /// A figure of the triangle, with a grid, ticks every 20 % and the names of the shares, and these marks on it.
    package func figure(
        _ identifier: String, title: String, summary: String, marks: [Mark], rules: [Rule] = []
    ) -> Figure {
        let (x, y) = (-0.12...1.12, -0.16...0.94)
        return Figure(
            identifier, title: title, summary: summary, x: .hidden(x), y: .hidden(y),
            marks: scaffold + marks, rules: rules,
            aspect: (y.upperBound - y.lowerBound) / (x.upperBound - x.lowerBound), isAspectFixed: true)
    }

    /// The sides, lines of equal shares with their per cent where they begin, and the names at the corners.
    private var scaffold: [Mark] {
        let corners = [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]].map(position)
        var marks: [Mark] = [.line(Line(corners + [corners[0]], role: .muted))]
        for share in [0.2, 0.4, 0.6, 0.8] {
            for first in 0..<3 {
                var (start, end) = ([0.0, 0, 0], [0.0, 0, 0])
                (start[first], end[first]) = (share, share)
                (start[(first + 1) % 3], end[(first + 2) % 3]) = (1 - share, 1 - share)
                marks.append(.line(Line([position(start), position(end)], weight: .grid, role: .muted)))
                marks.append(
                    .text(
                        Text(
                            (100 * share).digits(0), at: position(start),
                            side: [.left, .below, .right][first])))
            }
        }
        let sides: [(shares: [Double], side: Text.Side, arrow: (before: String, after: String))] = [
            ([0.5, 0.5, 0], .left, ("", " ↑")), ([0, 0.5, 0.5], .below, ("← ", "")),
            ([0.5, 0, 0.5], .right, ("", " ↓")),
        ]
        for (name, (shares, side, arrow)) in zip(names, sides) {
            var place = position(shares)
            if side == .below { place.y -= 0.07 }
            marks.append(.text(Text("\(arrow.before)\(name) (%)\(arrow.after)", at: place, side: side)))
        }
        for (name, (corner, side)) in zip(names, zip(corners, [Text.Side.above, .below, .below])) {
            // Below the ticks, which a long name would run into.
            let place = side == .below ? Position(corner.x, corner.y - 0.07) : corner
            marks.append(.text(Text("all \(name)", at: place, side: side, role: .emphasis)))
        }
        return marks
    }
}
