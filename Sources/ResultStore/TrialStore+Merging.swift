// Stores become one: rows that mean the same count once, whichever store they come from and in whatever order stores
// are given. The result is a function of the set of all records, so merging is associative, commutative and idempotent.

import Foundation
import GRDB

extension TrialStore {
    /// How long a source may be read that is merged, however large.
    private static let limits = Limits(readSeconds: 86_400)

    /// Opens a store to be merged: for reading, without a limit of time, and looked through whatever its size.
    ///
    /// An older version's is brought up to date in memory, never in place.
    package static func source(at path: String) throws(StoreError) -> TrialStore {
        let store = try TrialStore(path: path, access: .readOnly, limits: limits)
        let finding = try store.read { db in try String.fetchOne(db, sql: "PRAGMA quick_check(1)") }
        if let finding, finding != "ok" { throw .damaged(file: path, finding) }
        return store
    }

    /// Several stores read as one; in memory, and beyond that in a file of SQLite's that ends with the process.
    ///
    /// One store is itself. Costs a few seconds for each 100,000 rows.
    package static func reading(_ sources: [TrialStore]) throws(StoreError) -> TrialStore {
        if sources.count == 1 { return sources[0] }
        let name = sources.map(\.file).joined(separator: " and ")
        do {
            let queue = try DatabaseQueue(path: "")
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA cache_size = -262144") }
            try Schema.migrator.migrate(queue)
            try queue.write { db in
                let stage = try MergeStage(in: db)
                for (number, source) in sources.enumerated() { try source.stage(in: stage, as: number) }
                try stage.rank()
                try stage.replaceRows(weightsFolders: sources.map(\.weightsFolder))
                try stage.end()
            }
            return TrialStore(file: name, reading: queue, parts: sources)
        } catch {
            throw StoreError(error, file: name)
        }
    }

    /// Takes in all rows of other stores, in one transaction.
    ///
    /// Where two records of one key disagree, the earlier counts, and the other is kept in the table of conflicts. Rows are
    /// numbered by the times at which they were recorded, so that trials may have other numbers afterwards; where nothing is
    /// new, nothing changes.
    @discardableResult
    package func merge(_ sources: [TrialStore]) throws(StoreError) -> MergeSummary {
        try write { db in
            let stage = try MergeStage(in: db)
            let before = try stage.layouts.map(stage.countsOfTarget)
            let numbers = try stage.read(db, as: 0, weightsFolders: TrialStore.weightsFolders(of: file))
            for (index, source) in sources.enumerated() { try source.stage(in: stage, as: index + 1) }
            try stage.rank()
            let rows = try zip(stage.layouts, before).compactMap { try stage.counts(of: $0, before: $1) }
            let weights = try stage.weights()
            var renumbered: [Int: Int] = [:]
            if try stage.hasNews() {
                let ranked = try Row.fetchCursor(
                    db, sql: "SELECT key, id FROM temp.ranked_trial WHERE place = 1")
                while let row = try ranked.next() {
                    let id: Int = row["id"]
                    if let old = numbers[row["key"]].map(Int.init), old != id { renumbered[old] = id }
                }
                let folders = Array(repeating: weightsFolder, count: sources.count + 1)
                try stage.replaceRows(weightsFolders: folders)
            }
            try stage.end()
            return MergeSummary(rows: rows, renumbered: renumbered, weights: weights)
        }
    }

    private func stage(in stage: MergeStage, as number: Int) throws {
        try read { db in
            _ = try stage.read(db, as: number, weightsFolders: TrialStore.weightsFolders(of: file))
        }
    }

    /// The folder beside the store that its weights lie in.
    private var weightsFolder: String { TrialStore.weightsFolders(of: file)[0] }
}
