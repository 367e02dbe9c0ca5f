// The data of a page: the rows of its studies as JSON, so that programs and queries read back what people see.
//
// A table is kept by columns' names once, then rows; a column that is the same in all rows stands once, under `constant`.

import Rendering
import ResultStore

/// What a page keeps of its studies.
struct PageData {
    /// The version of the structure; a reader refuses others.
    static let schema = 1
    /// The key that says so.
    static let schemaKey = "compound_report"

    /// The rows of one view that are kept.
    struct KeptTable {
        let rows: ResultTable
        /// Columns for which there was no room.
        let leftOut: [String]
    }

    /// What is kept of one study.
    struct KeptStudy {
        let findings: StudyFindings
        let tables: [(table: Query.Table, kept: KeptTable)]
    }

    let toolVersion: String
    let studies: [KeptStudy]

    /// Keeps all of the studies, or as many columns as there is room for in bytes; what the table of trials shows is kept in any case.
    init(_ findings: [StudyFindings], toolVersion: String, room: Int?) {
        self.toolVersion = toolVersion
        // A study of few trials has as many columns as one of many.
        func weight(_ study: StudyFindings) -> Int { study.trials.count + 20 }
        let all = findings.reduce(0) { $0 + weight($1) }
        studies = findings.map { study in
            let shown = study.shownTrials
            // The order of the table of trials takes room, too.
            let order = shown.rows.reduce(0) { $0 + "\($1.row), ".utf8.count }
            var left = room.map { $0 * weight(study) / all - order }
            let tables = Query.Table.allCases.map { table in
                let rows = study.tables[table] ?? ResultTable(columns: [], rows: [])
                let needed = table == .trials ? PageData.needed + shown.columns : []
                return (table, PageData.kept(rows, needed: Set(needed), left: &left))
            }
            return KeptStudy(findings: study, tables: tables)
        }
    }

    /// Columns without which a table of trials can be neither sorted nor told apart.
    private static let needed = ["id", "study", "study_name", "state", "measurement_set", "training"]

    private static func kept(_ all: ResultTable, needed: Set<String>, left: inout Int?) -> KeptTable {
        guard left != nil else { return KeptTable(rows: all, leftOut: []) }
        // Brackets and a comma for each row, and each column's name twice.
        left! -= 4 * all.rows.count
        var chosen = needed
        for name in all.columns where needed.contains(name) { left! -= bytes(of: name, in: all) }
        guard !needed.isEmpty else {
            // Rungs and epochs are kept as a whole or not at all.
            let whole = all.columns.reduce(0) { $0 + bytes(of: $1, in: all) }
            guard whole <= left! else {
                left! += 4 * all.rows.count
                return KeptTable(rows: ResultTable(columns: [], rows: []), leftOut: all.columns)
            }
            left! -= whole
            return KeptTable(rows: all, leftOut: [])
        }
        for name in all.columns where !needed.contains(name) {
            let bytes = bytes(of: name, in: all)
            guard bytes <= left! else { continue }
            left! -= bytes
            chosen.insert(name)
        }
        return KeptTable(
            rows: all.selecting(all.columns.filter(chosen.contains)),
            leftOut: all.columns.filter { !chosen.contains($0) })
    }

    /// About as many bytes as a column takes.
    private static func bytes(of name: String, in table: ResultTable) -> Int {
        guard let place = table.columns.firstIndex(of: name) else { return 0 }
        let rows = table.isConstant(place) ? table.rows.prefix(1) : table.rows[...]
        return rows.reduce(2 * name.utf8.count + 8) { bytes, row in
            switch row[place] {
            case .null: bytes + 6
            case .integer(let integer): bytes + "\(integer)".utf8.count + 2
            case .real(let real): bytes + "\(real)".utf8.count + 2
            case .text(let text): bytes + text.utf8.count + 4
            }
        }
    }

    /// The data as JSON on one line, in which no `<` can end the script around it.
    var json: String {
        let text = Markup.row([
            (PageData.schemaKey, .whole(PageData.schema)), ("tool_version", .text(toolVersion)),
            ("studies", .list(studies.map(\.markup))),
        ]).json
        return text.replacing("<", with: "\\u003c").replacing("\n", with: "")
    }
}

extension PageData.KeptStudy {
    /// What was left out: columns of trials, and whole views.
    var leftOut: [String] {
        tables.flatMap { table, kept in
            table == .trials || kept.leftOut.isEmpty ? kept.leftOut : ["all \(table.rawValue)"]
        }
    }

    fileprivate var markup: Markup {
        let shown = findings.shownTrials
        return .row([
            ("id", .text(findings.study.id)), ("name", .text(findings.study.name)),
            ("answer", .text(findings.answer.sentence)),
            ("trial", findings.answer.trial.map { .whole($0) } ?? .literal("null")),
            ("shown", .list(shown.columns.map { .text($0) })),
            ("order", .list(shown.rows.map { .whole($0.row) })),
            ("tables", .row(tables.map { ($0.rawValue, $1.rows.keptMarkup) })),
        ])
    }
}

extension ResultTable {
    /// Whether a column has one value in all rows.
    fileprivate func isConstant(_ place: Int) -> Bool {
        guard let first = rows.first?[place] else { return true }
        return rows.allSatisfy { $0[place] == first }
    }

    /// The table with its constant columns apart.
    fileprivate var keptMarkup: Markup {
        let constant = rows.isEmpty ? [] : columns.indices.filter(isConstant)
        let varying = columns.indices.filter { !constant.contains($0) }
        return .row([
            ("columns", .list(columns.map { .text($0) })),
            ("constant", .row(constant.map { (columns[$0], rows[0][$0].markup) })),
            ("varying", .list(varying.map { .text(columns[$0]) })),
            ("rows", .list(rows.map { row in .list(varying.map { row[$0].markup }) })),
        ])
    }
}
