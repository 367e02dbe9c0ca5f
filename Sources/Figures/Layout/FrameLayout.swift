// The plotting area, with the axes around it.

/// Where a figure's axes are.
struct FrameLayout {
    let x: SettledAxis
    let y: SettledAxis
    let frame: Box
    /// The frame with the room beside it in which lines that end there are named.
    let labelArea: Box
    let height: Double
    /// Ticks with their places along the axes.
    let xTicks: [(tick: Tick, place: Double)]
    let yTicks: [(tick: Tick, place: Double)]
    /// Ticks and headings.
    let words: [Scene.Words]

    /// The largest area for which everything fits into the width.
    init(_ figure: Figure, _ metrics: Metrics, aspect: Double) {
        var (x, y) = figure.settledAxes
        func height(_ width: Double) -> Double {
            if case .categories(let rows) = figure.y.scale {
                return Double(max(1, rows.count)) * metrics.rowHeight
            }
            return min(width * aspect, metrics.greatestHeight)
        }
        let guess = height(0.85 * metrics.width)
        let atMost = max(2, min(8, Int(guess / (2.5 * metrics.lineHeight))))
        let yTicks =
            figure.y.isHidden
            ? []
            : y.ticks(atMost: atMost).map { tick in
                Tick(value: tick.value, text: metrics.fitted(tick.text.onOneLine, into: 0.4 * metrics.width))
            }
        let widest = yTicks.map { metrics.width(of: $0.text) }.max() ?? 0
        let left =
            figure.y.isHidden ? 0 : metrics.up(widest + metrics.gap + metrics.axisDepth, metrics.cell.width)
        let widths = figure.x.isHidden ? [] : x.ticks(atMost: 6).map { metrics.width(of: $0.text) / 2 }
        let right =
            figure.x.isHidden
            ? 0
            : max(
                metrics.symbolRadius, min(widths.max() ?? 0, 0.1 * metrics.width),
                figure.roomForNames(x, metrics))
        var width = metrics.down(metrics.width - left - right, metrics.cell.width)
        let tall = metrics.down(height(width), metrics.cell.height)
        // What keeps its aspect and is too high becomes narrower, in the middle.
        let isTooHigh = figure.isAspectFixed && width * aspect > tall + metrics.cell.height
        let spare = isTooHigh ? metrics.down((width - tall / aspect) / 2, metrics.cell.width) : 0
        width -= 2 * spare
        let top = metrics.headroom + (figure.y.isHidden || figure.y.heading.isEmpty ? 0 : metrics.lineHeight)
        let frame = Box(
            left: left + spare, top: top, width: max(metrics.cell.width, width),
            height: max(metrics.cell.height, tall))
        if let share = figure.roomForBars(frame, metrics) { x = x.withRoom(share) }

        var words: [Scene.Words] = []
        let projection = Projection(x: x, y: y, frame: frame, dot: metrics.dot)
        self.yTicks = yTicks.map { ($0, projection.row(y.fraction($0.value) ?? 0)) }
        for (tick, place) in self.yTicks {
            words.append(
                metrics.words(
                    tick.text, at: Position(frame.left - metrics.axisDepth - metrics.gap / 2, place), .left,
                    .tick))
        }
        xTicks = figure.x.isHidden ? [] : projection.ticks(metrics)
        let below = frame.bottom + metrics.axisDepth
        for (tick, place) in xTicks {
            words.append(
                metrics.words(tick.text, at: Position(place, below + metrics.lineHeight / 2), .centre, .tick))
        }
        var end = figure.x.isHidden ? frame.bottom : below + metrics.lineHeight
        if !figure.y.isHidden, !figure.y.heading.isEmpty {
            let text = metrics.fitted(figure.y.heading.onOneLine, into: metrics.width)
            words.append(
                metrics.words(text, at: Position(0, metrics.lineHeight / 2), .right, .heading, gap: 0))
        }
        if !figure.x.isHidden, !figure.x.heading.isEmpty {
            let text = metrics.fitted(figure.x.heading.onOneLine, into: metrics.width)
            words.append(
                metrics.words(
                    text, at: Position(frame.right, end + metrics.lineHeight / 2), .left, .heading, gap: 0))
            end += metrics.lineHeight
        }
        (self.x, self.y, self.frame, self.words) = (x, y, frame, words)
        labelArea = Box(
            left: frame.left, top: frame.top, width: metrics.width - frame.left, height: frame.height)
        self.height = end
    }
}

extension Projection {
    /// As many ticks of x as have room beside one another.
    fileprivate func ticks(_ metrics: Metrics) -> [(tick: Tick, place: Double)] {
        var ticks: [(tick: Tick, place: Double)] = []
        for count in (1...8).reversed() {
            ticks = x.ticks(atMost: count).map { ($0, column(x.fraction($0.value) ?? 0)) }
            let isCrowded = zip(ticks, ticks.dropFirst()).contains { first, second in
                second.place - first.place < 2 * metrics.gap
                    + (metrics.width(of: first.tick.text) + metrics.width(of: second.tick.text)) / 2
            }
            if !isCrowded { break }
        }
        return ticks
    }
}

extension Figure {
    /// The width that the names of lines take which end at the right, at most a quarter of all.
    fileprivate func roomForNames(_ x: SettledAxis, _ metrics: Metrics) -> Double {
        let names = marks.compactMap { mark -> Double? in
            guard case .line(let line) = mark, let label = line.label, let end = line.positions.last,
                x.fraction(end.x) ?? 0 > 0.9
            else { return nil }
            return metrics.width(of: label.onOneLine) + metrics.symbolRadius + metrics.gap
        }
        return min(names.max() ?? 0, metrics.width / 4)
    }

    /// The share of the frame's width that is to be free for what is written behind the longest bars.
    fileprivate func roomForBars(_ frame: Box, _ metrics: Metrics) -> Double? {
        guard x.domain == nil else { return nil }
        let widest = marks.flatMap { mark -> [Double] in
            guard case .bars(let bars) = mark else { return [] }
            return bars.compactMap { $0.label.map { metrics.width(of: $0.onOneLine) + 2 * metrics.gap } }
        }.max()
        return widest.map { min(0.5, $0 / frame.width) }
    }
}

extension Metrics {
    fileprivate func up(_ value: Double, _ step: Double) -> Double { (value / step).rounded(.up) * step }
    fileprivate func down(_ value: Double, _ step: Double) -> Double { (value / step).rounded(.down) * step }

    /// Words beside a place, within the width of the drawing.
    func words(
        _ text: String, at place: Position, _ side: Text.Side, _ kind: Scene.Words.Kind, gap: Double? = nil
    ) -> Scene.Words {
        let (width, gap) = (width(of: text), gap ?? self.gap / 2)
        let left =
            switch side {
            case .centre, .above, .below: place.x - width / 2
            case .right: place.x + gap
            case .left: place.x - gap - width
            }
        let top =
            switch side {
            case .centre, .left, .right: place.y - lineHeight / 2
            case .above: place.y - gap - lineHeight
            case .below: place.y + gap
            }
        let within = max(0, min(left, self.width - width))
        let anchor: Scene.Words.Anchor = side == .left ? .end : side == .right ? .start : .middle
        return Scene.Words(
            text: text, box: aligned(Box(left: within, top: top, width: width, height: lineHeight)),
            anchor: anchor, kind: kind)
    }
}

extension String {
    /// The text without what would break a line.
    var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { ["\n", "\r", "\t"].contains($0) ? " " : $0 }))
    }
}
