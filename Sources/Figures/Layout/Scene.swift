// A figure laid out: everything has a place in the units of a drawing, y downwards. SVG and braille draw it from this.

/// What is drawn where.
struct Scene {
    /// The plotting area.
    let frame: Box
    /// From the top to the lower end of the last words.
    let height: Double
    /// Where ticks stand along the axes; empty for hidden ones.
    let xTicks: [Double]
    let yTicks: [Double]
    let xIsHidden: Bool
    let yIsHidden: Bool
    /// Whether y has rows of categories, which need no lines to be found.
    let hasRows: Bool
    /// Lines across the plot.
    let rules: [[Position]]
    /// The marks, the first below all others.
    let layers: [Layer]
    /// All words.
    let words: [Words]

    /// A mark with its places.
    enum Layer {
        case symbols(Points, [PlacedPoint], errors: [[Position]])
        case line(Line, [[Position]])
        case area(ColourRole, [[Position]], hover: String?)
        case bar(Bar, Box, reference: [Position]?)
    }

    /// A point that can be seen.
    struct PlacedPoint {
        let place: Position
        let point: Point
    }

    /// Words on one line.
    struct Words: Hashable {
        /// What they are for.
        enum Kind: Hashable {
            /// A number or a row at an axis.
            case tick
            /// What an axis measures.
            case heading
            /// The name of a mark, a rule or a point.
            case label(ColourRole)
            /// What a figure puts at a place.
            case text(ColourRole)
        }

        /// The end that stays where it is should the font be wider or narrower.
        enum Anchor: String, Hashable {
            case start
            case middle
            case end
        }

        let text: String
        let box: Box
        let anchor: Anchor
        let kind: Kind
    }
}

extension Scene {
    /// The figure with everything in its place.
    init(_ figure: Figure, _ metrics: Metrics, aspect: Double) {
        let layout = FrameLayout(figure, metrics, aspect: aspect)
        frame = layout.frame
        height = layout.height
        xTicks = layout.xTicks.map(\.place)
        yTicks = layout.yTicks.map(\.place)
        (xIsHidden, yIsHidden) = (figure.x.isHidden, figure.y.isHidden)
        hasRows = if case .categories = figure.y.scale { true } else { false }
        let projection = Projection(x: layout.x, y: layout.y, frame: frame, dot: metrics.dot)
        let marks = figure.marks.map { ($0, projection.layers($0, metrics)) }
        let rules = figure.rules.compactMap(projection.line)
        var placement = LabelPlacement(layout.labelArea, metrics)
        for layer in marks.flatMap(\.1) { placement.draw(layer) }
        for rule in rules { placement.draw(line: rule) }
        let fixed = figure.marks.flatMap { projection.fixedWords($0, metrics) }
        for words in fixed { placement.keepFree(words.box) }
        // First what has its place, then what seeks one.
        let labels = projection.requests(marks, figure.rules).compactMap { request -> Words? in
            let text = metrics.fitted(request.words, into: 0.6 * layout.frame.width)
            return placement.place(text, beside: request.anchors, isNeeded: request.isNeeded).map { box in
                Words(text: text, box: box, anchor: .start, kind: .label(request.role))
            }
        }
        self.rules = rules
        layers = marks.flatMap(\.1)
        words = layout.words + fixed + labels
    }
}

extension LabelPlacement {
    /// Takes notice of a mark; areas and grids may have labels on them.
    fileprivate mutating func draw(_ layer: Scene.Layer) {
        switch layer {
        case .symbols(_, let points, let errors):
            for point in points { draw(symbolAt: point.place) }
            for error in errors { draw(line: error) }
        case .line(let line, let pieces) where line.weight != .grid:
            for piece in pieces { draw(line: piece) }
        case .bar(_, let box, _): keepFree(box)
        case .area, .line: break
        }
    }
}
