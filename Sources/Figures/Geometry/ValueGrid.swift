// Values on a grid, and the lines along which they are equal, by marching squares.

/// Values at all crossings of columns x and rows y.
package struct ValueGrid: Hashable, Sendable {
    private let x: [Double]
    private let y: [Double]
    private var values: [Double]

    /// The values of a function at all crossings; x and y rise, and a value that is not a number is a hole.
    package init(x: [Double], y: [Double], value: (_ x: Double, _ y: Double) -> Double) {
        self.x = x
        self.y = y
        values = y.flatMap { y in x.map { value($0, y) } }
    }

    /// The lines on which the value is `level`, interpolated linearly; one that closes ends where it begins. What lies
    /// higher is to the left of a line.
    package func contours(at level: Double) -> [[Position]] {
        var next: [Edge: Edge] = [:]
        var starts: [Edge] = []
        for row in 0..<max(0, y.count - 1) {
            for column in 0..<max(0, x.count - 1) {
                for (from, to) in crossings(column, row, level) {
                    next[from] = to
                    starts.append(from)
                }
            }
        }
        let ends = Set(next.values)
        var lines: [[Position]] = []
        // Lines that begin at a border first, then rings, in the order of the cells that they were found in.
        for start in starts.filter({ !ends.contains($0) }) + starts {
            guard var edge = next.removeValue(forKey: start) else { continue }
            var line = [position(of: start, level)]
            func lead(to edge: Edge) {
                // A line through a crossing passes it on several sides.
                let position = position(of: edge, level)
                if position != line.last { line.append(position) }
            }
            lead(to: edge)
            while let following = next.removeValue(forKey: edge) {
                edge = following
                lead(to: edge)
            }
            if line.count > 1 { lines.append(line) }
        }
        return lines
    }

    /// Rings around all places with values up to `level`, closed along the border of the grid; a ring within another one
    /// is around what lies higher.
    package func regions(upTo level: Double) -> [[Position]] {
        guard let left = x.first, let right = x.last, let first = y.first, let last = y.last else {
            return []
        }
        // Beyond the border lies what is infinitely high, and no distance away.
        var walled = ValueGrid(x: [left] + x + [right], y: [first] + y + [last]) { _, _ in .infinity }
        for row in y.indices {
            for column in x.indices {
                let value = self[column, row]
                walled.values[(row + 1) * walled.x.count + column + 1] = value.isNaN ? .infinity : value
            }
        }
        return walled.contours(at: level)
    }

    private subscript(column: Int, row: Int) -> Double { values[row * x.count + column] }

    /// A side between two neighbouring crossings, by its lower end.
    private struct Edge: Hashable {
        let column: Int
        let row: Int
        let isUpright: Bool
    }

    /// The pieces of contour in one cell, each with what lies higher on its left.
    private func crossings(_ column: Int, _ row: Int, _ level: Double) -> [(Edge, Edge)] {
        let corners = [
            self[column, row], self[column + 1, row], self[column + 1, row + 1], self[column, row + 1],
        ]
        guard !corners.contains(where: \.isNaN) else { return [] }
        let bottom = Edge(column: column, row: row, isUpright: false)
        let right = Edge(column: column + 1, row: row, isUpright: true)
        let top = Edge(column: column, row: row + 1, isUpright: false)
        let left = Edge(column: column, row: row, isUpright: true)
        // Around the cell, a side at which the value comes up to more than the level begins a piece, one where it falls ends one.
        let sides = [bottom, right, top, left]
        let isHigh = corners.map { $0 > level }
        let rising = (0..<4).filter { !isHigh[$0] && isHigh[($0 + 1) % 4] }
        let falling = (0..<4).filter { isHigh[$0] && !isHigh[($0 + 1) % 4] }
        guard rising.count == 2 else { return zip(rising, falling).map { (sides[$1], sides[$0]) } }
        // A saddle: the mean of the corners says whether the two high ones are connected.
        let isConnected = corners.reduce(0, +) / 4 > level
        return rising.map { side in
            (sides[(side + (isConnected ? 3 : 1)) % 4], sides[side])
        }
    }

    private func position(of edge: Edge, _ level: Double) -> Position {
        let (column, row) = (edge.column, edge.row)
        let (otherColumn, otherRow) = edge.isUpright ? (column, row + 1) : (column + 1, row)
        let (a, b) = (self[column, row], self[otherColumn, otherRow])
        // From the lower value, so that an infinitely high one is no distance away.
        let share = a <= b ? (level - a) / (b - a) : 1 - (level - b) / (a - b)
        return Position(
            x[column] + share * (x[otherColumn] - x[column]), y[row] + share * (y[otherRow] - y[row]))
    }
}
