// query --plot: the rows over two columns, those that none beats as a line.

import Figures
import ResultStore

/// A front of two columns and the rows behind it.
struct FrontPlot {
    private let query: Query
    private let front: ResultTable
    private let all: ResultTable

    /// Asks the store for the front of a query of two columns, and for what it leaves behind.
    init(_ query: Query, in store: TrialStore) throws {
        var asked = query
        asked.sort = []
        asked.limit = nil
        asked.columns = query.table.key + query.pareto.map(\.column)
        let comparisons = query.pareto.compactMap { query.table.column(named: $0.column)?.comparable }
        for set in comparisons.map(\.rawValue) where !asked.columns.contains(set) {
            asked.columns.append(set)
        }
        asked.columns += ["state", "set_aside"].filter { query.table.column(named: $0) != nil }
        front = try store.query(asked)
        asked.pareto = []
        // A trial that was measured twice stands twice, even where the columns do not depend on it.
        var seen: Set<[ResultTable.Value]> = []
        let found = try store.query(asked)
        all = ResultTable(columns: found.columns, rows: found.rows.filter { seen.insert($0).inserted })
        self.query = query
    }

    /// Fronts that are told apart; older sets count with what lies behind.
    private static let mostFronts = 6

    /// The figure, or nil where no row has both values.
    var figure: Figure? {
        let groups = Dictionary(grouping: front.rows, by: sets)
        let newestFirst = groups.sorted { $1.key.lexicographicallyPrecedes($0.key) }
        let fronts = newestFirst.prefix(Self.mostFronts)
        let shown = Set(fronts.flatMap(\.value))
        let others = all.rows.filter { !shown.contains($0) && point($0) != nil }
        guard !fronts.isEmpty || !others.isEmpty else { return nil }
        let (complete, rest) = (others.filter(isComplete), others.filter { !isComplete($0) })
        var marks: [Mark] = []
        func add(_ rows: [[ResultTable.Value]], _ symbol: Symbol, _ label: String) {
            let points = rows.compactMap(point)
            guard !points.isEmpty else { return }
            marks.append(
                .points(Points(points, symbol: symbol, isFilled: false, role: .muted, label: label)))
        }
        add(rest, .cross, "not complete")
        add(complete, .circle, "beaten")
        for (role, (set, rows)) in zip(ColourRole.allCases, fronts) {
            marks += line(through: rows, role, label: fronts.count == 1 ? "front" : name(of: set))
        }
        let better = query.pareto.map { "\($0.descending ? "higher" : "lower") \($0.column)" }
        let count = all.rows.count { point($0) != nil }
        let within = fronts.count > 1 ? "; a front for each \(setNames.joined(separator: " and "))" : ""
        let title =
            "\(shown.count) of \(count) \(query.table.rawValue) that none beats: \(better.joined(separator: ", "))\(within)"
        return Figure(
            "front", title: title, summary: title + ".", x: axis(0), y: axis(1), marks: marks, aspect: 0.45)
    }
}

extension FrontPlot {
    /// The rows of one front from the better end of x on, each with its number, and the line of what they reach.
    private func line(through rows: [[ResultTable.Value]], _ role: ColourRole, label: String) -> [Mark] {
        var seen: Set<Position> = []
        let points = rows.compactMap { row in
            point(row).flatMap { seen.insert($0.position).inserted ? (row, $0) : nil }
        }.map { row, point in
            var point = point
            if case .integer(let id) = row[0] { point.label = "\(id)" }
            return point
        }.sorted { first, second in
            let (a, b) = (first.position, second.position)
            return query.pareto[0].descending ? (a.x, a.y) > (b.x, b.y) : (a.x, a.y) < (b.x, b.y)
        }
        return [
            .line(Line(points.map(\.position), isStepped: true, role: role)),
            .points(Points(points, role: role, label: label)),
        ]
    }

    private func axis(_ index: Int) -> Axis {
        let name = query.pareto[index].column
        guard let column = query.table.column(named: name) else { return Axis(name) }
        return Axis(
            name, unit: column.unit, scale: column.isCost ? .log : .linear,
            numbers: column.isCost ? .short : .plain)
    }

    /// The two values of a row, or nil where one is missing.
    private func point(_ row: [ResultTable.Value]) -> Point? {
        let first = query.table.key.count
        guard let x = row[first].number, let y = row[first + 1].number else { return nil }
        return Point(x, y)
    }

    /// Whether a row takes part in fronts.
    private func isComplete(_ row: [ResultTable.Value]) -> Bool {
        zip(all.columns, row).allSatisfy { name, value in
            name == "state" ? value == .text("complete") : name != "set_aside" || value == .null
        }
    }

    /// The numbers of the sets within which the values of a row compare.
    private func sets(_ row: [ResultTable.Value]) -> [Int] {
        setColumns.map { index in
            if case .integer(let number) = row[index] { number } else { 0 }
        }
    }

    private var setColumns: [Int] {
        all.columns.indices.filter { ResultColumn.Comparison(rawValue: all.columns[$0]) != nil }
    }

    private var setNames: [String] { setColumns.map { all.columns[$0].replacing("_", with: " ") } }

    private func name(of sets: [Int]) -> String {
        zip(setNames, sets).map { "\($0) \($1)" }.joined(separator: ", ")
    }
}

extension ResultTable.Value {
    fileprivate var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .real(let number): number
        case .null, .text: nil
        }
    }
}
