// Lines of equal value on grids, and in the triangle of three shares.

import Figures
import Testing

struct ContourTests {
    private let steps = (0...4).map(Double.init)

    @Test func aPlaneHasStraightContours() {
        let grid = ValueGrid(x: steps, y: steps) { x, _ in x }
        #expect(grid.contours(at: 1.5) == [(0...4).reversed().map { Position(1.5, Double($0)) }])
        let slanted = ValueGrid(x: [0, 1], y: [0, 1]) { x, y in x + 2 * y }
        #expect(slanted.contours(at: 1) == [[Position(0, 0.5), Position(1, 0)]])
        #expect(grid.contours(at: 9).isEmpty)
    }

    @Test func whatLiesHigherIsToTheLeft() {
        let falling = ValueGrid(x: [0, 1], y: [0, 1]) { x, _ in -x }
        #expect(falling.contours(at: -0.5) == [[Position(0.5, 0), Position(0.5, 1)]])
    }

    @Test func aHillHasARing() {
        let peak = ValueGrid(x: [0, 1, 2], y: [0, 1, 2]) { x, y in x == 1 && y == 1 ? 1 : 0 }
        let rings = peak.contours(at: 0.5)
        #expect(rings.count == 1)
        #expect(rings[0].first == rings[0].last)
        #expect(Set(rings[0]) == [Position(0.5, 1), Position(1, 0.5), Position(1.5, 1), Position(1, 1.5)])
    }

    @Test func aSaddleIsDecidedByItsMiddle() {
        func saddle(_ high: Double) -> [Set<Position>] {
            ValueGrid(x: [0, 1], y: [0, 1]) { x, y in x == y ? high : 0 }.contours(at: 1).map(Set.init)
        }
        // Corners of 4 and 0 have the mean 2, so that the high ones are connected and the low ones cut off.
        #expect(
            Set(saddle(4)) == [
                [Position(0.75, 0), Position(1, 0.25)], [Position(0, 0.75), Position(0.25, 1)],
            ])
        // Corners of 1.6 and 0 have the mean 0.8, so that the low ones are connected.
        #expect(
            Set(saddle(1.6)) == [
                [Position(0.375, 0), Position(0, 0.375)], [Position(1, 0.625), Position(0.625, 1)],
            ])
    }

    @Test func holesInterruptContours() {
        let grid = ValueGrid(x: steps, y: steps) { x, y in y == 2 ? .nan : x }
        #expect(
            grid.contours(at: 1.5) == [
                [Position(1.5, 1), Position(1.5, 0)], [Position(1.5, 4), Position(1.5, 3)],
            ])
    }

    @Test func regionsCloseAlongTheBorder() {
        let grid = ValueGrid(x: steps, y: steps) { x, _ in x }
        let rings = grid.regions(upTo: 1.5)
        #expect(rings.count == 1)
        #expect(rings[0].first == rings[0].last)
        #expect(area(rings[0]) == 1.5 * 4)
        #expect(grid.regions(upTo: 9).map(area) == [16])
        #expect(grid.regions(upTo: -1).isEmpty)
        let island = ValueGrid(x: steps, y: steps) { x, y in x == 2 && y == 2 ? 0 : 2 }
        #expect(island.regions(upTo: 1).map(area) == [0.5])
    }

    @Test func emptyGridsHaveNoContours() {
        #expect(ValueGrid(x: [], y: []) { _, _ in 0 }.contours(at: 0).isEmpty)
        #expect(ValueGrid(x: [], y: []) { _, _ in 0 }.regions(upTo: 1).isEmpty)
        #expect(ValueGrid(x: [1], y: [1]) { _, _ in 0 }.contours(at: 0).isEmpty)
    }

    @Test func contoursOfTheTriangleEndAtItsSides() {
        let plot = TernaryPlot("a", "b", "c")
        let lines = plot.contours(at: 0.5, divisions: 10) { $0[0] }
        #expect(lines.count == 1)
        let half = 0.75.squareRoot() / 2
        let ends = [lines[0].first, lines[0].last].compactMap { $0 }.sorted { $0.x < $1.x }
        #expect(ends.map { [round($0.x), round($0.y)] } == [[0.25, round(half)], [0.75, round(half)]])
        let all = plot.regions(upTo: 1, divisions: 10) { $0[1] }
        #expect(all.count == 1)
        #expect(abs(area(all[0]) - 0.75.squareRoot() / 2) < 1e-12)
    }

    private func round(_ value: Double) -> Double { (value * 1e9).rounded() / 1e9 }

    /// What a ring encloses.
    private func area(_ ring: [Position]) -> Double {
        abs(zip(ring, ring.dropFirst()).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }) / 2
    }
}
