// Which columns a table for people has where nobody chose any: those that tell rows apart, as far as a terminal of
// 100 columns goes. JSON and CSV always have them all.

import ResultStore

/// The columns of tables that nobody chose columns for.
enum TableColumns {
    /// Those of trials, before the ones that say nothing are left out.
    static let trials = [
        "id", "alpha", "beta", "gamma", "phi", "resolution", "macs", "parameters", "latency_ms",
        "latency_ratio", "latency_origin", "cost_level", "accuracy", "accuracy_deviation", "accuracy_seeds",
        "accuracy_epochs", "accuracy_pretrain", "test_accuracy", "state",
    ]

    /// Those of rungs, likewise.
    static let rungs = [
        "id", "trial", "cost_level", "alpha", "beta", "gamma", "phi", "phase", "seed", "epochs", "accuracy",
        "loss", "test_accuracy", "seconds", "images_per_second", "state", "reason",
    ]

    /// What a table of trials can do without, the least telling first.
    fileprivate static let dispensable = [
        "accuracy_pretrain", "parameters", "accuracy_seeds", "latency_ratio", "cost_level",
        "accuracy_deviation", "resolution", "accuracy_epochs", "latency_ms",
    ]

    /// Values that say nothing where every row has them.
    fileprivate static let expected: [String: ResultTable.Value] = [
        "phi": .real(1), "state": .text("complete"),
    ]

    /// Columns that only tell rows apart, whatever they hold.
    fileprivate static let telling: Set = ["cost_level", "accuracy_seeds", "accuracy_epochs"]

    /// Columns that need not be there where no row has a value.
    fileprivate static let optional: Set = [
        "accuracy", "accuracy_deviation", "accuracy_seeds", "accuracy_epochs", "accuracy_pretrain",
        "test_accuracy", "loss", "images_per_second", "reason",
    ]

    /// Columns that trained trials can do without where no row has a value.
    fileprivate static let latencies: Set = ["latency_ms", "latency_ratio", "latency_origin"]
}

extension ResultTable {
    /// The table without columns that say nothing: φ where it is 1 everywhere, states that are all complete,
    /// a cost level, seeds or epochs that all rows have in common, and what
    /// no row knows.
    var withoutTheUsual: ResultTable {
        let isTrained = columns.firstIndex(of: "accuracy").map { index in
            rows.contains { $0[index] != .null }
        }
        return selecting(
            columns.enumerated().filter { index, name in
                guard let value = rows.first?[index], rows.allSatisfy({ $0[index] == value }) else {
                    return true
                }
                if value == .null {
                    let isSpare = isTrained == true && TableColumns.latencies.contains(name)
                    return !isSpare && !TableColumns.optional.contains(name)
                }
                return value != TableColumns.expected[name] && !TableColumns.telling.contains(name)
            }.map(\.element))
    }

    /// The table without as many of the least telling columns as it takes to fit so many characters; those in
    /// `asked` stay.
    func fitting(_ characters: Int = 100, keeping asked: [String]) -> ResultTable {
        let blanks = 2
        var widths: [String: Int] = [:]
        for (index, name) in columns.enumerated() {
            widths[name] = rows.reduce(name.count) { max($0, $1[index].short(column: name).count) } + blanks
        }
        for name in TableColumns.dispensable where !asked.contains(name) {
            if widths.values.reduce(-blanks, +) <= characters { break }
            widths[name] = nil
        }
        return selecting(columns.filter { widths[$0] != nil })
    }
}
