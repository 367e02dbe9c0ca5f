// All records of all sources, side by side in temporary tables of the database that is merged into. Numbers of other
// rows are replaced by the hashes of those rows' keys, so that records of different stores compare.

import GRDB

/// What a merging reads of its sources.
struct MergeStage {
    let target: Database
    let layouts: [MergeLayout]

    /// Temporary tables for all tables of the schema; they end with the merging.
    init(in target: Database) throws {
        self.target = target
        // What is staged and what is written stays in memory as far as a quarter of a gigabyte goes.
        try target.execute(sql: "PRAGMA temp.cache_size = -262144; PRAGMA main.cache_size = -65536")
        layouts = try MergedTable.all.map { try MergeLayout($0, in: target) }
    }

    /// Removes the temporary tables.
    func end() throws {
        for layout in layouts {
            for kind in ["version", "ranked"] + (layout.details.isEmpty ? [] : ["detail"]) {
                try target.execute(sql: "DROP TABLE temp.\(kind)_\(layout.table.name)")
            }
        }
    }

    /// Reads all rows of a store, also those that do not count there; returns the number of each trial by its key.
    ///
    /// Paths of weights in one of `weightsFolders` are kept from that folder on.
    @discardableResult
    func read(_ source: Database, as number: Int, weightsFolders: [String]) throws -> [Int64: Int64] {
        var keys: [String: [Int64: Int64]] = [:]
        for layout in layouts {
            if MergedTable.referred.contains(layout.table.name) {
                keys[layout.table.name] = try self.keys(of: layout, in: source, keys)
            }
            let writer = try RecordWriter(layout, to: target, source: number)
            try readRows(of: layout, in: source, keys, weightsFolders, writer)
            try readConflicts(of: layout, in: source, writer)
        }
        return Dictionary((keys["trial"] ?? [:]).map { ($1, $0) }) { first, _ in first }
    }

    /// The hashes of the keys of all rows of a table, by their numbers.
    private func keys(
        of layout: MergeLayout, in source: Database, _ known: [String: [Int64: Int64]]
    ) throws -> [Int64: Int64] {
        var keys: [Int64: Int64] = [:]
        let columns = layout.keyColumns.map { layout.columns[$0] }
        let rows = try Row.fetchCursor(
            source, sql: "SELECT id, \(layout.names(columns, prefix: "")) FROM \(layout.table.name)")
        while let row = try rows.next() {
            var values = Array(row.databaseValues.dropFirst())
            try resolve(&values, columns, of: layout, known)
            keys[row[0]] = layout.slot(ofKey: values)
        }
        return keys
    }

    private func resolve(
        _ values: inout [DatabaseValue], _ columns: [String], of layout: MergeLayout,
        _ keys: [String: [Int64: Int64]]
    ) throws {
        for (column, table) in layout.table.references {
            guard let place = columns.firstIndex(of: column),
                let number = Int64.fromDatabaseValue(values[place])
            else { continue }
            values[place] = try (keys[table]?[number]).stored("\(column) \(number)").databaseValue
        }
    }

    private func readRows(
        of layout: MergeLayout, in source: Database, _ keys: [String: [Int64: Int64]],
        _ weightsFolders: [String], _ writer: RecordWriter
    ) throws {
        let table = layout.table
        let isNumbered = table.numbering != nil
        let names = (isNumbered ? ["id"] : []) + layout.columns
        let rows = try Row.fetchCursor(
            source,
            sql: """
                SELECT \(table.isGroup ? "DISTINCT" : "") \(layout.names(names, prefix: "")) FROM \(table.name)
                ORDER BY \(isNumbered ? "id" : "1")
                """)
        let weights = layout.columns.firstIndex(of: "weights")
        let details = try table.details.map { try DetailReader($0, layout.details, in: source) }
        while let row = try rows.next() {
            var values = Array(row.databaseValues.dropFirst(isNumbered ? 1 : 0))
            let detailRows = try details?.rows(of: row) ?? []
            try resolve(&values, layout.columns, of: layout, keys)
            if let weights, let path = String.fromDatabaseValue(values[weights]),
                let folder = path.firstIndex(of: "/"), weightsFolders.contains(String(path[..<folder]))
            {
                values[weights] = (MergedWeights.mark + path[folder...]).databaseValue
            }
            try writer.write(values, detailRows)
        }
    }

