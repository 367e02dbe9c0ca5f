// A row of a query's answer, by the names of its columns.

import ResultStore

/// One row, whose cells are asked by column.
struct TableRow {
    private let places: [String: Int]
    private let cells: [ResultTable.Value]

    /// The rows of a table.
    static func all(in table: ResultTable) -> [TableRow] {
        let places = Dictionary(table.columns.enumerated().map { ($1, $0) }) { first, _ in first }
        return table.rows.map { TableRow(places: places, cells: $0) }
    }

    private func cell(_ column: String) -> ResultTable.Value { places[column].map { cells[$0] } ?? .null }

    /// A whole number, or nil where there is none.
    func whole(_ column: String) -> Int? {
        if case .integer(let integer) = cell(column) { integer } else { nil }
    }

    /// A number, or nil where there is none.
    func number(_ column: String) -> Double? {
        switch cell(column) {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        case .null, .text: nil
        }
    }

    /// A text, or nil where there is none.
    func text(_ column: String) -> String? {
        if case .text(let text) = cell(column) { text } else { nil }
    }
}
