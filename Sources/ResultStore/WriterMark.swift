// A store says in its own file that somebody writes to it. A copy of the file alone, made meanwhile, lacks the rows
// that are still in the log beside it, and nothing else would show that.

import GRDB

/// The mark of one writer: set while it lives, in the `user_version` of the file, which nothing else uses.
///
/// A writer that is killed leaves the mark, and the log too; both go when the next writer closes.
final class WriterMark: Sendable {
    private let queue: DatabaseQueue

    /// Sets the mark. In a new file it waits in the log with everything else, and a copy without that is refused
    /// since it holds no table; in another one it must stand in the file itself.
    init(on queue: DatabaseQueue, isNew: Bool) throws {
        self.queue = queue
        try queue.writeWithoutTransaction { db in
            if try WriterMark.isSet(db) { return }
            try db.execute(sql: "PRAGMA user_version = \(WriterMark.set)")
            // Where another writer is at it, the mark comes into the file with what is written next.
            if !isNew { _ = try? db.checkpoint(.passive) }
        }
    }

    deinit {
        // What cannot be written now is written at the next closing; the mark only ever makes a note appear.
        try? queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA user_version = 0") }
    }

    /// Whether a writer has set the mark.
    static func isSet(_ db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "PRAGMA user_version") == set
    }

    /// What a reader of a marked file without a log is told.
    static func note(on file: String) -> String {
        "\(file) was copied or moved without \(file)-wal while a search wrote to it, and may lack the newest rows; "
            + "copy both files, or copy when the search is over."
    }

    private static let set = 1
}
