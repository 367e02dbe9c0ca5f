// What cannot be drawn is never drawn, and counted.

import Figures
import Testing

struct OmissionTests {
    private func figure(_ marks: [Mark], x: Axis = Axis("x"), y: Axis = Axis("y")) -> Figure {
        Figure("f", title: "", summary: "", x: x, y: y, marks: marks)
    }

    private func circles(_ figure: Figure) -> Int? {
        elements(of: SVGDrawing().text(figure))?.count { $0.name == "circle" }
    }

    @Test func valuesThatAreNotFiniteAreLeftOut() {
        let values = [
            Point(1, 1), Point(.nan, 1), Point(1, .infinity), Point(-.infinity, .nan), Point(1e301, 1),
        ]
        let figure = figure([.points(Points(values))])
        #expect(figure.omitted == 4)
        #expect(figure.omission == "4 values are not shown: not finite.")
        #expect(circles(figure) == 1)
        for text in [SVGDrawing().text(figure), BrailleDrawing().lines(figure).joined()] {
            #expect(!text.contains("nan") && !text.contains("inf,"))
        }
    }

    @Test func valuesThatAreNotAboveZeroAreLeftOutOfLogarithms() {
        let figure = figure(
            [.points(Points([Point(0, 1), Point(-1, 1), Point(1, 1), Point(10, 1)]))],
            x: Axis("x", scale: .log))
        #expect(figure.omission == "2 values are not shown: not finite or not above 0 on a logarithmic axis.")
        #expect(circles(figure) == 2)
    }

    @Test func pointsAndBarsOutsideAGivenDomainAreLeftOut() {
        let figure = figure(
            [
                .points(Points([Point(0.5, 1), Point(2, 1)])),
                .bars([Bar(row: 1, to: 0.7), Bar(row: 1, to: 7)]),
            ],
            x: Axis("x", domain: 0...1))
        #expect(figure.omission == "2 values are not shown: not finite or outside the axes.")
        #expect(circles(figure) == 1)
    }

    @Test func anUndrawableValueInterruptsLinesAndBands() {
        let line = [Position(0, 0), Position(1, 1), Position(2, .nan), Position(3, 1), Position(4, 0)]
        let figure = figure([.line(Line(line)), .band(Band(lower: line, upper: line, role: .second))])
        #expect(figure.omitted == 2)
        let drawn = elements(of: SVGDrawing().text(figure)) ?? []
        let paths = ["first stroke", "second area"].map { kind in
            drawn.first { $0.attributes["class"] == kind }?.attributes["d"]?.count { $0 == "M" }
        }
        #expect(paths == [2, 2])
    }

    @Test func noneOfSomethingIsABarWithoutLength() {
        let rows = Axis("", scale: .categories(["drawn", "trained"]))
        let figure = figure(
            [.bars([Bar(row: 0, to: 400, label: "400"), Bar(row: 1, to: 0, label: "0")])],
            x: Axis("points", scale: .log), y: rows)
        #expect(figure.omission == nil)
        let bars = elements(of: SVGDrawing().text(figure))?.filter { $0.name == "rect" }
        #expect(bars?.last?.attributes["width"] == "0")
        #expect(words("first", of: SVGDrawing().text(figure)) == ["400", "0"])
    }

    @Test(arguments: [[], [Point(.nan, .nan)]])
    func withoutValuesThereAreOnlyAxes(_ points: [Point]) {
        for scale in [Axis.Scale.linear, .log] {
            let figure = figure(
                [.points(Points(points))], x: Axis("x", scale: scale), y: Axis("y", scale: scale))
            #expect(circles(figure) == 0)
            #expect(words("tick", of: SVGDrawing().text(figure)).count >= 4)
            #expect(BrailleDrawing().lines(figure).count > 5)
        }
    }

    @Test(arguments: [0.0, 7, -3, 1e-300, 1e300])
    func equalValuesStandInTheMiddle(_ value: Double) throws {
        for axis in [Axis("x"), Axis("x", scale: .log)] where value > 0 || axis.scale == .linear {
            let figure = Figure(
                "f", title: "", summary: "", x: axis, y: .hidden(),
                marks: [.points(Points([Point(value, 0.5), Point(value, 0.5)]))])
            let drawn = try #require(elements(of: SVGDrawing(width: 404).text(figure)))
            let (axisLine, places) = (
                drawn.first { $0.attributes["class"] == "axis" }?.attributes["d"] ?? "",
                drawn.compactMap { $0.attributes["cx"].flatMap(Double.init) }
            )
            let right = axisLine.split { "ML ".contains($0) }.compactMap { Double($0) }.max() ?? 0
            #expect(places.count == 2)
            #expect(places.allSatisfy { abs($0 - right / 2) <= 0.11 }, "\(places) of \(right)")
        }
    }
}
