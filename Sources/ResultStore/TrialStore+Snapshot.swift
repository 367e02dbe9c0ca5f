// A store as one file that is complete in itself, for others to read while this one is written to.

import Foundation
import GRDB

extension TrialStore {
    /// Writes all rows to another file, which appears there whole, in place of the one before.
    ///
    /// It has no log beside it and no mark of a writer. Costs some milliseconds for a thousand rows.
    package func writeSnapshot(to path: String) throws(StoreError) {
        let part = path + ".part"
        try? FileManager.default.removeItem(atPath: part)
        try read { db in
            let copy = try DatabaseQueue(path: part)
            try copy.writeWithoutTransaction { target in
                try db.backup(to: target)
                try target.execute(sql: "PRAGMA user_version = 0")
                _ = try String.fetchOne(target, sql: "PRAGMA journal_mode = DELETE")
            }
            try copy.close()
        }
        guard rename(part, path) == 0 else { throw .readOnly(file: path) }
    }
}