    /// What did not count in the source is weighed again with everything else.
    private func readConflicts(
        of layout: MergeLayout, in source: Database, _ writer: RecordWriter
    ) throws {
        let conflicts = try Int64.fetchAll(
            source, sql: "SELECT id FROM conflict WHERE kind = ?", arguments: [layout.table.name])
        for conflict in conflicts {
            let cells = try Row.fetchAll(
                source, sql: "SELECT name, value FROM conflict_value WHERE conflict = ?",
                arguments: [conflict])
            let values = Dictionary(cells.map { ($0[0] as String, $0[1] as DatabaseValue) }) { first, _ in
                first
            }
            let rest = try Row.fetchAll(
                source,
                sql: "SELECT place, name, value FROM conflict_detail WHERE conflict = ? ORDER BY place",
                arguments: [conflict])
            var detailRows: [[DatabaseValue]] = []
            for cell in rest {
                let place = cell[0] as Int
                if place == detailRows.count {
                    detailRows.append(Array(repeating: .null, count: layout.details.count))
                }
                guard place < detailRows.count, let column = layout.details.firstIndex(of: cell[1])
                else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "conflict \(conflict)") }
                detailRows[place][column] = cell[2]
            }
            try writer.write(layout.columns.map { values[$0] ?? .null }, detailRows)
        }
    }
}

/// Reads the details of a row.
private struct DetailReader {
    private let statement: Statement
    private let parents: [String]

    init(_ details: MergedTable.Details, _ columns: [String], in source: Database) throws {
        let links = details.link.sorted { $0.key < $1.key }
        parents = links.map(\.value)
        let names = columns.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
        let conditions = links.map { "\($0.key) = ?" }.joined(separator: " AND ")
        statement = try source.makeStatement(
            sql: "SELECT \(names) FROM \(details.table) WHERE \(conditions) ORDER BY \(details.order)")
    }

    func rows(of row: Row) throws -> [[DatabaseValue]] {
        let arguments = StatementArguments(parents.map { row[$0] as DatabaseValue })
        return try Row.fetchAll(statement, arguments: arguments).map { Array($0.databaseValues) }
    }
}

/// Writes records of one source and table.
private struct RecordWriter {
    private let layout: MergeLayout
    private let target: Database
    private let source: Int
    private let record: Statement
    private let detail: Statement?

    init(_ layout: MergeLayout, to target: Database, source: Int) throws {
        self.layout = layout
        self.target = target
        self.source = source
        func marks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }
        record = try target.makeStatement(
            sql: """
                INSERT INTO temp.version_\(layout.table.name) (
                    source, key, slot, findings, digest, moment, incomplete,
                    \(layout.names(layout.columns, prefix: "")))
                VALUES (?, ?, ?, ?, ?, strftime('%Y-%m-%d %H:%M:%f', ?), ?, \(marks(layout.columns.count)))
                """)
        detail =
            layout.details.isEmpty
            ? nil
            : try target.makeStatement(
                sql:
                    "INSERT INTO temp.detail_\(layout.table.name) VALUES (\(marks(layout.details.count + 2)))"
            )
    }

    func write(_ values: [DatabaseValue], _ details: [[DatabaseValue]]) throws {
        let hashes = layout.hashes(values, details)
        func value(of column: String?) -> DatabaseValue {
            column.flatMap(layout.columns.firstIndex(of:)).map { values[$0] } ?? .null
        }
        let isIncomplete = layout.table.completeness != nil && value(of: layout.table.completeness).isNull
        let head: [DatabaseValue] = [
            source.databaseValue, hashes.key.databaseValue, hashes.slot.databaseValue,
            hashes.findings.databaseValue, hashes.digest.databaseValue, value(of: layout.table.time),
            isIncomplete.databaseValue,
        ]
        try record.execute(arguments: StatementArguments(head + values))
        guard let detail else { return }
        let version = target.lastInsertedRowID.databaseValue
        for (place, row) in details.enumerated() {
            try detail.execute(arguments: StatementArguments([version, place.databaseValue] + row))
        }
    }
}
