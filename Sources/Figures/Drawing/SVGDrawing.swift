// A figure as SVG: for a page, which has the style, or for a file of its own.
//
// Words have 13 units in every drawing, so a page has two drawings of each figure, 720 and 360 units wide, and shows the one
// that fits its place (see SVGStyle.swift). The wide one is shown from 560 pixels, the narrow one from 280 to 560: words
// have at least 10 pixels, on a telephone of 390 pixels 13.

/// Draws figures as SVG.
package struct SVGDrawing: Sendable {
    /// Units of the coordinates from left to right; shown at as many pixels, words have 13.
    package var width: Double
    /// Whether the drawing is a file of its own, with style, colours, title and a note of what was left out.
    package var isStandalone: Bool
    /// Whether points, lines and bars carry what a pointer is told and their `data-id`.
    package var isInteractive: Bool

    /// A drawing 720 units wide for a page, unless said otherwise.
    package init(width: Double = 720, isStandalone: Bool = false, isInteractive: Bool = true) {
        self.width = width
        self.isStandalone = isStandalone
        self.isInteractive = isInteractive
    }

    /// The figure for a page: a wide drawing, and a narrow one without what a pointer is told, of which the style shows one.
    package static func responsive(_ figure: Figure) -> String {
        "<div class=\"plot\">\n" + SVGDrawing().text(figure)
            + SVGDrawing(width: 360, isInteractive: false).text(figure) + "</div>\n"
    }

    /// The figure as one `svg` element; the same figure gives the same bytes. Its ids begin with the figure's identifier.
    package func text(_ figure: Figure) -> String {
        let isNarrow = width < 480
        let metrics = Metrics.units(width: width - 2 * margin)
        let aspect = isNarrow && !figure.isAspectFixed ? max(figure.aspect, 0.8) : figure.aspect
        let scene = Scene(figure, metrics, aspect: aspect)
        let (title, notes) = isStandalone ? words(around: figure, metrics) : ([], [])
        let top = Double(title.count) * 20 + (title.isEmpty ? 0 : 6)
        let height = top + scene.height + Double(notes.count) * metrics.lineHeight + 2 * margin
        let id = figure.identifier.asIdentifier + (isNarrow ? "-narrow" : "")
        let size = "\(SVGElement.number(width)) \(SVGElement.number(height))"
        var lines = [
            "<svg\(isStandalone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "") class=\"figure \(isNarrow ? "narrow" : "wide")\" "
                + "viewBox=\"0 0 \(size)\" role=\"img\" aria-labelledby=\"\(id)-title \(id)-desc\">",
            "<title id=\"\(id)-title\">\(SVGElement.escaped(figure.title))</title>",
            "<desc id=\"\(id)-desc\">\(SVGElement.escaped(([figure.summary] + [figure.omission].compactMap { $0 }).joined(separator: " ")))</desc>",
        ]
        if isStandalone {
            lines.append("<style>\n\(Self.ownStyle)</style>")
            lines.append(
                "<rect class=\"backdrop\" width=\"\(SVGElement.number(width))\" height=\"\(SVGElement.number(height))\"/>"
            )
        }
        lines += title.enumerated().map { index, line in
            "<text class=\"title\" x=\"\(SVGElement.number(margin))\" y=\"\(SVGElement.number(margin + 15 + 20 * Double(index)))\">\(SVGElement.escaped(line))</text>"
        }
        lines.append(
            "<g transform=\"translate(\(SVGElement.number(margin)) \(SVGElement.number(margin + top)))\">")
        lines += frame(of: scene) + scene.layers.flatMap(elements) + scene.words.map(element)
        lines += notes.enumerated().map { index, line in
            "<text class=\"note\" x=\"0\" y=\"\(SVGElement.number(scene.height + 13 + metrics.lineHeight * Double(index)))\">\(SVGElement.escaped(line))</text>"
        }
        return (lines + ["</g>", "</svg>", ""]).joined(separator: "\n")
    }

    private var margin: Double { isStandalone ? 16 : 2 }

    /// The lines of the title and of the note below a drawing that stands alone.
    private func words(around figure: Figure, _ metrics: Metrics) -> ([String], [String]) {
        let title = metrics.wrapped(figure.title.onOneLine, into: 0.8 * metrics.width)
        return (title, figure.omission.map { metrics.wrapped($0, into: metrics.width) } ?? [])
    }
}

