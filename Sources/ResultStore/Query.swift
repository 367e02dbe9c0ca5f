// What a person asks of the trials, and the table that answers. How it is answered stands elsewhere.

import CompoundSearch

/// A column, and which end of it comes first or is better: the lower one, unless a minus stands before it.
package struct ColumnOrder: Hashable, Sendable, ExpressibleByStringLiteral {
    /// A column of the view that is asked.
    package var column: String
    /// Whether higher values come first, or are better.
    package var descending: Bool

    /// An order.
    package init(column: String, descending: Bool) {
        self.column = column
        self.descending = descending
    }

    /// An order as a person writes it.
    ///     ColumnOrder("-macs")   // the highest macs first
    package init(_ text: String) {
        descending = text.hasPrefix("-")
        column = descending ? String(text.dropFirst()) : text
    }

    /// What is better in a column, as a person writes it: the higher accuracy, otherwise the lower value;
    /// a minus before the column says higher, a plus says lower.
    ///     ColumnOrder(better: "accuracy")   // the highest
    package init(better text: String) {
        switch text.first {
        case "-", "+": self.init(column: String(text.dropFirst()), descending: text.first == "-")
        default:
            let isHigherBetter = Query.Table.allCases.contains { $0.column(named: text)?.better == .higher }
            self.init(column: text, descending: isHigherBetter)
        }
    }

    /// An order as a person writes it.
    package init(stringLiteral text: String) { self.init(text) }
}

/// A question about the trials, the rungs of their training, or the epochs of those.
package struct Query: Hashable, Sendable {
    /// The views that can be asked.
    package enum Table: String, CaseIterable, Hashable, Sendable {
        /// A row for each trial, measurement set and training.
        case trials
        /// A row for each rung that was trained.
        case rungs
        /// A row for each epoch of each rung.
        case epochs
        /// A row for each that was merged and does not count, since another one of its key does.
        case conflicts
    }

    /// The view that is asked.
    package var table = Table.trials
    /// The columns wanted, or none for all but the long ones, such as `description`, a text of many lines.
    package var columns: [String] = []
    /// One SQL expression over the view's columns; rows for which it is not true are left out.
    package var filter: String?
    /// What to sort by; unknown values come last, equal ones in the order of trials.
    ///
    /// Latencies are compared only within one measurement set, accuracies only within one training: from the
    /// first column on that depends on one, rows stand set by set, the newest first.
    package var sort: [ColumnOrder] = []
    /// Columns whose non-dominated rows are wanted, or none for all rows.
    ///
    /// Rows without a value in one of them are left out, and those that are not complete unless the filter
    /// speaks of `state`. Where one of the columns depends on the measurement set or the training, each of
    /// those has a front of its own; otherwise all rows share one.
    package var pareto: [ColumnOrder] = []
    /// Most rows wanted, or nil for all.
    package var limit: Int?
    /// What the further column `reward` holds, or nil for no such column.
    package var reward: Reward?

    /// A question; by default for everything.
    package init(
        _ table: Table = .trials, columns: [String] = [], filter: String? = nil, sort: [ColumnOrder] = [],
        pareto: [ColumnOrder] = [], limit: Int? = nil, reward: Reward? = nil
    ) {
        self.table = table
        self.columns = columns
        self.filter = filter
        self.sort = sort
        self.pareto = pareto
        self.limit = limit
        self.reward = reward
    }
}

/// Rows of named columns.
package struct ResultTable: Hashable, Sendable {
    /// What a cell holds.
    package enum Value: Hashable, Sendable {
        /// Not known.
        case null
        /// A whole number.
        case integer(Int)
        /// A number.
        case real(Double)
        /// A text.
        case text(String)
    }

    /// The columns' names.
    package let columns: [String]
    /// The cells, row by row, in the order of the columns.
    package let rows: [[Value]]

    /// A table; every row has as many cells as there are columns.
    package init(columns: [String], rows: [[Value]]) {
        self.columns = columns
        self.rows = rows
    }
}
