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

    /// Whether a file begins as pages do.
    package static func isPage(_ path: String) -> Bool { TrialStore.isPage(path) }

    /// Reads a page; throws where it holds no data of this version's structure.
    package init(contentsOf path: String) throws {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        guard let begin = text.range(of: ReportPage.dataOpening),
            let end = text.range(of: "</script>", range: begin.upperBound..<text.endIndex)
        else { throw StoredPageError.noData(file: path) }
        let json = Data(text[begin.upperBound..<end.lowerBound].utf8)
        guard let page = try? JSONSerialization.jsonObject(with: json) as? [String: Any],
            let schema = page[PageData.schemaKey] as? Int, let studies = page["studies"] as? [[String: Any]]
        else { throw StoredPageError.noData(file: path) }
        guard schema == PageData.schema else { throw StoredPageError.otherVersion(file: path) }
        answers = studies.map { study in
            Answer(
                id: study["id"] as? String ?? "", name: study["name"] as? String ?? "",
                sentence: study["answer"] as? String ?? "", trial: study["trial"] as? Int)
        }
        var tables: [Query.Table: ResultTable] = [:]
        for table in Query.Table.allCases {
            let parts = studies.map { study in
                ResultTable(
                    kept: (study["tables"] as? [String: Any])?[table.rawValue] as? [String: Any] ?? [:])
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
    fileprivate init(kept: [String: Any]) {
        let columns = kept["columns"] as? [String] ?? []
        let constant = kept["constant"] as? [String: Any] ?? [:]
        let varying = kept["varying"] as? [String] ?? []
        let places = Dictionary(varying.enumerated().map { ($1, $0) }) { first, _ in first }
        let fixed = constant.mapValues(Value.init(json:))
        let rows = kept["rows"] as? [[Any]] ?? []
        self.init(
            columns: columns,
            rows: rows.map { row in
                columns.map { column in
                    if let place = places[column], place < row.count { return Value(json: row[place]) }
                    return fixed[column] ?? .null
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
    /// A cell; whether a number is whole or not is told by how it was written.
    fileprivate init(json: Any) {
        switch json {
        case let text as String: self = .text(text)
        case let number as NSNumber:
            self =
                String(cString: number.objCType) == "d"
                ? .real(number.doubleValue) : .integer(number.intValue)
        default: self = .null
        }
    }
}
