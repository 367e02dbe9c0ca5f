// Rows of the store on their way to the user: as a table, as JSON, as CSV.

import Rendering

extension ResultTable {
    /// The rows as an array of flat objects.
    package var markup: Markup {
        .list(rows.map { row in .block(zip(columns, row).map { ($0, $1.markup) }) })
    }

    /// The rows for a person; numbers are shortened.
    package var text: String {
        guard !rows.isEmpty else { return "no trials" }
        var table = TextTable(columns)
        for row in rows { table.append(zip(columns, row).map { $1.short(column: $0) }) }
        return table.rendered
    }

    /// The rows as RFC 4180 has them, under a line of headings.
    package var csv: String {
        ([columns] + rows.map { $0.map(\.text) })
            .map { $0.map(ResultTable.quoted).joined(separator: ",") }.joined(separator: "\n")
    }

    /// Only these columns, in this order.
    package func selecting(_ names: [String]) -> ResultTable {
        let indices = names.compactMap { columns.firstIndex(of: $0) }
        return ResultTable(
            columns: indices.map { columns[$0] }, rows: rows.map { row in indices.map { row[$0] } })
    }

    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { "\",\n\r".contains($0) }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}

extension ResultTable.Value {
    /// The value for a program.
    package var markup: Markup {
        switch self {
        case .null: .literal("null")
        case .integer(let integer): .whole(integer)
        case .real(let number): .number(number)
        case .text(let text): .text(text)
        }
    }

    /// The value in full.
    fileprivate var text: String {
        switch self {
        case .null: ""
        case .integer(let integer): "\(integer)"
        case .real(let number): "\(number)"
        case .text(let text): text
        }
    }

    /// The value as it reads well in a table.
    package func short(column: String) -> String {
        switch self {
        case .integer(let integer): column == "id" || abs(integer) < 100_000 ? "\(integer)" : integer.short
        case .real(let number): column.contains("_ms") ? number.digits(3) : number.coefficient
        case .null, .text: text
        }
    }
}
