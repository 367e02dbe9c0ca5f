// Labels stand beside what they name, apart from one another and within the frame.

import Basics
import Figures
import Testing

struct LabelTests {
    private struct Box {
        let (left, top, right, bottom): (Double, Double, Double, Double)

        func overlaps(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    /// Twenty named points and six named lines, drawn from a seed.
    private func crowd(_ seed: UInt64) -> Figure {
        func random(_ index: Int, _ lane: UInt64) -> Double {
            CounterRandom.fraction(seed: seed, index: index, lane: lane)
        }
        let lines = (0..<6).map { line in
            Mark.line(
                Line(
                    (0..<5).map { Position(Double($0), random(line * 5 + $0, 0)) },
                    role: ColourRole.allCases[line], label: "line\(line)"))
        }
        let points = (0..<20).map { Point(4 * random($0, 1), random($0, 2), label: "p\($0)") }
        return Figure(
            "crowd", title: "", summary: "", x: .hidden(0...5), y: .hidden(0...1),
            marks: lines + [.points(Points(points, label: "points"))])
    }

    @Test(arguments: UInt64(0)..<40)
    func labelsOverlapNeitherOneAnotherNorTheFrame(seed: UInt64) throws {
        for width in [360.0, 720] {
            let figure = crowd(seed)
            let drawn = try #require(elements(of: SVGDrawing(width: width).text(figure)))
            let height = (figure.aspect == 0.5 && width < 480 ? 0.8 : 0.5) * (width - 4)
            let boxes = drawn.filter { $0.name == "text" }.map { element in
                let place = ["x", "y"].map { element.attributes[$0].flatMap(Double.init) ?? .nan }
                // The width of the letters l, i, n, e, p, o, t and s, and of digits, as a drawing counts them.
                let wide = element.text.reduce(0) { $0 + ("il".contains($1) ? 4.2 : $1 == "t" ? 5.2 : 8.3) }
                return (
                    element.text,
                    Box(left: place[0], top: place[1] - 13, right: place[0] + wide, bottom: place[1] + 4)
                )
            }
            #expect(boxes.count { $0.0.hasPrefix("line") } == 6, "seed \(seed), width \(width)")
            #expect(boxes.count { $0.0 == "points" } == 1, "seed \(seed), width \(width)")
            for (index, (text, box)) in boxes.enumerated() {
                #expect(
                    box.left >= -0.1 && box.right <= width - 3.9 && box.top >= 8.9
                        && box.bottom <= 9.1 + height,
                    "seed \(seed), width \(width): \(text) leaves the frame")
                for (other, second) in boxes[..<index] where box.overlaps(second) {
                    Issue.record("seed \(seed), width \(width): \(text) overlaps \(other)")
                }
            }
        }
    }

    @Test(arguments: UInt64(0)..<40)
    func labelsAreReadableInATerminal(seed: UInt64) {
        let text = BrailleDrawing(columns: 80).lines(crowd(seed)).joined(separator: "\n")
        for label in (0..<6).map({ "line\($0)" }) + ["● points"] {
            #expect(text.ranges(of: label).count == 1, "seed \(seed): \(label)")
        }
    }

    @Test func aLabelStandsBesideThePointAndNotOnAnother() throws {
        let figure = Figure(
            "f", title: "", summary: "", x: .hidden(0...10), y: .hidden(0...10),
            marks: [.points(Points([Point(5, 5, label: "here"), Point(5.4, 5), Point(5.8, 5)]))])
        let drawn = try #require(elements(of: SVGDrawing(width: 404).text(figure)))
        let label = try #require(drawn.first { $0.name == "text" })
        // To the left of the first circle at 200, since others are to its right.
        #expect(label.attributes["x"].flatMap(Double.init) == 160.7)
    }

    @Test func linesThatEndAtTheRightAreNamedThere() throws {
        let figure = Figure(
            "f", title: "", summary: "", x: Axis("x"), y: Axis("y"),
            marks: [
                .line(Line([Position(0, 0), Position(1, 1)], label: "rising")),
                .line(Line([Position(0, 1), Position(1, 0)], role: .second, label: "falling")),
            ])
        let drawn = try #require(elements(of: SVGDrawing().text(figure)))
        let ends = drawn.filter { $0.attributes["class"]?.hasSuffix(" stroke") == true }.compactMap { line in
            line.attributes["d"]?.split { "ML ".contains($0) }.suffix(2).first.flatMap { Double($0) }
        }
        let labels = drawn.filter { ["rising", "falling"].contains($0.text) }.compactMap {
            $0.attributes["x"].flatMap(Double.init)
        }
        #expect(zip(ends, labels).allSatisfy { $1 > $0 && $1 < $0 + 12 })
        #expect(labels.count == 2)
    }

    @Test func aLabelThatIsTooLongEndsInDots() {
        let figure = Figure(
            "f", title: "", summary: "", x: Axis("x"), y: Axis("y"),
            marks: [.points(Points([Point(1, 1)], label: String(repeating: "long ", count: 100)))])
        let text = BrailleDrawing(columns: 60).lines(figure).joined(separator: "\n")
        #expect(text.contains("● long long") && text.contains("…"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 })
    }
}