extension SVGDrawing {
    /// Grid, axes with ticks, and rules.
    private func frame(of scene: Scene) -> [String] {
        let frame = scene.frame
        var (grid, axis): ([[Position]], [[Position]]) = ([], [])
        for x in scene.xTicks {
            grid.append([Position(x, frame.top), Position(x, frame.bottom)])
            axis.append([Position(x, frame.bottom), Position(x, frame.bottom + 5)])
        }
        for y in scene.yTicks where !scene.hasRows {
            grid.append([Position(frame.left, y), Position(frame.right, y)])
        }
        if !scene.xIsHidden {
            axis.append([Position(frame.left, frame.bottom), Position(frame.right, frame.bottom)])
        }
        if !scene.yIsHidden {
            axis.append([Position(frame.left, frame.top), Position(frame.left, frame.bottom)])
        }
        return [("grid", grid), ("axis", axis), ("rule", scene.rules)].compactMap { kind, lines in
            lines.isEmpty ? nil : "<path class=\"\(kind)\" d=\"\(SVGElement.path(lines))\"/>"
        }
    }

    private func elements(_ layer: Scene.Layer) -> [String] {
        switch layer {
        case .symbols(let points, let placed, let errors):
            guard !placed.isEmpty else { return [] }
            let kind = points.symbol == .cross ? "stroke" : points.isFilled ? "fill" : "stroke hollow"
            let bars =
                errors.isEmpty
                ? []
                : [
                    "<path class=\"\(points.role.rawValue) stroke thin\" d=\"\(SVGElement.path(errors))\"/>"
                ]
            return bars + ["<g class=\"\(points.role.rawValue) \(kind)\">"]
                + placed.map { placed in
                    closed(
                        SVGElement.symbol(points.symbol, at: placed.place), placed.point.identifier,
                        placed.point.hover)
                } + ["</g>"]
        case .line(let line, let pieces):
            guard !pieces.isEmpty else { return [] }
            let kind =
                switch line.weight {
                case .grid: "grid"
                case .thin: "\(line.role.rawValue) stroke thin"
                case .regular: "\(line.role.rawValue) stroke"
                }
            let path =
                "<path class=\"\(kind)\(line.isDashed ? " dashed" : "")\" d=\"\(SVGElement.path(pieces))\""
            return [closed(path, line.identifier, line.hover)]
        case .area(let role, let rings, let hover):
            guard !rings.isEmpty else { return [] }
            let path = SVGElement.path(rings, isClosed: true)
            return [closed("<path class=\"\(role.rawValue) area\" d=\"\(path)\"", nil, hover)]
        case .bar(let bar, let box, let reference):
            let size = zip(["x", "y", "width", "height"], [box.left, box.top, box.width, box.height])
                .map { "\($0)=\"\(SVGElement.number($1))\"" }.joined(separator: " ")
            return [closed("<rect class=\"\(bar.role.rawValue) fill\" \(size)", bar.identifier, bar.hover)]
                + (reference.map { ["<path class=\"reference\" d=\"\(SVGElement.path([$0]))\"/>"] } ?? [])
        }
    }

    /// The element with what it is about.
    private func closed(_ element: String, _ identifier: String?, _ hover: String?) -> String {
        guard isInteractive else { return element + "/>" }
        let name = element.drop { $0 == "<" }.prefix { $0 != " " }
        let start = element + (identifier.map { " data-id=\"\(SVGElement.escaped($0))\"" } ?? "")
        return hover.map { "\(start)><title>\(SVGElement.escaped($0))</title></\(name)>" } ?? start + "/>"
    }

    private func element(_ words: Scene.Words) -> String {
        let kind =
            switch words.kind {
            case .tick: "tick"
            case .heading: "heading"
            case .label(let role), .text(let role): role.rawValue
            }
        let (x, anchor) =
            switch words.anchor {
            case .start: (words.box.left, "")
            case .middle: (words.box.left + words.box.width / 2, " text-anchor=\"middle\"")
            case .end: (words.box.right, " text-anchor=\"end\"")
            }
        return
            "<text class=\"\(kind)\" x=\"\(SVGElement.number(x))\" y=\"\(SVGElement.number(words.box.top + 13))\"\(anchor)>\(SVGElement.escaped(words.text))</text>"
    }
}

extension String {
    /// What an id may be made of; everything else becomes a hyphen.
    fileprivate var asIdentifier: String {
        String(map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "-" })
    }
}
