// Three shares in a triangle, and many axes beside one another.

import Figures
import Testing

struct TernaryPlotTests {
    private let plot = TernaryPlot("depth", "width", "resolution")

    @Test func cornersAreWholeShares() {
        #expect(plot.position([1, 0, 0]) == Position(0.5, 0.75.squareRoot()))
        #expect(plot.position([0, 1, 0]) == Position(0, 0))
        #expect(plot.position([0, 0, 1]) == Position(1, 0))
    }

    @Test func sharesAreScaledToOne() {
        #expect(plot.position([2, 2, 0]) == plot.position([0.5, 0.5, 0]))
        #expect(plot.position([0, 3, 3]) == Position(0.5, 0))
    }

    @Test func whatIsNoShareHasNoPlace() {
        #expect(plot.position([-0.1, 0.6, 0.5]).x.isNaN)
        #expect(plot.position([0, 0, 0]).x.isNaN)
        #expect(plot.position([.nan, 0, 1]).x.isNaN)
    }

    @Test func theThreeSidesAreNamedAndHaveTicks() {
        let svg = SVGDrawing().text(plot.figure("plane", title: "Plane", summary: "", marks: []))
        let muted = words("muted", of: svg)
        #expect(muted.filter { $0 == "20" }.count == 3)
        #expect(muted.filter { $0 == "80" }.count == 3)
        #expect(muted.suffix(3) == ["depth (%) ↑", "← width (%)", "resolution (%) ↓"])
        #expect(words("emphasis", of: svg) == ["all depth", "all width", "all resolution"])
        #expect(words("tick", of: svg).isEmpty)
    }

    @Test func theTriangleKeepsItsShapeInEveryWidth() throws {
        for width in [360.0, 720, 1200] {
            let svg = SVGDrawing(width: width).text(plot.figure("plane", title: "", summary: "", marks: []))
            let outline = try #require(
                elements(of: svg)?.first { $0.attributes["class"] == "muted stroke" }?.attributes["d"])
            let numbers = outline.split { "ML ".contains($0) }.compactMap { Double($0) }
            let (base, height) = (numbers[4] - numbers[2], numbers[3] - numbers[1])
            #expect(abs(height / base - 0.75.squareRoot()) < 0.01, "\(width)")
        }
    }
}

struct ParallelAxesTests {
    private let axes = ParallelAxes(
        [
            Axis("α"), Axis("macs", scale: .log, domain: 1e6...1e8, numbers: .short),
            Axis("accuracy", numbers: .percent),
        ],
        rows: [[1, 1e6, 0.8], [2, 1e8, 0.9]])

    @Test func everyAxisHasItsOwnScale() {
        let places = axes.positions([1.5, 1e7, 0.85])
        #expect(places.map(\.x) == [0, 1, 2])
        #expect(places.map { ($0.y * 1e9).rounded() / 1e9 } == [0.5, 0.5, 0.5])
    }

    @Test func missingValuesInterruptTheLine() throws {
        let places = axes.positions([1.5, -1, .nan])
        #expect(places.map(\.y.isNaN) == [false, true, true])
        let line = Line(axes.positions([1.5, .nan, 0.9]), role: .second)
        let figure = axes.figure("all", title: "", summary: "", marks: [.line(line)])
        #expect(
            elements(of: SVGDrawing().text(figure))?.contains { $0.attributes["class"] == "second stroke" }
                == false)
        #expect(figure.omitted == 1)
    }

    @Test func axesHaveHeadingsAndTicks() {
        let svg = SVGDrawing().text(axes.figure("all", title: "", summary: "", marks: []))
        #expect(words("emphasis", of: svg) == ["α", "macs", "accuracy (%)"])
        let ticks = ["1.0", "1.5", "2.0", "1M", "3M", "10M", "30M", "100M", "80", "85", "90"]
        #expect(words("muted", of: svg) == ticks)
    }
}
