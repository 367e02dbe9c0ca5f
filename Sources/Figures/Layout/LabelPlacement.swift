// Where labels stand: beside what they name, apart from one another, within the frame, and rather beside marks than on
// them. Greedy: who asks first chooses first.

/// The room that labels share.
struct LabelPlacement {
    private let metrics: Metrics
    private let frame: Box
    private var taken: [Box] = []
    /// What it costs to cover a square of the frame, by row.
    private var costs: [Double]
    private let columns: Int
    private let rows: Int
    private let square: Double

    /// A frame in which nothing is drawn.
    init(_ frame: Box, _ metrics: Metrics) {
        self.frame = frame
        self.metrics = metrics
        square = metrics.lineHeight / 4
        columns = max(1, Int((frame.width / square).rounded(.up)))
        rows = max(1, Int((frame.height / square).rounded(.up)))
        costs = Array(repeating: 0, count: columns * rows)
    }

    /// Keeps labels away from a box, so far that words do not run together.
    mutating func keepFree(_ box: Box) {
        taken.append(
            Box(
                left: box.left - metrics.gap, top: box.top, width: box.width + 2 * metrics.gap,
                height: box.height))
    }

    /// Takes notice of a line.
    mutating func draw(line: [Position]) {
        for (start, end) in zip(line, line.dropFirst()) {
            let (dx, dy) = (end.x - start.x, end.y - start.y)
            let steps = Int((max(abs(dx), abs(dy)) / square).rounded(.up))
            for step in 0...max(1, steps) {
                let share = Double(step) / Double(max(1, steps))
                draw(Position(start.x + share * dx, start.y + share * dy), cost: 4)
            }
        }
    }

    /// Takes notice of a symbol, which is worse to cover than a line.
    mutating func draw(symbolAt place: Position) {
        let radius = metrics.symbolRadius
        for (dx, dy) in [
            (0.0, 0.0), (-radius, -radius), (-radius, radius), (radius, -radius), (radius, radius),
        ] {
            draw(Position(place.x + dx, place.y + dy), cost: 20)
        }
    }

    private mutating func draw(_ place: Position, cost: Double) {
        let (column, row) = (
            Int(((place.x - frame.left) / square).rounded(.down)),
            Int(((place.y - frame.top) / square).rounded(.down))
        )
        if (0..<columns).contains(column), (0..<rows).contains(row) {
            costs[row * columns + column] = max(cost, costs[row * columns + column])
        }
    }

    /// The best place for words beside one of some anchors, the first preferred; with `isNeeded`, anywhere in the frame
    /// where there is no room beside them. Nil where there is none.
    mutating func place(_ words: String, beside anchors: [Position], isNeeded: Bool) -> Box? {
        let size = Box(left: 0, top: 0, width: metrics.width(of: words), height: metrics.lineHeight)
        var best: (box: Box, cost: Double)?
        func consider(_ candidate: Box, _ cost: Double) {
            let box = metrics.aligned(candidate)
            // The cost of a place can only grow, so what is dearer already need not be looked at.
            guard cost < best?.cost ?? .infinity, frame.contains(box), !taken.contains(where: box.overlaps)
            else { return }
            let total = cost + costOfCovering(box)
            if total < best?.cost ?? .infinity { best = (box, total) }
        }
        for (index, anchor) in anchors.enumerated() {
            for (order, box) in candidates(size, beside: anchor).enumerated() {
                consider(box, 2 * Double(index) + Double(order))
            }
        }
        if best == nil, isNeeded, let anchor = anchors.first {
            for top in stride(from: frame.top, through: frame.bottom - size.height, by: metrics.lineHeight) {
                for left in stride(
                    from: frame.left, through: frame.right - size.width, by: metrics.lineHeight)
                {
                    let box = Box(left: left, top: top, width: size.width, height: size.height)
                    consider(box, (abs(box.left - anchor.x) + abs(box.top - anchor.y)) / square)
                }
            }
        }
        if let best { keepFree(best.box) }
        return best?.box
    }

    /// Places around an anchor, at first near ones.
    private func candidates(_ size: Box, beside anchor: Position) -> [Box] {
        let (width, height) = (size.width, size.height)
        return (0..<4).flatMap { ring -> [Box] in
            let far = metrics.symbolRadius + metrics.gap + Double(ring) * height / 2
            let near = metrics.symbolRadius
            return [
                (far, -height / 2), (-far - width, -height / 2), (-width / 2, -far - height),
                (-width / 2, far),
                (near, -far - height), (near, far), (-near - width, -far - height), (-near - width, far),
            ].map { Box(left: anchor.x + $0, top: anchor.y + $1, width: width, height: height) }
        }
    }

    private func costOfCovering(_ box: Box) -> Double {
        let lines = range(box.top - frame.top, box.bottom - frame.top, below: rows)
        let places = range(box.left - frame.left, box.right - frame.left, below: columns)
        return lines.reduce(0) { sum, row in places.reduce(sum) { $0 + costs[row * columns + $1] } }
    }

    private func range(_ low: Double, _ high: Double, below count: Int) -> Range<Int> {
        let first = min(max(0, Int((low / square).rounded(.down))), count)
        return first..<min(max(first, Int((high / square).rounded(.up))), count)
    }
}
