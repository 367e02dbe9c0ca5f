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

    /// The trials of a network in any study, by its content hash, the first recorded first.
    package func trialNumbers(ofNetwork networkHash: String) throws(StoreError) -> [Int] {
        try read { db in
            let sql = "SELECT id FROM trial WHERE network_hash = ? ORDER BY id"
            return try Int.fetchAll(db, sql: sql, arguments: [networkHash])
        }
    }

    /// The best complete trial of one measurement set, with the measurement that made it the best.
    ///
    /// Without a measurement set, the one that was measured in last; without a study (its identifier or its
    /// name), all studies. Accuracies are those of the latest training. Of equals, the first recorded is the
    /// best. Throws where the store has no study of that name.
    package func best(
        by objective: Objective = .latency, study: String? = nil, measurementSet: Int? = nil
    ) throws(StoreError) -> (trial: TrialRecord, measurement: MeasurementRecord) {
        try study.map(checkStudy(named:))
        return try read { db in
            try check([objective.column], of: .trials, in: db)
            let column = objective.column.quotedDatabaseIdentifier
            let isOfOneTraining =
                Query.Table.trials.column(named: objective.column)?.comparable == .training
            // Materialized, so that the view is computed once, however often it is asked.
            let sql = """
                WITH candidate AS MATERIALIZED (
                    SELECT id, measurement_set, measured_at, training, trained_at, \(column) AS value
                    FROM trials WHERE state = 'complete' AND \(column) IS NOT NULL
                        AND (:study IS NULL OR study = :study OR study_name = :study)
                ), comparable AS (
                    SELECT * FROM candidate WHERE measurement_set = coalesce(:set, (
                        SELECT measurement_set FROM candidate
                        ORDER BY measured_at DESC, measurement_set DESC))
                )
                SELECT id, measurement_set FROM comparable
                \(isOfOneTraining ? """
                    WHERE training = (
                        SELECT training FROM candidate WHERE :set IS NULL OR measurement_set = :set
                        ORDER BY trained_at DESC, training DESC)
                    """ : "")
                ORDER BY value \(objective.maximize ? "DESC" : "ASC"), id LIMIT 1
                """
            let best = try Row.fetchOne(db, sql: sql, arguments: ["study": study, "set": measurementSet])
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
            var known = try db.columns(in: query.table.rawValue).map(\.name)
            if let reward = query.reward {
                try check(["accuracy", "latency_ms"], among: known)
                db.add(function: reward.function)
                known.append(Reward.column)
            }
            let columns =
                query.columns.isEmpty
                ? known.filter { query.table.column(named: $0)?.isLong != true } : query.columns
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

    private func check(_ columns: [String], of table: Query.Table, in db: Database) throws {
        try check(columns, among: try db.columns(in: table.rawValue).map(\.name))
    }

    private func check(_ columns: [String], among known: [String]) throws {
        for column in columns where !known.contains(column) {
            throw StoreError.badColumn(file: file, name: column, nearest: column.nearest(among: known))
        }
    }
}

extension Query {
    /// The statement: the columns wanted, then those of the front, then what values are compared within.
    fileprivate func sql(selecting columns: [String]) -> String {
        let sets = table.comparisonSets
        let selected = (columns + pareto.map(\.column) + sets.map(\.set)).map(\.quotedDatabaseIdentifier)
        let conditions =
            (filter.map { ["(\(FilterExpression.withColumnTimes($0)))"] } ?? [])
            + pareto.map { $0.column.quotedDatabaseIdentifier + " IS NOT NULL" }
            + (pareto.isEmpty ? [] : table.conditionsOfFronts(besides: filter ?? ""))
        var order: [ColumnOrder] = []
        for wanted in sort {
            for (set, dependent) in sets where dependent.contains(wanted.column) {
                let newestFirst = ColumnOrder(column: set, descending: true)
                if !order.contains(newestFirst) { order.append(newestFirst) }
            }
            order.append(wanted)
        }
        order +=
            table.key.map { ColumnOrder(column: $0, descending: false) }
            + sets.map { ColumnOrder(column: $0.set, descending: true) }
        // The plus keeps SQLite from walking an index for the order's sake: it would then scan all that was
        // trained anew for each trial, which takes seconds where sorting takes none.
        let keys = order.map {
            "+" + $0.column.quotedDatabaseIdentifier + ($0.descending ? " DESC" : " ASC") + " NULLS LAST"
        }
        var sql = "SELECT \(selected.joined(separator: ", "))"
        sql += " FROM \(reward?.source ?? table.rawValue)"
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
        let separating = table.comparisonSets.indices.filter { index in
            pareto.contains { table.comparisonSets[index].columns.contains($0.column) }
        }
        let groups = Dictionary(grouping: rows.indices) { index in
            separating.map { rows[index][count + pareto.count + $0] as Int? }
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
