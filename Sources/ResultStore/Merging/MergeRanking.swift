// Which record of a key counts: the earliest, and of equally early ones the one whose hash is lowest, so that no order
// of the sources matters. Records of the same findings are one; others of that key are kept apart.

import GRDB

extension MergeStage {
    /// Ranks all records, and numbers those that stand.
    func rank() throws {
        for layout in layouts {
            let name = layout.table.name
            // The lowest version of equal records is the target's own.
            try target.execute(
                sql: """
                    INSERT INTO temp.ranked_\(name) (version, key, place)
                    WITH head AS (
                        SELECT version, key, incomplete, moment, digest, row_number() OVER (
                            PARTITION BY key, findings ORDER BY incomplete, moment, digest, version) AS nth
                        FROM temp.version_\(name)
                    ), placed AS (
                        SELECT version, key, incomplete, row_number() OVER (
                            PARTITION BY key ORDER BY incomplete, moment, digest) AS place
                        FROM head WHERE nth = 1
                    )
                    SELECT version, key, place FROM placed WHERE place = 1 OR NOT incomplete;
                    CREATE INDEX temp.ranked_\(name)_by_key ON ranked_\(name) (key, place);
                    """)
        }
        for (table, column) in [("measurement", "measurement_set"), ("rung", "training")] {
            try target.execute(
                sql: "CREATE INDEX temp.\(table)_by_use ON version_\(table) (\(column), moment)")
        }
        try target.execute(sql: "CREATE INDEX temp.version_rung_by_key ON version_rung (key)")
        for layout in layouts {
            guard let numbering = layout.table.numbering else { continue }
            let name = layout.table.name
            try target.execute(
                sql: """
                    UPDATE temp.ranked_\(name) SET id = numbered.number FROM (
                        SELECT r.version AS version, row_number() OVER (ORDER BY \(numbering)) AS number
                        FROM temp.ranked_\(name) AS r JOIN temp.version_\(name) AS v ON v.version = r.version
                        WHERE r.place = 1) AS numbered
                    WHERE numbered.version = ranked_\(name).version
                    """)
        }
    }

    /// Whether anything stands or is kept apart that the first source does not have.
    func hasNews() throws -> Bool {
        try layouts.contains { layout in
            let name = layout.table.name
            return try Bool.fetchOne(
                target,
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM temp.ranked_\(name) AS r
                        JOIN temp.version_\(name) AS v ON v.version = r.version WHERE v.source <> 0)
                    """) ?? false
        }
    }

    /// How many records stand and how many are kept apart, of all sources and of the first one by itself.
    func counts(of layout: MergeLayout, before: MergeCount) throws -> MergeSummary.Rows? {
        guard let words = layout.table.words else { return nil }
        let name = layout.table.name
        let after = try count("place = 1", "place > 1", in: "temp.ranked_\(name)")
        let read = try count("source > 0", "0", in: "temp.version_\(name)").standing
        let added = after.standing - before.standing
        let apart = max(0, after.apart - before.apart)
        return MergeSummary.Rows(words: words, added: added, known: read - added - apart, apart: apart)
    }

    /// How many rows of a table the first source has.
    func countsOfTarget(_ layout: MergeLayout) throws -> MergeCount {
        let table = layout.table
        let rows =
            table.isGroup
            ? "(SELECT DISTINCT \(layout.names(layout.columns, prefix: "")) FROM main.\(table.name))"
            : "main.\(table.name)"
        let apart = try Int.fetchOne(
            target, sql: "SELECT count(*) FROM main.conflict WHERE kind = ?", arguments: [table.name])
        return MergeCount(standing: try count("1", "0", in: rows).standing, apart: apart ?? 0)
    }

    private func count(_ standing: String, _ apart: String, in table: String) throws -> MergeCount {
        let sql = """
            SELECT count(*) FILTER (WHERE \(standing)) AS standing, count(*) FILTER (WHERE \(apart)) AS apart
            FROM \(table)
            """
        let row = try Row.fetchOne(target, sql: sql).stored("count of \(table)")
        return MergeCount(standing: row["standing"], apart: row["apart"])
    }
}

/// Rows of one table.
struct MergeCount {
    let standing: Int
    let apart: Int
}
