// Tables for people: aligned columns, at most as wide as a terminal of 100 columns.

/// A table of text cells under a heading.
package struct TextTable {
    private let headings: [String]
    private var rows: [[String]] = []

    /// A table with these column headings.
    package init(_ headings: [String]) { self.headings = headings }

    /// Adds a row; it has as many cells as there are headings.
    package mutating func append(_ cells: [String]) { rows.append(cells) }

    /// The table, numbers to the right, text to the left, without trailing blanks.
    package var rendered: String {
        let widths = headings.indices.map { column in
            ([headings] + rows).map { $0[column].count }.max() ?? 0
        }
        let isNumber = headings.indices.map { column in
            rows.allSatisfy { row in
                row[column].isEmpty || row[column].first.map { "+-×.0123456789".contains($0) } == true
            }
        }
        let lines = ([headings] + rows).map { row in
            row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return isNumber[column] ? blanks + row[column] : row[column] + blanks
            }.joined(separator: "  ").trimmedAtEnd
        }
        return lines.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmedAtEnd: String {
        guard let last = lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[...last])
    }
}
