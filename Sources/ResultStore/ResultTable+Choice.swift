// Which columns a table for people has where nobody chose any: those that tell rows apart, as far as a terminal of
// 100 columns goes. What each column is, the store's registry says. JSON and CSV always have them all.

extension ResultTable {
    /// The table without columns that say nothing: φ where it is 1 everywhere, states that are all complete,
    /// a cost level, seeds or epochs that all rows have in common, and what
    /// no row knows.
    package var withoutTheUsual: ResultTable { withoutTheUsual(of: .trials) }

    /// The same for the rows of another view.
    package func withoutTheUsual(of table: Query.Table) -> ResultTable {
        let hasAccuracies = columns.firstIndex(of: "accuracy").map { index in
            rows.contains { $0[index] != .null }
        }
        return selecting(
            columns.enumerated().filter { index, name in
                guard let column = table.column(named: name), let value = rows.first?[index],
                    rows.allSatisfy({ $0[index] == value })
                else { return true }
                guard value == .null else { return value != column.usual && !column.isTelling }
                return switch column.whenUnknown {
                case .shown: true
                case .hidden: false
                case .hiddenBesideAccuracies: hasAccuracies != true
                }
            }.map(\.element))
    }

    /// The table without as many of the least telling columns as it takes to fit so many characters; those in
    /// `asked` stay.
    package func fitting(
        _ characters: Int = 100, of table: Query.Table = .trials, keeping asked: [String]
    ) -> ResultTable {
        let blanks = 2
        var widths: [String: Int] = [:]
        for (index, name) in columns.enumerated() {
            widths[name] = rows.reduce(name.count) { max($0, $1[index].short(column: name).count) } + blanks
        }
        let dispensable = table.columns.filter { $0.spare != nil }
            .sorted { ($0.spare ?? 0) < ($1.spare ?? 0) }
        for name in dispensable.map(\.name) where !asked.contains(name) {
            if widths.values.reduce(-blanks, +) <= characters { break }
            widths[name] = nil
        }
        return selecting(columns.filter { widths[$0] != nil })
    }
}
