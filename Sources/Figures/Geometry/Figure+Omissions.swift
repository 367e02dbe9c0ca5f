// What cannot be drawn is left out, and counted.

extension Figure {
    /// Values that cannot be drawn, since they are no finite numbers or not above 0 on a logarithmic axis; of points and
    /// bars also those outside a domain that was given.
    package var omitted: Int {
        let (x, y) = settledAxes
        return marks.map { mark in
            switch mark {
            case .points(let points): points.points.count { !$0.isShown(x, y) }
            case .line(let line): line.positions.count { !isDrawable($0) }
            case .band(let band): zip(band.lower, band.upper).count { !isDrawable($0) || !isDrawable($1) }
            case .region(let region): region.corners.count { !isDrawable($0) }
            case .bars(let bars): bars.count { !$0.isShown(x, y) }
            case .text: 0
            }
        }.reduce(0, +)
    }

    /// One sentence about what was left out, or nil where nothing was.
    package var omission: String? {
        let count = omitted
        if count == 0 { return nil }
        let isLog = x.scale == .log || y.scale == .log
        let isCut = x.domain != nil || y.domain != nil
        let reasons = [
            "not finite", isLog ? "not above 0 on a logarithmic axis" : "", isCut ? "outside the axes" : "",
        ]
        return "\(count) value\(count == 1 ? " is" : "s are") not shown: "
            + reasons.filter { !$0.isEmpty }.joined(separator: " or ") + "."
    }

    /// Whether both values have a place on their axes, within the domains or not.
    func isDrawable(_ position: Position) -> Bool {
        x.scale.canDraw(position.x) && y.scale.canDraw(position.y)
    }

    /// Both axes with domains in which all marks lie, unless the axes say otherwise.
    var settledAxes: (x: SettledAxis, y: SettledAxis) {
        let (x, y) = extent
        let hasBars = marks.contains { if case .bars = $0 { true } else { false } }
        return (
            SettledAxis(self.x, values: x, beginsBars: hasBars), SettledAxis(self.y, values: y)
        )
    }

    /// The values of all marks that can be drawn, and of the rules, along both axes.
    private var extent: (x: [Double], y: [Double]) {
        var (x, y): ([Double], [Double]) = ([], [])
        func add(_ position: Position) {
            guard isDrawable(position) else { return }
            x.append(position.x)
            y.append(position.y)
        }
        for mark in marks {
            switch mark {
            case .points(let points):
                for point in points.points where isDrawable(point.position) {
                    add(point.position)
                    x += point.horizontal.map { [$0.lowerBound, $0.upperBound] } ?? []
                    y += point.vertical.map { [$0.lowerBound, $0.upperBound] } ?? []
                }
            case .line(let line): line.positions.forEach(add)
            case .band(let band): (band.lower + band.upper).forEach(add)
            case .region(let region): region.corners.forEach(add)
            case .bars(let bars): x += bars.flatMap { [$0.start, $0.end, $0.reference].compactMap { $0 } }
            case .text(let text): add(text.position)
            }
        }
        for rule in rules {
            if rule.direction == .vertical { x.append(rule.value) } else { y.append(rule.value) }
        }
        return (x, y)
    }
}

extension Point {
    /// Whether both values lie within the axes.
    func isShown(_ x: SettledAxis, _ y: SettledAxis) -> Bool {
        x.contains(position.x) && y.contains(position.y)
    }
}

extension Bar {
    /// Whether its row and its end lie within the axes; 0 is a bar without length on a logarithmic axis, too.
    func isShown(_ x: SettledAxis, _ y: SettledAxis) -> Bool {
        y.contains(Double(row)) && (x.contains(end) || x.axis.scale == .log && end == 0)
            && (start.map { $0 == 0 || x.axis.scale.canDraw($0) } ?? true)
    }
}
