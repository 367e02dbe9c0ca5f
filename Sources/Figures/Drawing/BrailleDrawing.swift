// A figure for a terminal: dots of braille, with axes and direct labels.

/// Draws figures with the dots of braille characters; kinds of points differ by symbol, areas and bars by pattern.
package struct BrailleDrawing: Sendable {
    /// Columns of the terminal.
    package var columns: Int
    /// Whether colours are set by the terminal's own sequences.
    package var isColoured: Bool

    /// A drawing of at most so many columns.
    package init(columns: Int = 100, isColoured: Bool = false) {
        self.columns = columns
        self.isColoured = isColoured
    }

    /// A drawing for where results go: a terminal of so many columns, where they are known, or a file or pipe.
    ///
    /// It has 40 to 100 columns, and colours on terminals that are not `TERM=dumb`, unless `NO_COLOR` is set.
    package init(isTerminal: Bool, columns: Int?, environment: [String: String]) {
        self.columns = min(100, max(40, isTerminal ? columns ?? 100 : 100))
        isColoured =
            isTerminal && environment["NO_COLOR", default: ""].isEmpty
            && !["", "dumb"].contains(environment["TERM", default: ""])
    }

    /// The figure as lines without line ends, below its title; the same figure gives the same characters.
    package func lines(_ figure: Figure) -> [String] {
        let metrics = Metrics.dots(columns: columns)
        let figure = figure.withSymbolsInLabels
        let scene = Scene(figure, metrics, aspect: figure.aspect)
        var canvas = BrailleCanvas(columns: columns, rows: Int(scene.height) / 4)
        canvas.draw(scene)
        let title = metrics.wrapped(figure.title.onOneLine.harmless, into: metrics.width)
        let note = figure.omission.map { metrics.wrapped($0, into: metrics.width) } ?? []
        let heading = isColoured ? title.map { "\u{1B}[1m\($0)\u{1B}[0m" } : title
        return heading + canvas.lines(isColoured: isColoured) + note
    }
}

extension BrailleCanvas {
    fileprivate mutating func draw(_ scene: Scene) {
        for rule in scene.rules { draw(line: rule, .muted) { $0.isMultiple(of: 3) } }
        for layer in scene.layers { draw(layer) }
        drawAxes(of: scene)
        // Symbols and words stand in front of all dots.
        for case .symbols(let points, let placed, _) in scene.layers {
            for point in placed {
                write(
                    String(points.symbol.character(isFilled: points.isFilled)),
                    column: Int(point.place.x) / 2,
                    row: Int(point.place.y) / 4, points.role)
            }
        }
        for words in scene.words {
            let role: ColourRole? =
                switch words.kind {
                case .tick: .muted
                case .heading: .emphasis
                case .label(let role), .text(let role): role
                }
            write(words.text, column: Int(words.box.left) / 2, row: Int(words.box.top) / 4, role)
        }
    }

    private mutating func drawAxes(of scene: Scene) {
        let frame = scene.frame
        let (left, bottom) = (Int(frame.left) / 2 - 1, Int(frame.bottom) / 4)
        if !scene.yIsHidden {
            for row in Int(frame.top) / 4..<bottom { write("│", column: left, row: row, .muted) }
            for tick in scene.yTicks { write("┤", column: left, row: Int(tick) / 4, .muted) }
        }
        if !scene.xIsHidden {
            for column in left + 1..<Int(frame.right) / 2 { write("─", column: column, row: bottom, .muted) }
            for tick in scene.xTicks { write("┬", column: Int(tick) / 2, row: bottom, .muted) }
            if !scene.yIsHidden { write("└", column: left, row: bottom, .muted) }
        }
    }

