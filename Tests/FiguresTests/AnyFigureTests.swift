// Whatever values and domains a figure has, its drawings are complete, and the same every time.

import Basics
import Figures
import Testing

struct AnyFigureTests {
    private static let values: [Double] = [
        .nan, .infinity, -.infinity, 0, -0.0, 1, -1, 1e308, -1e308, 1e300, 1e-300, .leastNonzeroMagnitude,
        1e-10,
        1e15, 1e15 + 1, 0.1, 0.5, 2, 100, -7,
    ]

    /// A figure of every kind of mark, with values, domains and scales by lot.
    private func figure(_ seed: UInt64) -> Figure {
        var index = 0
        func number(below limit: Int) -> Int {
            index += 1
            return Int(CounterRandom.fraction(seed: seed, index: index, lane: 0) * Double(limit))
        }
        func value() -> Double { Self.values[number(below: Self.values.count)] }
        func position() -> Position { Position(value(), value()) }
        func range() -> ClosedRange<Double>? {
            let (a, b) = (value(), value())
            return a.isNaN || b.isNaN || number(below: 2) == 0 ? nil : min(a, b)...max(a, b)
        }
        func axis() -> Axis {
            let scale = [Axis.Scale.linear, .log, .log, .categories(["a", "b"])][number(below: 4)]
            return Axis(
                "x", scale: scale, domain: range(), numbers: [.plain, .short, .percent][number(below: 3)],
                isHidden: number(below: 4) == 0)
        }
        let line = (0..<6).map { _ in position() }
        return Figure(
            "any", title: "Any", summary: "", x: axis(), y: axis(),
            marks: [
                .points(
                    Points(
                        line.map { Point($0.x, $0.y, horizontal: range(), vertical: range(), label: "point") }
                    )),
                .line(Line(line, isStepped: number(below: 2) == 0, label: "line")),
                .band(Band(lower: line, upper: line.reversed(), label: "band")),
                .region(Region(line, label: "region")),
                .bars(
                    (0..<3).map { Bar(row: $0, from: value(), to: value(), reference: value(), label: "bar") }
                ),
                .text(Text("text", at: position())),
            ], rules: [Rule(.vertical, at: value(), label: "rule")])
    }

    @Test(arguments: UInt64(0)..<60)
    func drawingsAreComplete(seed: UInt64) {
        let figure = figure(seed)
        for width in [30.0, 360, 720] {
            let svg = SVGDrawing(width: width, isStandalone: true).text(figure)
            #expect(elements(of: svg)?.count ?? 0 > 4, "seed \(seed), width \(width)")
            #expect(!svg.contains("nan"), "seed \(seed), width \(width)")
            #expect(svg == SVGDrawing(width: width, isStandalone: true).text(figure))
        }
        for columns in [5, 40, 100] {
            let lines = BrailleDrawing(columns: columns).lines(figure)
            #expect(lines.allSatisfy { $0.count <= columns }, "seed \(seed), columns \(columns)")
        }
    }
}
