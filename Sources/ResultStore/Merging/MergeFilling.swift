// The records that count become the rows of the database, with their numbers and their references; the others become
// its conflicts.

import GRDB

extension MergeStage {
    /// Puts what was ranked in place of all rows of the database.
    ///
    /// `weightsFolders` are the names of the folders that paths of each source's weights begin with from now on. Runs
    /// within a transaction, so all of it is there or nothing.
    func replaceRows(weightsFolders: [String]) throws {
        try target.execute(sql: "PRAGMA defer_foreign_keys = ON")
        let triggers = try Row.fetchAll(
            target, sql: "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger'")
        for trigger in triggers {
            try target.execute(
                sql: "DROP TRIGGER main.\((trigger["name"] as String).quotedDatabaseIdentifier)")
        }
        let tables = layouts.flatMap { layout in
            [layout.table.details?.table, layout.table.name].compactMap(\.self)
        }
        for table in MergedTable.ofConflicts + tables.reversed() {
            try target.execute(sql: "DELETE FROM main.\(table)")
        }
        for layout in layouts { try fill(layout, weightsFolders) }
        for layout in layouts { try keepConflicts(of: layout) }
        for trigger in triggers { try target.execute(sql: trigger["sql"]) }
    }

    private func fill(_ layout: MergeLayout, _ weightsFolders: [String]) throws {
        let table = layout.table
        let numbers = table.numbering == nil ? [] : ["id"]
        let from = """
            FROM temp.ranked_\(table.name) AS r JOIN temp.version_\(table.name) AS v ON v.version = r.version
            """
        if !table.isGroup {
            let values = layout.columns.map { value(of: $0, in: layout, weightsFolders) }
            try target.execute(
                sql: """
                    INSERT INTO main.\(table.name) (\(layout.names(numbers + layout.columns, prefix: "")))
                    SELECT \((numbers.map { "r.\($0)" } + values).joined(separator: ", ")) \(from)
                    WHERE r.place = 1 ORDER BY \(numbers.isEmpty ? "v.moment, r.key" : "r.id")
                    """)
        }
        guard let details = table.details else { return }
        let links = details.link.sorted { $0.key < $1.key }
        let owners = links.map { $0.value == "id" ? "r.id" : value(of: $0.value, in: layout, weightsFolders) }
        try target.execute(
            sql: """
                INSERT INTO main.\(details.table) (\(layout.names(links.map(\.key) + layout.details, prefix: "")))
                SELECT \(owners.joined(separator: ", ")), \(layout.names(layout.details, prefix: "d.")) \(from)
                JOIN temp.detail_\(table.name) AS d ON d.version = r.version
                WHERE r.place = 1 ORDER BY \(numbers.isEmpty ? "r.key" : "r.id"), d.place
                """)
    }

    /// A column's value in its own table, as SQL.
    private func value(of column: String, in layout: MergeLayout, _ weightsFolders: [String]) -> String {
        let value = "v." + column.quotedDatabaseIdentifier
        if let table = layout.table.references[column] {
            return "(SELECT o.id FROM temp.ranked_\(table) AS o WHERE o.key = \(value) AND o.place = 1)"
        }
        guard column == "weights" else { return value }
        let folders = weightsFolders.enumerated().map { "WHEN \($0) THEN \($1.sqlText)" }
        let marked = MergedWeights.mark.count
        return """
            CASE WHEN substr(\(value), 1, \(marked + 1)) = '\(MergedWeights.mark)/'
                THEN CASE v.source \(folders.joined(separator: " ")) END || substr(\(value), \(marked + 1))
                ELSE \(value) END
            """
    }

    private func keepConflicts(of layout: MergeLayout) throws {
        let table = layout.table
        let columns = layout.columns
        let contested = try Row.fetchCursor(
            target,
            sql: """
                SELECT r.place AS place, r.version AS version, \(layout.names(columns, prefix: "v."))
                FROM temp.ranked_\(table.name) AS r JOIN temp.version_\(table.name) AS v ON v.version = r.version
                WHERE r.key IN (SELECT key FROM temp.ranked_\(table.name) WHERE place > 1)
                ORDER BY r.key, r.place
                """)
        var (counting, countingDetails): ([DatabaseValue], [[DatabaseValue]]) = ([], [])
        let insert = try target.makeStatement(
            sql: "INSERT INTO main.conflict_value (conflict, name, value, counts) VALUES (?, ?, ?, ?)")
        while let row = try contested.next() {
            let values = Array(row.databaseValues.dropFirst(2))
            let details = try self.details(of: row["version"], in: layout)
            if row["place"] == 1 {
                (counting, countingDetails) = (values, details)
                continue
            }
            var differing = columns.indices.filter {
                table.isFinding(columns[$0]) && values[$0] != counting[$0]
            }.map { columns[$0] }
            if details != countingDetails, let name = table.details?.table { differing.append(name) }
            let conflict = try addConflict(of: layout, values, differing)
            for (column, pair) in zip(columns, zip(values, counting)) {
                try insert.execute(arguments: [conflict, column, pair.0, pair.1])
            }
            for (place, detail) in details.enumerated() {
                for (name, value) in zip(layout.details, detail) {
                    try target.execute(
                        sql:
                            "INSERT INTO main.conflict_detail (conflict, place, name, value) VALUES (?, ?, ?, ?)",
                        arguments: [conflict, place, name, value])
                }
            }
        }
    }

    private func addConflict(
        of layout: MergeLayout, _ values: [DatabaseValue], _ differing: [String]
    ) throws -> Int64 {
        func number(_ column: String) throws -> Int64? {
            guard let place = layout.columns.firstIndex(of: column),
                let table = layout.table.references[column]
            else { return nil }
            return try Int64.fetchOne(
                target, sql: "SELECT id FROM temp.ranked_\(table) WHERE key = ? AND place = 1",
                arguments: [values[place]])
        }
        var trial = try number("trial")
        if layout.table.name == "trial" {
            trial = try Int64.fetchOne(
                target, sql: "SELECT id FROM temp.ranked_trial WHERE key = ? AND place = 1",
                arguments: [layout.slot(values)])
        }
        try target.execute(
            sql: """
                INSERT INTO main.conflict (kind, differs, trial, measurement_set, training)
                VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [
                layout.table.name, differing.joined(separator: ", "), trial, try number("measurement_set"),
                try number("training"),
            ])
        return target.lastInsertedRowID
    }

    private func details(of version: Int64, in layout: MergeLayout) throws -> [[DatabaseValue]] {
        if layout.details.isEmpty { return [] }
        return try Row.fetchAll(
            target,
            sql: """
                SELECT \(layout.names(layout.details, prefix: "")) FROM temp.detail_\(layout.table.name)
                WHERE version = ? ORDER BY place
                """, arguments: [version]
        ).map { Array($0.databaseValues) }
    }
}
