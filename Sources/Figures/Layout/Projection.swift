// From values to places: what of a mark can be seen in the frame.

/// Both axes and the area that they span.
struct Projection {
    let x: SettledAxis
    let y: SettledAxis
    let frame: Box
    /// The least thing that can be drawn, which the last values of the area still have room for.
    let dot: Double

    /// Words that seek a place beside something.
    struct Request {
        let words: String
        let anchors: [Position]
        let role: ColourRole
        let isNeeded: Bool

        /// What chooses first: what everything is about, then what has the fewest places.
        var rank: Int { role == .emphasis ? 0 : anchors.count }
    }

    /// The place of a value, within the frame or not; nil where it cannot be drawn.
    func place(_ position: Position) -> Position? {
        guard let right = x.fraction(position.x), let up = y.fraction(position.y) else { return nil }
        return Position(column(right), row(up))
    }

    /// The line of a rule, or nil where it is not in the frame.
    func line(_ rule: Rule) -> [Position]? {
        let axis = rule.direction == .vertical ? x : y
        guard axis.contains(rule.value), let share = axis.fraction(rule.value) else { return nil }
        if rule.direction == .vertical {
            return [Position(column(share), frame.top), Position(column(share), frame.bottom)]
        }
        return [Position(frame.left, row(share)), Position(frame.right, row(share))]
    }

    /// The place of a share of the x axis.
    func column(_ share: Double) -> Double { frame.left + share * (frame.width - dot) }

    /// The place of a share of the y axis; rows go downwards, values upwards.
    func row(_ share: Double) -> Double {
        let isDownwards = if case .categories = y.axis.scale { true } else { false }
        return frame.top + (isDownwards ? share * frame.height : (1 - share) * (frame.height - dot))
    }

    /// What of a mark is in the frame.
    func layers(_ mark: Mark, _ metrics: Metrics) -> [Scene.Layer] {
        switch mark {
        case .points(let points):
            let placed = points.points.filter { $0.isShown(x, y) }.compactMap { point in
                place(point.position).map { Scene.PlacedPoint(place: $0, point: point) }
            }
            return [.symbols(points, placed, errors: placed.flatMap(errors))]
        case .line(let line):
            let pieces = runs(line.positions.map(place)).map { line.isStepped ? stepped($0) : $0 }
            return [.line(line, pieces.flatMap { frame.clipped(line: $0) })]
        case .band(let band):
            let pairs = zip(band.lower.map(place), band.upper.map(place)).map { lower, upper in
                lower.flatMap { lower in upper.map { (lower, $0) } }
            }
            let rings = runs(pairs).map { run in run.map(\.0) + run.map(\.1).reversed() }
            return [
                .area(band.role, rings.map { frame.clipped(polygon: $0) }.filter { !$0.isEmpty }, hover: nil)
            ]
        case .region(let region):
            let ring = frame.clipped(polygon: region.corners.compactMap(place))
            return [.area(region.role, ring.isEmpty ? [] : [ring], hover: region.hover)]
        case .bars(let bars): return bars.compactMap { layer($0, metrics) }
        case .text: return []
        }
    }

    /// The words that a mark has at a certain place.
    func fixedWords(_ mark: Mark, _ metrics: Metrics) -> [Scene.Words] {
        switch mark {
        case .text(let text):
            guard let place = place(text.position), frame.contains(place) else { return [] }
            let words = metrics.fitted(text.words.onOneLine, into: metrics.width)
            return [metrics.words(words, at: place, text.side, .text(text.role), gap: metrics.clearGap)]
        case .bars(let bars):
            return bars.compactMap { bar in
                guard let label = bar.label, case .bar(_, let box, _)? = layer(bar, metrics) else {
                    return nil
                }
                let words = metrics.fitted(label.onOneLine, into: 0.4 * metrics.width)
                let end = Position(box.right, box.top + box.height / 2)
                return metrics.words(
                    words, at: end, .right, .text(bar.role), gap: metrics.clearGap)
            }
        case .points, .line, .band, .region: return []
        }
    }

