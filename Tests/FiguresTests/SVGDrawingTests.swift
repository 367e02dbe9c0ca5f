// Figures as SVG: complete, well-formed, the same every time.

import Figures
import Testing

struct SVGDrawingTests {
    @Test func aTinyFigureIsThese() {
        let figure = Figure(
            "tiny", title: "Tiny", summary: "Two points.", x: Axis("time", unit: "s", domain: 0...2),
            y: Axis("speed", domain: 0...1),
            marks: [
                .points(
                    Points([
                        Point(1, 0.5, vertical: 0.25...0.75, identifier: "7", hover: "trial 7"), Point(2, 1),
                    ])),
                .line(
                    Line([Position(0, 0), Position(1, 0.5), Position(1, 0.5)], isDashed: true, role: .second)),
            ])
        #expect(
            SVGDrawing(width: 480).text(figure) == """
                <svg class="figure wide" viewBox="0 0 480 286.4" role="img" aria-labelledby="tiny-title tiny-desc">
                <title id="tiny-title">Tiny</title>
                <desc id="tiny-desc">Two points.</desc>
                <g transform="translate(2 2)">
                <path class="grid" d="M30.8 26L30.8 243.4M139.5 26L139.5 243.4M248.2 26L248.2 243.4M356.9 26L356.9 243.4M465.6 26L465.6 243.4M30.8 243.4L465.6 243.4M30.8 134.7L465.6 134.7M30.8 26L465.6 26"/>
                <path class="axis" d="M30.8 243.4L30.8 248.4M139.5 243.4L139.5 248.4M248.2 243.4L248.2 248.4M356.9 243.4L356.9 248.4M465.6 243.4L465.6 248.4M30.8 243.4L465.6 243.4M30.8 26L30.8 243.4"/>
                <path class="first stroke thin" d="M248.2 189.1L248.2 80.4"/>
                <g class="first fill">
                <circle cx="248.2" cy="134.7" r="4" data-id="7"><title>trial 7</title></circle>
                <circle cx="465.6" cy="26" r="4"/>
                </g>
                <path class="second stroke dashed" d="M30.8 243.4L248.2 134.7"/>
                <text class="tick" x="20.8" y="247.9" text-anchor="end">0</text>
                <text class="tick" x="20.8" y="139.2" text-anchor="end">0.5</text>
                <text class="tick" x="20.8" y="30.5" text-anchor="end">1.0</text>
                <text class="tick" x="30.8" y="261.4" text-anchor="middle">0</text>
                <text class="tick" x="139.5" y="261.4" text-anchor="middle">0.5</text>
                <text class="tick" x="248.2" y="261.4" text-anchor="middle">1.0</text>
                <text class="tick" x="356.9" y="261.4" text-anchor="middle">1.5</text>
                <text class="tick" x="465.6" y="261.4" text-anchor="middle">2.0</text>
                <text class="heading" x="0" y="13">speed</text>
                <text class="heading" x="465.6" y="278.4" text-anchor="end">time (s)</text>
                </g>
                </svg>

                """)
    }

    @Test func everySymbolHasAShape() {
        let shapes = Symbol.allCases.map { symbol in
            let figure = Figure(
                "s", title: "", summary: "", x: .hidden(), y: .hidden(),
                marks: [.points(Points([Point(0.5, 0.5)], symbol: symbol))])
            let svg = SVGDrawing(width: 104).text(figure)
            return (elements(of: svg) ?? []).last { ["circle", "path"].contains($0.name) }?.attributes
        }
        #expect(shapes.compactMap { $0?["r"] } == ["4"])
        #expect(Set(shapes.compactMap { $0?["d"] }).count == 4)
    }

    @Test func stepsBandsRegionsAndBarsAreDrawn() throws {
        let figure = Figure(
            "all", title: "", summary: "", x: .hidden(0...10), y: .hidden(0...10),
            marks: [
                .line(Line([Position(0, 0), Position(5, 5)], isStepped: true)),
                .band(
                    Band(
                        lower: [Position(0, 1), Position(10, 1)], upper: [Position(0, 2), Position(10, 2)],
                        role: .second)),
                .region(
                    Region([Position(1, 1), Position(2, 1), Position(2, 20)], role: .third, hover: "best")),
                .bars([
                    Bar(
                        row: 3, from: 2, to: 7, reference: 5, role: .fourth, label: "70 %", identifier: "stem"
                    )
                ]),
                .text(Text("here", at: Position(5, 5), role: .fifth)),
            ], aspect: 1)
        let drawn = try #require(elements(of: SVGDrawing(width: 104).text(figure)))
        func element(_ kind: String) -> [String: String]? {
            drawn.first { $0.attributes["class"] == kind }?.attributes
        }
        #expect(element("first stroke")?["d"] == "M0 109L50 109L50 59")
        #expect(element("second area")?["d"] == "M0 99L100 99L100 89L0 89Z")
        // What leads out of the frame is cut off at its border.
        #expect(element("third area")?["d"] == "M10 99L20 99L20 9L14.7 9Z")
        #expect(element("fourth fill")?["width"] == "50")
        #expect(element("fourth fill")?["data-id"] == "stem")
        #expect(element("reference")?["d"]?.hasPrefix("M50 ") == true)
        #expect(drawn.contains { $0.name == "title" && $0.text == "best" })
        #expect(drawn.filter { $0.name == "text" }.map(\.text) == ["70 %", "here"])
    }

    @Test func anIntervalWithoutEndLeadsToTheBorder() {
        let figure = Figure(
            "e", title: "", summary: "", x: .hidden(),
            y: Axis("", scale: .log, domain: 1...100, isHidden: true),
            marks: [.points(Points([Point(0.5, 10, vertical: 0...(.infinity))]))], aspect: 1)
        let bars = elements(of: SVGDrawing(width: 104).text(figure))?.first {
            $0.attributes["class"] == "first stroke thin"
        }
        #expect(bars?.attributes["d"] == "M50 109L50 9")
    }

    @Test func titleAndDescriptionNameTheDrawing() throws {
        let figure = Figure("front/2", title: "The front", summary: "It rises.", x: Axis("x"), y: Axis("y"))
        for (width, id) in [(720.0, "front-2"), (360, "front-2-narrow")] {
            let drawn = try #require(elements(of: SVGDrawing(width: width).text(figure)))
            #expect(drawn[0].attributes["role"] == "img")
            #expect(drawn[0].attributes["aria-labelledby"] == "\(id)-title \(id)-desc")
            #expect(drawn[1].attributes["id"] == "\(id)-title" && drawn[1].text == "The front")
            #expect(drawn[2].attributes["id"] == "\(id)-desc" && drawn[2].text == "It rises.")
        }
    }

    @Test func aPageHasAWideAndANarrowDrawingWithDifferentIds() throws {
        let page = SVGDrawing.responsive(
            Figure(
                "f", title: "", summary: "", x: Axis("x"), y: Axis("y"),
                marks: [.points(Points([Point(1, 1, hover: "one")]))]))
        let drawn = try #require(elements(of: page))
        let ids = drawn.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == 4 && ids.count == 4)
        #expect(
            drawn.filter { $0.name == "svg" }.map { $0.attributes["class"] } == [
                "figure wide", "figure narrow",
            ])
        #expect(drawn.count { $0.text == "one" } == 1)
        // A page that forbids inline styles shows it all.
        #expect(!page.contains("style"))
    }

    @Test func aFileOfItsOwnHasStyleTitleAndNote() throws {
        let figure = Figure(
            "own",
            title:
                "A title that is so long that it takes more than one line above the drawing, as titles may",
            summary: "", x: Axis("x"), y: Axis("y"), marks: [.points(Points([Point(1, .nan), Point(1, 1)]))])
        let drawn = try #require(elements(of: SVGDrawing(isStandalone: true).text(figure)))
        #expect(drawn[0].attributes["xmlns"] == "http://www.w3.org/2000/svg")
        #expect(drawn.first { $0.name == "style" }?.text.contains("prefers-color-scheme:dark") == true)
        #expect(drawn.first { $0.name == "style" }?.text.contains("var(") == false)
        #expect(
            drawn.filter { $0.attributes["class"] == "title" }.map(\.text).joined(separator: " ")
                == figure.title)
        #expect(drawn.count { $0.attributes["class"] == "title" } == 2)
        #expect(drawn.first { $0.attributes["class"] == "note" }?.text == "1 value is not shown: not finite.")
    }

    @Test(arguments: [
        "</script><script>alert('x')</script>", "\"quoted\" & 'so'", "🏗️👩‍🔬 grün", "שלום עולם \u{202E}abc",
        "]]><![CDATA[", "<!-- -->", "a\u{0}b\u{1B}[31mc\u{FFFE}",
    ])
    func hostileTextShowsAsText(_ text: String) throws {
        let figure = Figure(
            text, title: text, summary: text, x: Axis(text, unit: text),
            y: Axis("", scale: .categories([text])),
            marks: [
                .points(Points([Point(1, 0, identifier: text, hover: text, label: text)], label: text)),
                .bars([Bar(row: 0, to: 1, label: text)]), .text(Text(text, at: Position(0.5, 0))),
            ], rules: [Rule(.vertical, at: 0.5, label: text)])
        let shown = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 32 || $0.value == 0xfffe ? "\u{FFFD}" : $0 }))
        for drawing in [SVGDrawing(), SVGDrawing(width: 360), SVGDrawing(isStandalone: true)] {
            let drawn = try #require(elements(of: drawing.text(figure)))
            #expect(drawn[1].text == shown)
            #expect(drawn[2].text == shown)
            #expect(drawn.contains { $0.attributes["data-id"] == shown })
            #expect(
                drawn.allSatisfy {
                    ["svg", "title", "desc", "style", "rect", "g", "path", "circle", "text"].contains($0.name)
                })
        }
        #expect(!SVGDrawing.responsive(figure).contains("<script"))
    }

    @Test func linesWithinTitlesOfPointsAreKept() throws {
        let figure = Figure(
            "f", title: "", summary: "", x: Axis("x"), y: Axis("y"),
            marks: [.points(Points([Point(1, 1, hover: "trial 7\n3 ms")]))])
        #expect(elements(of: SVGDrawing().text(figure))?.contains { $0.text == "trial 7\n3 ms" } == true)
    }
}
