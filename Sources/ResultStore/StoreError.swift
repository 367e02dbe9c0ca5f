// Why a store cannot be opened, read or written. SQLite's result codes are named here and nowhere else.

import GRDB

/// What went wrong with a store, in one sentence that names the file and the remedy.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process held the write lock for longer than the busy timeout.
    case locked(file: String)
    /// The file or its folder does not take writes.
    case readOnly(file: String)
    /// The path cannot be opened at all, such as a folder given as the file.
    case cannotOpen(file: String)
    /// A reader was given a file that does not exist.
    case missing(file: String)
    /// A file that is no SQLite database.
    case notADatabase(file: String)
    /// A database that another application keeps.
    case otherApplication(file: String)
    /// A database whose pages contradict each other.
    case damaged(file: String, String)
    /// A store that a newer version of the tool has written.
    case newerVersion(file: String)
    /// A store whose tables a reader would have to create or bring up to date.
    case outdated(file: String)
    /// No room for a write, or a disk that fails.
    case diskFull(file: String)
    /// A trial that does not exist.
    case noSuchTrial(file: String, id: Int)
    /// A trial of a study that was never registered.
    case noSuchStudy(file: String, id: String)
    /// Training of a trial that was never recorded.
    case trialNotRecorded(file: String, networkHash: String)
    /// No complete trial has a value in the column of the objective.
    case nothingToRank(file: String, column: String)
    /// A column that the view does not have.
    case badColumn(file: String, name: String, nearest: String?)
    /// A column that holds text where numbers are compared.
    case notANumber(file: String, column: String)
    /// A filter that is not one expression over the view's columns.
    case badFilter(file: String, filter: String, reason: String)

    /// The sentence.
    package var description: String {
        switch self {
        case .locked(let file):
            "\(file) is locked by another process; wait until that has finished, or give another file."
        case .readOnly(let file):
            "\(file) or its folder is read-only; allow writing to both, or give another file."
        case .cannotOpen(let file):
            "\(file) cannot be opened; check that it is no folder and that its own folder may be entered."
        case .missing(let file):
            "\(file) does not exist; run compound search first, or give the file of an earlier search."
        case .notADatabase(let file):
            "\(file) is not an SQLite database; give the file of an earlier search, or a new name."
        case .otherApplication(let file):
            "\(file) is a database of another application; give the file of an earlier search, or a new name."
        case .damaged(let file, let detail):
            "\(file) is damaged (\(detail)); rescue what is readable with sqlite3's .recover, "
                + "or give another file."
        case .newerVersion(let file):
            "\(file) was written by a newer version of compound; update compound, or give another file."
        case .outdated(let file):
            "\(file) was begun by an older version or is still empty; open it once with compound search."
        case .diskFull(let file):
            "\(file) cannot grow, the disk is full or fails; free some space and run the same search again."
        case .noSuchTrial(let file, let id):
            "\(file) has no trial \(id); list its trials with compound query."
        case .noSuchStudy(let file, let id):
            "\(file) has no study \(id); register the study before its trials."
        case .trialNotRecorded(let file, let hash):
            "\(file) has no trial of network \(hash); record the trial before its training."
        case .nothingToRank(let file, let column):
            "\(file) has no complete trial with a \(column) to rank; run compound search first, "
                + "or choose another objective."
        case .badColumn(let file, let name, let nearest):
            "the trials of \(file) have no column '\(name)'; "
                + (nearest.map { "did you mean '\($0)'?" }
                    ?? "list the columns with compound query --columns all --limit 1.")
        case .notANumber(let file, let column):
            "column '\(column)' of \(file) holds text, not a better or worse; name a column of numbers."
        case .badFilter(let file, let filter, let reason):
            "the filter \"\(filter)\" does not fit the trials of \(file): \(reason); "
                + "give one SQL expression such as \"macs < 8e8 AND state = 'complete'\"."
        }
    }
}

extension StoreError {
    /// The sentence's case for whatever reading or writing `file` threw.
    init(_ error: any Error, file: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, file: file)
        default: self = .damaged(file: file, "\(error)")
        }
    }

    private init(_ error: DatabaseError, file: String) {
        if error.extendedResultCode == .SQLITE_IOERR_READ {
            self = .damaged(file: file, "the disk does not give back what it holds")
            return
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .locked(file: file)
        case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(file: file)
        case .SQLITE_CANTOPEN: self = .cannotOpen(file: file)
        case .SQLITE_NOTADB: self = .notADatabase(file: file)
        case .SQLITE_FULL, .SQLITE_IOERR: self = .diskFull(file: file)
        default: self = .damaged(file: file, error.message ?? "\(error.resultCode)")
        }
    }
}

extension DatabaseError {
    /// Whether the statement itself is at fault, and not the file.
    var blamesStatement: Bool {
        switch resultCode {
        case .SQLITE_ERROR, .SQLITE_MISUSE, .SQLITE_MISMATCH, .SQLITE_RANGE, .SQLITE_TOOBIG, .SQLITE_AUTH:
            true
        default: false
        }
    }
}
