// A page read back: its rows as a store that queries are asked of, and its answers.

import Foundation
import ResultStore

/// The data of a page that `compound report` wrote.
package struct StoredPage {
    /// The rows of all its studies, which answer queries.
    package let store: TrialStore
    /// The answers of its studies, in the order of the page.
    package let answers: [Answer]

    /// What a page says of a study.
    package struct Answer: Hashable, Sendable {
        /// The study's identifier and name.
        package let id, name: String
        /// The answer in words.
        package let sentence: String
        /// The number of the trial to take, or nil.
        package let trial: Int?
    }

    /// Reads a page; nil where a file does not begin as pages do.
    package init?(ifPage path: String) throws {
        guard TrialStore.isPage(path) else { return nil }
        try self.init(contentsOf: path)
    }

    /// Reads a page; throws where it holds no data of this version's structure.
    package init(contentsOf path: String) throws {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        guard let begin = text.range(of: ReportPage.dataOpening),
            let end = text.range(of: "</script>", range: begin.upperBound..<text.endIndex)
        else { throw StoredPageError.noData(file: path) }
        guard let page = JSONValue(text[begin.upperBound..<end.lowerBound]),
            let schema = page[PageData.schemaKey]?.whole, let studies = page["studies"]?.list
        else { throw StoredPageError.noData(file: path) }
        guard schema == PageData.schema else { throw StoredPageError.otherVersion(file: path) }
        answers = studies.map { study in
            Answer(
                id: study["id"]?.text ?? "", name: study["name"]?.text ?? "",
                sentence: study["answer"]?.text ?? "", trial: study["trial"]?.whole)
        }
        var tables: [Query.Table: ResultTable] = [:]
        for table in Query.Table.allCases {
            let parts = studies.compactMap { study in
                study["tables"]?[table.rawValue].map(ResultTable.init(kept:))
            }
            tables[table] = ResultTable(
                joining: parts.filter { !$0.columns.isEmpty }, columns: table.columns.map(\.name))
        }
        store = try TrialStore(file: path, tables: tables)
    }
}

/// A page that cannot be read back, in one sentence.
package enum StoredPageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A page of something else.
    case noData(file: String)
    /// A page of a version with another structure.
    case otherVersion(file: String)

    /// The sentence.
    package var description: String {
        switch self {
        case .noData(let file):
            "\(file) is a page without data of compound report, or was cut off; write it anew with compound report."
        case .otherVersion(let file):
            "\(file) was written by another version of compound; write it anew with compound report."
        }
    }
}

extension ResultTable {
    /// The rows of a kept table.
    fileprivate init(kept: JSONValue) {
        let columns = kept["columns"]?.list?.compactMap(\.text) ?? []
        let varying = kept["varying"]?.list?.compactMap(\.text) ?? []
        let places = Dictionary(varying.enumerated().map { ($1, $0) }) { first, _ in first }
        let constant = columns.map { kept["constant"]?[$0].map(Value.init) ?? .null }
        self.init(
            columns: columns,
            rows: (kept["rows"]?.list ?? []).map { row in
                let cells = row.list ?? []
                return columns.enumerated().map { index, column in
                    guard let place = places[column], place < cells.count else { return constant[index] }
                    return Value(cells[place])
                }
            })
    }

    /// Rows of several tables under each other, with those of `columns` that any of them has.
    fileprivate init(joining tables: [ResultTable], columns: [String]) {
        let known = tables.reduce(into: Set<String>()) { $0.formUnion($1.columns) }
        let columns = columns.filter(known.contains)
        self.init(
            columns: columns,
            rows: tables.flatMap { table in
                let places = columns.map { table.columns.firstIndex(of: $0) }
                return table.rows.map { row in places.map { $0.map { row[$0] } ?? .null } }
            })
    }
}

extension ResultTable.Value {
    /// A cell.
    fileprivate init(_ json: JSONValue) {
        switch json {
        case .text(let text): self = .text(text)
        case .whole(let number): self = .integer(number)
        case .number(let number): self = .real(number)
        case .null, .flag, .list, .object: self = .null
        }
    }
}
