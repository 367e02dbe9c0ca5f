// Figures in a terminal.

import Figures
import Testing

struct BrailleDrawingTests {
    private let figure = Figure(
        "tiny", title: "Speed", summary: "", x: Axis("time", unit: "s", domain: 0...2),
        y: Axis("speed", domain: 0...1),
        marks: [
            .line(Line([Position(0, 0), Position(2, 1)], role: .second)),
            .points(Points([Point(1, 0.5), Point(2, 0)], symbol: .diamond, isFilled: false, label: "seen")),
        ])

    @Test func aTinyFigureIsThese() {
        #expect(
            BrailleDrawing(columns: 24).lines(figure).joined(separator: "\n") == """
                Speed
                speed
                1  ┤             ⣀⡠⠔⠊⠉
                   │        ◇⡠⠤⠒⠉
                   │    ⣀⠤⠒⠊⠁
                0  ┤⡠⠔⠊⠉      ◇ seen ◇
                   └┬───────┬────────┬
                    0       1        2
                              time (s)
                """)
    }

    @Test func coloursAreSequencesOfTheTerminal() {
        let coloured = BrailleDrawing(columns: 24, isColoured: true).lines(figure)
        let plain = coloured.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") }
        #expect(plain == BrailleDrawing(columns: 24).lines(figure))
        #expect(coloured.joined().contains("\u{1B}[0;34m◇ seen"))
        #expect(
            coloured.filter { $0.contains("\u{1B}") }.allSatisfy { $0.hasSuffix("\u{1B}[0m") })
        #expect(!BrailleDrawing(columns: 24).lines(figure).joined().contains("\u{1B}"))
    }

    @Test func onlyTerminalsThatKnowColoursHaveThem() {
        func drawing(_ isTerminal: Bool, _ columns: Int?, _ environment: [String: String]) -> [Int] {
            let drawing = BrailleDrawing(isTerminal: isTerminal, columns: columns, environment: environment)
            return [drawing.columns, drawing.isColoured ? 1 : 0]
        }
        #expect(drawing(true, 80, ["TERM": "xterm"]) == [80, 1])
        #expect(drawing(true, 80, ["TERM": "xterm", "NO_COLOR": ""]) == [80, 1])
        #expect(drawing(true, 80, ["TERM": "xterm", "NO_COLOR": "1"]) == [80, 0])
        #expect(drawing(true, 300, ["TERM": "dumb"]) == [100, 0])
        #expect(drawing(true, 7, [:]) == [40, 0])
        #expect(drawing(true, nil, ["TERM": "screen"]) == [100, 1])
        #expect(drawing(false, 80, ["TERM": "xterm"]) == [100, 0])
    }

    @Test func kindsOfPointsDifferWithoutColours() {
        let marks = Symbol.allCases.enumerated().map { index, symbol in
            Mark.points(Points([Point(Double(index), 0)], symbol: symbol))
        }
        let lines = BrailleDrawing(columns: 40).lines(
            Figure("f", title: "", summary: "", x: Axis("x"), y: Axis("y"), marks: marks))
        #expect(lines.joined().filter { "●■▲◆×".contains($0) } == "●■▲◆×")
    }

    @Test func barsAreRowsWithPatterns() {
        let figure = Figure(
            "bars", title: "Bars", summary: "", x: Axis("time", unit: "ms"),
            y: Axis("", scale: .categories(["stem", "head"])),
            marks: [
                .bars([
                    Bar(row: 0, to: 2, role: .first),
                    Bar(row: 0, from: 2, to: 4, role: .second, label: "4 ms"),
                    Bar(row: 1, to: 1, reference: 3, role: .third, label: "1 ms"),
                ])
            ])
        #expect(
            BrailleDrawing(columns: 40).lines(figure).joined(separator: "\n") == """
                Bars
                stem  ┤⠿⠿⠿⠿⠿⠿⠿⠿⠿⠿⠿⠿⠗⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠅ 4 ms
                head  ┤⠇⠇⠇⠇⠇⠇  1 ms      ┃
                      └┬─────┬─────┬─────┬─────┬─────┬─
                       0     1     2     3     4     5
                                              time (ms)
                """)
    }

    @Test(arguments: [20, 40, 100, 250])
    func noLineIsWiderThanTheTerminal(_ columns: Int) {
        var wide = figure
        wide.title = "高い塔 " + String(repeating: "title ", count: 60)
        wide.x.label = String(repeating: "x", count: 300)
        wide.y = Axis("", scale: .categories([String(repeating: "高", count: 200), "b"]))
        for line in BrailleDrawing(columns: columns).lines(wide) {
            // Characters of double width count twice.
            #expect(line.reduce(0) { $0 + ("高い塔".contains($1) ? 2 : 1) } <= columns, "\(line)")
            #expect(line.last != " ")
        }
    }

    @Test func textCannotSteerTheTerminal() {
        let hostile = "a\u{1B}[2J\u{7}\u{9B}31m\r\n\u{202E}b"
        let figure = Figure(
            hostile, title: hostile, summary: hostile, x: Axis(hostile), y: Axis(hostile, unit: hostile),
            marks: [.points(Points([Point(1, 1, label: hostile)], label: hostile))],
            rules: [Rule(.horizontal, at: 1, label: hostile)])
        let text = BrailleDrawing().lines(figure).joined()
        #expect(
            !text.unicodeScalars.contains {
                $0.value < 32 || (0x7f..<0xa0).contains($0.value) || $0.value == 0x202e
            })
        #expect(text.contains("a\u{FFFD}[2J\u{FFFD}\u{FFFD}31m"))
    }
}
