// Values on a grid, and the lines along which they are equal, by marching squares.

/// Values at all crossings of columns x and rows y.
package struct ValueGrid: Hashable, Sendable {
    private let x: [Double]
    private let y: [Double]
    private let values: [Double]

    /// The values of a function at all crossings; x and y rise or fall, and a value that is not a number is a hole.
    package init(x: [Double], y: [Double], value: (_ x: Double, _ y: Double) -> Double) {
        self.x = x
        self.y = y
        values = y.flatMap { y in x.map { value($0, y) } }
    }

    /// The lines on which the value is `level`, interpolated linearly; one that closes ends where it begins.
    package func contours(at level: Double) -> [[Position]] { [] }

    /// The rings around all places with values up to `level`, closed along the border of the grid.
    package func regions(upTo level: Double) -> [[Position]] { [] }
}
