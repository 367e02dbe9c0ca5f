// What a column means: one registry for queries, tables, help, exports and the objectives of spaces. The lists stand
// beside it, in the order of the views.

/// A column of a view, and what may be done with it.
package struct ResultColumn: Hashable, Sendable {
    /// Which end of a column is the good one.
    package enum Better: String, Hashable, Sendable {
        /// More is better.
        case higher
        /// Less is better.
        case lower
    }

    /// Within what values may be compared only; the raw value is the column that tells it.
    package enum Comparison: String, Hashable, Sendable {
        /// Equal conditions of measuring.
        case measurementSet = "measurement_set"
        /// One way of training.
        case training
    }

    /// What a table does with a column that no row has a value in.
    package enum WhenUnknown: Hashable, Sendable {
        /// Shows it all the same.
        case shown
        /// Leaves it out.
        case hidden
        /// Leaves it out where the trials have accuracies.
        case hiddenBesideAccuracies
    }

    /// The name in the view, in JSON and in CSV.
    package let name: String
    /// The unit, or nil for texts, counts and shares.
    package let unit: String?
    /// What it holds, in half a sentence.
    package let meaning: String
    /// Which end is the good one, or nil where there is none.
    package let better: Better?
    /// Within what values may be compared, or nil where they always may.
    package let comparable: Comparison?
    /// Its place in tables that nobody chose columns for, or nil where those do without.
    package let place: Int?
    /// How soon a table that is too wide does without it, the lowest first; nil for never.
    package let spare: Int?
    /// The value that says nothing where every row has it.
    package let usual: ResultTable.Value?
    /// Whether it only tells rows apart, and says nothing where all rows agree.
    package let isTelling: Bool
    /// What becomes of it where no row has a value.
    package let whenUnknown: WhenUnknown
    /// Whether it holds a text of many lines, which is shown only by its name.
    package let isLong: Bool

    /// Whether it is what a network or its training costs, which is compared by ratios.
    package var isCost: Bool { better == .lower && (unit != nil || comparable != .training) }

    init(
        _ name: String, _ meaning: String, unit: String? = nil, better: Better? = nil,
        comparable: Comparison? = nil, place: Int? = nil, spare: Int? = nil,
        usual: ResultTable.Value? = nil, isTelling: Bool = false, whenUnknown: WhenUnknown = .shown,
        isLong: Bool = false
    ) {
        self.name = name
        self.unit = unit
        self.meaning = meaning
        self.better = better
        self.comparable = comparable
        self.place = place
        self.spare = spare
        self.usual = usual
        self.isTelling = isTelling
        self.whenUnknown = whenUnknown
        self.isLong = isLong
    }

    /// The same column of another table, at another place among its tables' columns.
    func at(_ place: Int?) -> ResultColumn {
        ResultColumn(
            name, meaning, unit: unit, better: better, comparable: comparable, place: place, spare: spare,
            usual: usual, isTelling: isTelling, whenUnknown: whenUnknown, isLong: isLong)
    }
}

extension Query.Table {
    /// The columns of the view, in its order, and the reward that a query may add to trials.
    package var columns: [ResultColumn] {
        switch self {
        case .trials: ResultColumn.ofTrials + [.reward]
        case .rungs: ResultColumn.ofRungs
        case .epochs: ResultColumn.ofEpochs
        case .conflicts: ResultColumn.ofConflicts
        }
    }

    /// The column of that name, or nil.
    package func column(named name: String) -> ResultColumn? { columns.first { $0.name == name } }

    /// The columns of a table that nobody chose columns for, in its order.
    package var usualColumns: [String] {
        columns.filter { $0.place != nil }.sorted { ($0.place ?? 0) < ($1.place ?? 0) }.map(\.name)
    }

    /// The registry as a table: a row for each column.
    package var legend: ResultTable {
        ResultTable(
            columns: ["column", "unit", "better", "comparable_within", "meaning"],
            rows: columns.map { column in
                [
                    .text(column.name), column.unit.map { .text($0) } ?? .null,
                    column.better.map { .text($0.rawValue) } ?? .null,
                    column.comparable.map { .text($0.rawValue) } ?? .null, .text(column.meaning),
                ]
            })
    }

    /// The columns that tell rows apart, by which equal ones are ordered.
    package var key: [String] { self == .epochs ? ["id", "epoch"] : ["id"] }

    /// What values may be compared within only, by the column that tells it, and the columns it holds for.
    var comparisonSets: [(set: String, columns: Set<String>)] {
        let known = columns
        let sets: [ResultColumn.Comparison] = self == .trials ? [.measurementSet, .training] : [.training]
        return sets.map { set in
            (set.rawValue, Set(known.filter { $0.comparable == set }.map(\.name)))
        }
    }

    /// What rows of a front must be, where the filter does not speak of it.
    func conditionsOfFronts(besides filter: String) -> [String] {
        let conditions: [(column: String, condition: String)] =
            switch self {
            case .trials: [("state", "state = 'complete'")]
            case .rungs: [("state", "state = 'complete'"), ("set_aside", "set_aside IS NULL")]
            case .epochs, .conflicts: []
            }
        return conditions.filter { !FilterExpression.mentions($0.column, in: filter) }.map(\.condition)
    }
}
