// Why a store cannot be opened, read or written. SQLite's result codes are named here and nowhere else.

import CompoundSearch
import GRDB

/// What went wrong with a store, in one sentence that names the file and the remedy.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process held the write lock for longer than the busy timeout.
    case locked(file: String)
    /// The file or its folder does not take writes.
    case readOnly(file: String)
    /// The path cannot be opened at all.
    case cannotOpen(file: String)
    /// A folder, a pipe, a socket or a device where a file was expected.
    case notARegularFile(file: String)
    /// A name by which SQLite would keep nothing, or something else than a file of that name.
    case keepsNothing(name: String)
    /// A store of which the part is missing that holds the newest rows.
    case logMissing(file: String)
    /// Reading took longer than the limit.
    case tooSlow(file: String, seconds: Double)
    /// A reader was given a file that does not exist.
    case missing(file: String)
    /// A page that `compound report` wrote, where it takes a store.
    case page(file: String)
    /// A file that is no SQLite database.
    case notADatabase(file: String)
    /// A database that another application keeps.
    case otherApplication(file: String)
    /// A database whose pages contradict each other.
    case damaged(file: String, String)
    /// A store that a newer version of the tool has written.
    case newerVersion(file: String)
    /// A store whose tables are still to be made.
    case outdated(file: String)
    /// The file was removed or replaced while it was open.
    case vanished(file: String)
    /// No room for a write, or a disk that fails.
    case diskFull(file: String)
    /// A trial that does not exist.
    case noSuchTrial(file: String, id: Int)
    /// A verdict that does not fit the trial, and why.
    case noSuchVerdict(file: String, trial: Int, reason: String)
    /// A trial of a study that was never registered.
    case noSuchStudy(file: String, id: String)
    /// A study that a person named and the store does not have; with the names that it has, the nearest first.
    case unknownStudy(file: String, name: String, known: [String])
    /// A file in a folder that does not exist.
    case noFolder(file: String, folder: String)
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
            "\(file) cannot be opened; check that its folder exists and may be entered."
        case .notARegularFile(let file):
            "\(file) is not a regular file; give the file of an earlier search, or a new name."
        case .keepsNothing(let name):
            "'\(name)' is no name of a file that keeps trials; give a path such as results/compound.sqlite."
        case .logMissing(let file):
            "\(file) is without its newest rows, which are in \(file)-wal while a search runs; copy both files, "
                + "or copy when the search is over."
        case .tooSlow(let file, let seconds):
            "reading \(file) took more than \(Int(seconds.rounded(.up))) s and was stopped; ask for less, "
                + "above all in the filter."
        case .missing(let file):
            "\(file) does not exist; run compound search first, or give the file of an earlier search."
        case .page(let file):
            "\(file) is a page of compound report, which compound query alone reads back; give the store that the page was made of."
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
            "\(file) is still empty; run compound search first, or give the file of an earlier search."
        case .diskFull(let file):
            "\(file) cannot grow, the disk is full or fails; free some space and run the same search again."
        case .vanished(let file):
            "\(file) was removed or replaced while it was written; what it held by then is gone with it, so run "
                + "the same search again."
        case .noSuchTrial(let file, let id):
            "\(file) has no trial \(id); list its trials with compound query."
        case .noSuchVerdict(let file, let trial, let reason):
            "trial \(trial) of \(file) \(reason); its rungs are listed by compound query --table rungs."
        case .noSuchStudy(let file, let id):
            "\(file) has no study \(id); register the study before its trials."
        case .unknownStudy(let file, let name, let known):
            "\(file) has no study '\(name)'; "
                + (known.isEmpty
                    ? "it has none at all, so run compound search first."
                    : "it has " + known.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
                        + (known.count > 5 ? " and \(known.count - 5) more (compound studies)." : "."))
        case .noFolder(let file, let folder):
            "\(file) cannot be created, since there is no folder \(folder); make it, or check --store."
        case .trialNotRecorded(let file, let hash):
            "\(file) has no trial of network \(hash); record the trial before its training."
        case .nothingToRank(let file, let column):
            "\(file) has no complete trial with a \(column) to rank; run compound search first, "
                + "or choose another objective."
        case .badColumn(let file, let name, let nearest):
            "the trials of \(file) have no column '\(name)'; "
                + (nearest.map { "did you mean '\($0)'?" }
                    ?? "list the columns with compound query --columns help.")
        case .notANumber(let file, let column):
            "column '\(column)' of \(file) holds text, not a better or worse; name a column of numbers."
        case .badFilter(let file, let filter, let reason):
            "the filter \"\(filter)\" does not fit the trials of \(file): \(reason); "
                + "give one SQL expression such as \"macs < 8e8 AND state = 'complete'\"."
        }
    }
}

extension StoreError {
    /// Whether the surroundings are at fault, a disk, a lock or a right, so that nothing about a candidate
    /// follows and the same command may succeed later.
    package var isSurroundings: Bool {
        switch self {
        case .locked, .readOnly, .cannotOpen, .diskFull, .vanished: true
        case .notARegularFile, .keepsNothing, .logMissing, .tooSlow, .missing, .page, .notADatabase,
            .otherApplication, .damaged, .newerVersion, .outdated, .noSuchTrial, .noSuchVerdict, .noSuchStudy,
            .unknownStudy, .noFolder, .trialNotRecorded, .nothingToRank, .badColumn, .notANumber, .badFilter:
            false
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

extension StoreError: FaultAttributing {
    /// Whether disk, rights or another process are at fault.
    package var isFaultOfSurroundings: Bool { isSurroundings }
}
