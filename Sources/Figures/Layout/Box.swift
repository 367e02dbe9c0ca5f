// Rectangles, and lines cut off at them.

/// A rectangle of a drawing, y downwards.
struct Box: Hashable, Sendable {
    var left: Double
    var top: Double
    var width: Double
    var height: Double

    var right: Double { left + width }
    var bottom: Double { top + height }

    /// Whether two rectangles have more than a border in common.
    func overlaps(_ other: Box) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    /// Whether the other rectangle lies within this one.
    func contains(_ other: Box) -> Bool {
        other.left >= left && other.right <= right && other.top >= top && other.bottom <= bottom
    }

    func contains(_ place: Position) -> Bool {
        place.x >= left && place.x <= right && place.y >= top && place.y <= bottom
    }
}

extension Box {
    /// The parts of a line that lie within, after Liang and Barsky (1984).
    func clipped(line: [Position]) -> [[Position]] {
        var pieces: [[Position]] = []
        for (start, end) in zip(line, line.dropFirst()) {
            guard let (from, to) = clipped(start, end) else { continue }
            if let last = pieces.indices.last, pieces[last].last == from, from == start {
                pieces[last].append(to)
            } else {
                pieces.append([from, to])
            }
        }
        return pieces
    }

    private func clipped(_ start: Position, _ end: Position) -> (Position, Position)? {
        let (dx, dy) = (end.x - start.x, end.y - start.y)
        var (enter, leave) = (0.0, 1.0)
        for (step, room) in [
            (-dx, start.x - left), (dx, right - start.x), (-dy, start.y - top), (dy, bottom - start.y),
        ] {
            if step == 0 {
                if room < 0 { return nil }
            } else if step < 0 {
                enter = max(enter, room / step)
            } else {
                leave = min(leave, room / step)
            }
        }
        guard enter <= leave else { return nil }
        func at(_ share: Double) -> Position { Position(start.x + share * dx, start.y + share * dy) }
        return (enter == 0 ? start : at(enter), leave == 1 ? end : at(leave))
    }

    /// The part of a polygon that lies within, after Sutherland and Hodgman (1974).
    func clipped(polygon: [Position]) -> [Position] {
        let sides: [(Position) -> Double] = [
            { $0.x - left }, { right - $0.x }, { $0.y - top }, { bottom - $0.y },
        ]
        return sides.reduce(polygon) { corners, inside in
            corners.indices.flatMap { index -> [Position] in
                let (from, to) = (corners[index], corners[(index + 1) % corners.count])
                let (a, b) = (inside(from), inside(to))
                let share = a / (a - b)
                let crossing = Position(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y))
                return (a >= 0 ? [from] : []) + ((a >= 0) != (b >= 0) ? [crossing] : [])
            }
        }
    }
}