    /// All words that seek a place: those of rules, marks and emphasised points, then those of other points. Each mark comes with its layers.
    func requests(_ marks: [(Mark, [Scene.Layer])], _ rules: [Rule]) -> [Request] {
        var (requests, ofPoints): ([Request], [Request]) = ([], [])
        func add(_ words: String?, _ anchors: [Position], _ role: ColourRole) {
            guard let words, !words.isEmpty, !anchors.isEmpty else { return }
            requests.append(Request(words: words.onOneLine, anchors: anchors, role: role, isNeeded: true))
        }
        for rule in rules {
            guard let line = line(rule) else { continue }
            add(rule.label, rule.direction == .vertical ? line : line.reversed(), .muted)
        }
        for case (let mark, let layers) in marks {
            for layer in layers {
                switch (mark, layer) {
                case (.points(let points), .symbols(_, let placed, _)):
                    add(points.label, placed.map(\.place).spread.reversed(), points.role)
                    for point in placed {
                        if points.role == .emphasis {
                            add(point.point.label, [point.place], .emphasis)
                        } else if let label = point.point.label {
                            ofPoints.append(
                                Request(
                                    words: label.onOneLine, anchors: [point.place], role: points.role,
                                    isNeeded: false))
                        }
                    }
                case (.line(let line), .line(_, let pieces)):
                    add(line.label, pieces.flatMap { $0 }.spread.reversed(), line.role)
                case (.band(let band), .area(_, let rings, _)):
                    add(band.label, rings.flatMap { $0 }.spread, band.role)
                case (.region(let region), .area(_, let rings, _)):
                    add(region.label, rings.flatMap { $0 }.spread, region.role)
                default: break
                }
            }
        }
        let byChoice = requests.enumerated().sorted {
            ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
        }
        return byChoice.map(\.element) + ofPoints
    }
}

extension Projection {
    /// The intervals of a point as lines; one without an end leads to the border.
    private func errors(of point: Scene.PlacedPoint) -> [[Position]] {
        var lines: [[Position]] = []
        func end(_ value: Double, _ axis: SettledAxis, isLower: Bool) -> Double {
            axis.fraction(value) ?? (isLower ? 0 : 1)
        }
        if let range = point.point.horizontal {
            lines.append(
                [(range.lowerBound, true), (range.upperBound, false)].map { bound, isLower in
                    Position(column(end(bound, x, isLower: isLower)), point.place.y)
                })
        }
        if let range = point.point.vertical {
            lines.append(
                [(range.lowerBound, true), (range.upperBound, false)].map { bound, isLower in
                    Position(point.place.x, row(end(bound, y, isLower: isLower)))
                })
        }
        return lines.flatMap { frame.clipped(line: $0) }
    }

    private func layer(_ bar: Bar, _ metrics: Metrics) -> Scene.Layer? {
        guard bar.isShown(x, y), let row = y.fraction(Double(bar.row)) else { return nil }
        let (start, end) = (x.fraction(bar.start ?? 0) ?? 0, x.fraction(bar.end) ?? 0)
        let places = [start, end].map { column(min(1, max(0, $0))) }
        let top = self.row(row) - metrics.rowHeight / 2
        let box = Box(
            left: min(places[0], places[1]), top: top + metrics.barTop, width: abs(places[1] - places[0]),
            height: metrics.barHeight)
        let reference = bar.reference.flatMap { value -> [Position]? in
            guard x.contains(value), let share = x.fraction(value) else { return nil }
            return [Position(column(share), top), Position(column(share), top + metrics.rowHeight)]
        }
        return .bar(bar, box, reference: reference)
    }

    private func stepped(_ line: [Position]) -> [Position] {
        line.prefix(1)
            + zip(line, line.dropFirst()).flatMap { [Position($1.x, $0.y), $1] }
    }

    /// What follows one another without a gap.
    private func runs<Value>(_ values: [Value?]) -> [[Value]] {
        values.split { $0 == nil }.map { $0.compactMap { $0 } }
    }
}

extension [Position] {
    /// At most nine of them from the first to the last, evenly.
    fileprivate var spread: [Position] {
        guard count > 9 else { return self }
        return (0..<9).map { self[$0 * (count - 1) / 8] }
    }
}
