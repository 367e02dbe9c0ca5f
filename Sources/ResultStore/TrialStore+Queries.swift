// Reading: a trial by its number, the best one, and whatever a query asks of the view.

import CompoundSearch
import GRDB
import Networks

extension TrialStore {
    /// The trial of that number.
    package func trial(id: Int) throws(StoreError) -> TrialRecord {
        try read { db in
            guard let trial = try TrialRecord(id: id, from: db) else {
                throw StoreError.noSuchTrial(file: file, id: id)
            }
            return trial
        }
    }

    /// The best complete trial of one measurement set, with the measurement that made it the best.
    ///
    /// Without a measurement set, the one that was measured in last; without a study (its identifier or its
    /// name), all studies. Of equals, the first recorded is the best.
    package func best(
        by objective: Objective = .latency, study: String? = nil, measurementSet: Int? = nil
    ) throws(StoreError) -> (trial: TrialRecord, measurement: MeasurementRecord) {
        try read { db in
            try check([objective.column], in: db)
            let column = objective.column.quotedDatabaseIdentifier
            let candidates = """
                FROM trials WHERE state = 'complete' AND \(column) IS NOT NULL
                AND (:study IS NULL OR study = :study OR study_name = :study)
                """
            let best = try Row.fetchOne(
                db,
                sql: """
                    SELECT id, measurement_set \(candidates)
                    AND measurement_set = coalesce(:set, (
                        SELECT measurement_set \(candidates) ORDER BY measured_at DESC, measurement_set DESC))
                    ORDER BY \(column) \(objective.maximize ? "DESC" : "ASC"), id LIMIT 1
                    """,
                arguments: ["study": study, "set": measurementSet])
            guard let best, let trial = try TrialRecord(id: best["id"], from: db),
                let measurement = trial.measurements.first(where: {
                    $0.measurementSet == best["measurement_set"]
                })
            else { throw StoreError.nothingToRank(file: file, column: objective.column) }
            return (trial, measurement)
        }
    }

    /// The rows and columns that a query asks for.
    package func query(_ query: Query) throws(StoreError) -> ResultTable {
        if let filter = query.filter, let flaw = FilterExpression.flaw(in: filter) {
            throw .badFilter(file: file, filter: filter, reason: flaw)
        }
        return try read { db in
            var known = try db.columns(in: "trials").map(\.name)
            if let reward = query.reward {
                try check(["accuracy", "latency_ms"], among: known)
                db.add(function: reward.function)
                known.append(Reward.column)
            }
            let columns = query.columns.isEmpty ? known : query.columns
            try check(columns + (query.sort + query.pareto).map(\.column), among: known)
            do {
                let rows = try Row.fetchAll(db, sql: query.sql(selecting: columns))
                let front = try query.front(of: rows, after: columns.count, in: file)
                return ResultTable(
                    columns: columns,
                    rows: front.map { row in
                        row.databaseValues.prefix(columns.count).map(ResultTable.Value.init)
                    })
            } catch let error as DatabaseError where error.blamesStatement {
                guard let filter = query.filter else { throw error }
                throw StoreError.badFilter(
                    file: file, filter: filter,
                    reason: FilterExpression.reason(error.message ?? "\(error)", in: filter, columns: known))
            }
        }
    }

    private func check(_ columns: [String], in db: Database) throws {
        try check(columns, among: try db.columns(in: "trials").map(\.name))
    }

    private func check(_ columns: [String], among known: [String]) throws {
        for column in columns where !known.contains(column) {
            throw StoreError.badColumn(file: file, name: column, nearest: column.nearest(among: known))
        }
    }
}

extension Query {
    /// The statement: the columns wanted, then those of the front, then the measurement set.
    fileprivate func sql(selecting columns: [String]) -> String {
        let selected = (columns + pareto.map(\.column)).map(\.quotedDatabaseIdentifier) + ["measurement_set"]
        let conditions =
            (filter.map { ["(\($0))"] } ?? [])
            + pareto.map { $0.column.quotedDatabaseIdentifier + " IS NOT NULL" }
        let newestSetFirst = ColumnOrder(column: "measurement_set", descending: true)
        var order = sort
        if let first = order.firstIndex(where: { measuredColumns.contains($0.column) }) {
            order.insert(newestSetFirst, at: first)
        }
        order += ["id", newestSetFirst]
        let keys = order.map {
            $0.column.quotedDatabaseIdentifier + ($0.descending ? " DESC" : " ASC") + " NULLS LAST"
        }
        var sql = "SELECT \(selected.joined(separator: ", ")) FROM \(reward?.source ?? "trials")"
        if !conditions.isEmpty { sql += " WHERE \(conditions.joined(separator: " AND "))" }
        sql += " ORDER BY \(keys.joined(separator: ", "))"
        if let limit, pareto.isEmpty { sql += " LIMIT \(max(0, limit))" }
        return sql
    }

    /// The rows that belong to a front, in the order given; all rows where no front is asked for.
    fileprivate func front(of rows: [Row], after count: Int, in file: String) throws -> [Row] {
        if pareto.isEmpty { return rows }
        let values = try rows.map { row in
            try pareto.enumerated().map { index, order in
                guard let value = Double.fromDatabaseValue(row[count + index]) else {
                    throw StoreError.notANumber(file: file, column: order.column)
                }
                return order.descending ? -value : value
            }
        }
        let separate = pareto.contains { measuredColumns.contains($0.column) }
        let groups = Dictionary(grouping: rows.indices) { index in
            separate ? rows[index][count + pareto.count] as Int? : nil
        }
        let front = groups.values.flatMap { group in
            ParetoFront.indices(of: group.map { values[$0] }).map { group[$0] }
        }
        return front.sorted().prefix(max(0, limit ?? .max)).map { rows[$0] }
    }
}

extension ResultTable.Value {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let integer): self = .integer(Int(integer))
        case .double(let real): self = .real(real)
        case .string(let text): self = .text(text)
        // No table of the store takes blobs.
        case .blob(let data): self = .text(String(decoding: data, as: UTF8.self))
        }
    }
}
