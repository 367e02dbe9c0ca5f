// Rows that stand elsewhere, asked as a store is: a page keeps them, and queries read them back.

import CompoundSearch
import GRDB

extension TrialStore {
    /// A store in memory of these rows alone, which answers queries and nothing else; errors call it `file`.
    ///
    /// A column that the rows lack is no column of it.
    package init(file: String, tables: [Query.Table: ResultTable]) throws(StoreError) {
        do {
            let queue = try DatabaseQueue()
            try queue.write { db in
                for table in Query.Table.allCases {
                    try db.fill(table, with: tables[table] ?? ResultTable(columns: [], rows: []))
                }
            }
            self.init(file: file, reading: queue)
        } catch {
            throw StoreError(error, file: file)
        }
    }
}

extension Database {
    /// Makes a table as the view of that name would be; cells keep their types.
    fileprivate func fill(_ table: Query.Table, with rows: ResultTable) throws {
        let columns = rows.columns.isEmpty ? table.columns.map(\.name) : rows.columns
        let names = columns.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
        try execute(sql: "CREATE TABLE \(table.rawValue) (\(names))")
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        let insert = try makeStatement(sql: "INSERT INTO \(table.rawValue) VALUES (\(marks))")
        for row in rows.rows { try insert.execute(arguments: StatementArguments(row.map(\.stored))) }
    }
}

extension ResultTable.Value {
    fileprivate var stored: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let integer): integer.databaseValue
        case .real(let real): real.databaseValue
        case .text(let text): text.databaseValue
        }
    }
}
