// A store seen from above: a study's rows, and whether anything has changed.

import CompoundSearch
import GRDB
import Measurements

extension TrialStore {
    /// All that a view says of a study, with every column but the long ones, in the order that queries have.
    package func rows(of table: Query.Table, study: String) throws(StoreError) -> ResultTable {
        try query(Query(table, filter: "study = \(study.sqlText)"))
    }

    /// The columns of a view as this store has them.
    package func columns(of table: Query.Table) throws(StoreError) -> [String] {
        try read { db in try db.columns(in: table.rawValue).map(\.name) }
    }

    /// The conditions of a study's measurement sets, the first one first.
    package func measurementSets(study: String) throws(StoreError) -> [Conditions] {
        try read { db in
            let sql = """
                SELECT measurement_set.*, machine.processor, machine.cores, machine.system, machine.caches,
                    machine.memory_bytes AS machine_memory_bytes
                FROM study_measurement_set AS asked
                JOIN measurement_set ON measurement_set.id = asked.measurement_set
                JOIN machine ON machine.fingerprint = measurement_set.machine
                WHERE asked.study = ? ORDER BY measurement_set.id
                """
            return try Row.fetchAll(db, sql: sql, arguments: [study]).map(Conditions.init(row:))
        }
    }

    /// A number that is another one once another process has written.
    package func version() throws(StoreError) -> Int {
        try read { db in try Int.fetchOne(db, sql: "PRAGMA data_version") ?? 0 }
    }
}
