// How the records of one table are laid out while stores are merged: a temporary table of all of them, and which
// stand. What is staged carries hashes by which equal keys, findings and records are told.

import Basics
import GRDB

/// A table with its columns, in the database that is merged into.
struct MergeLayout {
    let table: MergedTable
    /// The columns of a record, in the order of the table.
    let columns: [String]
    /// The columns of its details, without those that say to whom they belong.
    let details: [String]
    /// The places of the key's columns.
    let keyColumns: [Int]
    /// Which columns are findings, in their order.
    private let findings: [Bool]

    /// The layout of a table as a database has it; makes its temporary tables there.
    init(_ table: MergedTable, in db: Database) throws {
        self.table = table
        let all = try db.columns(in: table.name).map(\.name)
        columns =
            table.isGroup ? table.key : all.filter { table.numbering == nil || $0 != "id" }
        keyColumns =
            table.key.isEmpty ? Array(columns.indices) : table.key.compactMap(columns.firstIndex(of:))
        findings = columns.map(table.isFinding)
        details =
            try table.details.map { details in
                try db.columns(in: details.table).map(\.name).filter { details.link[$0] == nil }
            } ?? []
        try db.execute(
            sql: """
                CREATE TEMP TABLE version_\(table.name) (
                    version INTEGER PRIMARY KEY, source INTEGER NOT NULL, key INTEGER NOT NULL,
                    slot INTEGER NOT NULL, findings INTEGER NOT NULL, digest INTEGER NOT NULL, moment TEXT,
                    incomplete INTEGER NOT NULL, \(names(columns, prefix: "")));
                CREATE TEMP TABLE ranked_\(table.name) (
                    version INTEGER PRIMARY KEY, key INTEGER NOT NULL, place INTEGER NOT NULL, id INTEGER);
                """)
        if !details.isEmpty {
            try db.execute(
                sql: """
                    CREATE TEMP TABLE detail_\(table.name) (
                        version INTEGER NOT NULL, place INTEGER NOT NULL, \(names(details, prefix: "")),
                        PRIMARY KEY (version, place)) WITHOUT ROWID;
                    """)
        }
    }

    /// The columns' names, quoted and with commas between.
    func names(_ columns: [String], prefix: String) -> String {
        columns.map { prefix + $0.quotedDatabaseIdentifier }.joined(separator: ", ")
    }

    /// The key's hash, by which other records name this one.
    func slot(_ values: [DatabaseValue]) -> Int64 { slot(ofKey: keyColumns.map { values[$0] }) }

    /// The same of the values of the key's columns alone.
    func slot(ofKey values: [DatabaseValue]) -> Int64 {
        var hash = StableHash()
        for value in values { hash.combine(value) }
        return hash.number
    }

    /// Whether a record is a failure of a table that logs these.
    private func isLoggedFailure(_ values: [DatabaseValue]) -> Bool {
        guard table.keepsFailures, let state = columns.firstIndex(of: "state") else { return false }
        return values[state] == "failed".databaseValue
    }

    /// The hashes of a record, with its details in order.
    func hashes(_ values: [DatabaseValue], _ detailRows: [[DatabaseValue]]) -> Hashes {
        var (findings, digest) = (StableHash(), StableHash())
        for (value, isFinding) in zip(values, self.findings) {
            digest.combine(value)
            if isFinding { findings.combine(value) }
        }
        for row in detailRows {
            for (column, value) in zip(details, row) {
                digest.combine(value)
                if table.details?.circumstances.contains(column) == false { findings.combine(value) }
            }
        }
        let slot = slot(values)
        return Hashes(
            key: isLoggedFailure(values) ? digest.number : slot, slot: slot, findings: findings.number,
            digest: digest.number)
    }

    /// What tells records apart.
    struct Hashes {
        /// Of the columns of which only one record may stand.
        let key: Int64
        /// Of the key as the table has it, also for a failure, of which several may stand.
        let slot: Int64
        /// Of all that was found.
        let findings: Int64
        /// Of everything.
        let digest: Int64
    }
}

extension StableHash {
    /// Takes in a value as it is stored, with its type.
    mutating func combine(_ value: DatabaseValue) {
        switch value.storage {
        case .null: combine(0)
        case .int64(let integer):
            combine(1)
            combine(UInt64(bitPattern: integer))
        case .double(let real):
            combine(2)
            combine(real.bitPattern)
        case .string(let text):
            combine(3)
            combine(text)
        case .blob(let data):
            combine(4)
            combine(data.count)
            for byte in data { combine(UInt64(byte)) }
        }
    }

    /// The result as SQLite keeps it.
    fileprivate var number: Int64 { Int64(bitPattern: value) }
}