    private mutating func draw(_ layer: Scene.Layer) {
        switch layer {
        case .symbols(let points, _, let errors):
            for error in errors { draw(line: error, points.role) { _ in true } }
        case .line(let line, let pieces):
            for piece in pieces {
                draw(line: piece, line.role) { step in
                    line.weight == .grid ? step.isMultiple(of: 5) : !line.isDashed || step % 6 < 3
                }
            }
        case .area(let role, let rings, _):
            for ring in rings {
                fill(ring, role)
                draw(line: ring + ring.prefix(1), role) { $0.isMultiple(of: 2) }
            }
        case .bar(let bar, let box, let reference):
            for y in Int(box.top)..<Int(box.bottom) {
                for x in Int(box.left.rounded())..<max(Int(box.left.rounded()), Int(box.right.rounded()))
                where bar.role.hasDot(x, y) {
                    set(x, y, bar.role)
                }
            }
            if let place = reference?.first {
                write("┃", column: Int(place.x) / 2, row: Int(place.y) / 4, .emphasis)
            }
        }
    }

    /// The dots of a line whose number along it passes.
    private mutating func draw(line: [Position], _ role: ColourRole, where isDrawn: (Int) -> Bool) {
        var number = 0
        for (start, end) in zip(line, line.dropFirst()) {
            let (dx, dy) = (end.x - start.x, end.y - start.y)
            let steps = max(1, Int(max(abs(dx), abs(dy)).rounded()))
            for step in 0..<steps {
                let share = Double(step) / Double(steps)
                if isDrawn(number) { set(Int(start.x + share * dx), Int(start.y + share * dy), role) }
                number += 1
            }
        }
        if let end = line.last, isDrawn(number) { set(Int(end.x), Int(end.y), role) }
    }

    /// The dots of a pattern within a ring, by the crossings of each row with its sides.
    private mutating func fill(_ ring: [Position], _ role: ColourRole) {
        guard let top = ring.map(\.y).min(), let bottom = ring.map(\.y).max() else { return }
        for y in Int(top)...Int(bottom) {
            let height = Double(y) + 0.5
            let crossings = ring.indices.compactMap { index -> Double? in
                let (from, to) = (ring[index], ring[(index + 1) % ring.count])
                guard (from.y <= height) != (to.y <= height) else { return nil }
                return from.x + (height - from.y) / (to.y - from.y) * (to.x - from.x)
            }.sorted()
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                for x in Int(crossings[pair])...Int(crossings[pair + 1]) where role.hasDotInArea(x, y) {
                    set(x, y, role)
                }
            }
        }
    }
}

extension ColourRole {
    /// Patterns of bars, from full to sparse.
    fileprivate func hasDot(_ x: Int, _ y: Int) -> Bool {
        switch self {
        case .first, .emphasis: true
        case .second: (x + y).isMultiple(of: 2)
        case .third: x.isMultiple(of: 2)
        case .fourth: y.isMultiple(of: 2)
        case .fifth: x.isMultiple(of: 2) && y.isMultiple(of: 2)
        case .sixth: x.isMultiple(of: 4) || y % 4 == 1
        case .muted: x.isMultiple(of: 4) && y % 4 == 1
        }
    }

    /// Patterns of areas, sparse enough for marks to be seen in them.
    fileprivate func hasDotInArea(_ x: Int, _ y: Int) -> Bool {
        switch self {
        case .first, .emphasis: x.isMultiple(of: 4) && y.isMultiple(of: 4) || x % 4 == 2 && y % 4 == 2
        case .second: (x + y).isMultiple(of: 6)
        case .third: (x - y).isMultiple(of: 6)
        case .fourth: x.isMultiple(of: 6)
        case .fifth: y.isMultiple(of: 4)
        case .sixth, .muted: x.isMultiple(of: 4) && y.isMultiple(of: 4)
        }
    }
}

extension Symbol {
    /// The character that looks like it.
    fileprivate func character(isFilled: Bool) -> Character {
        switch self {
        case .circle: isFilled ? "●" : "○"
        case .square: isFilled ? "■" : "□"
        case .triangle: isFilled ? "▲" : "△"
        case .diamond: isFilled ? "◆" : "◇"
        case .cross: "×"
        }
    }
}

extension Figure {
    /// The figure with labels of points that begin with their symbol.
    fileprivate var withSymbolsInLabels: Figure {
        var figure = self
        figure.marks = marks.map { mark in
            guard case .points(var points) = mark, let label = points.label else { return mark }
            points.label = "\(points.symbol.character(isFilled: points.isFilled)) \(label)"
            return .points(points)
        }
        return figure
    }
}
