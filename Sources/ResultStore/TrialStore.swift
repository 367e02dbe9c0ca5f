// A store's file: opened, recognised and brought up to date. What is in it is written and read elsewhere.

import Foundation
import GRDB

/// Trials in one SQLite file, which several processes may write and read at once.
///     let store = try TrialStore(path: "results/compound.sqlite", access: .readWrite)
///
/// The file is in WAL mode, so that readers and a writer do not wait for each other. After a power cut the
/// last trials may be missing, but none is ever there in part.
package struct TrialStore: Sendable {
    /// What the store is opened for.
    package enum Access: Hashable, Sendable {
        /// Creates the file where there is none, and a folder `results` for it, and brings an older store up to date.
        case readWrite
        /// Never creates or changes anything; an older store is brought up to date in memory.
        case readOnly
    }

    /// How long to wait, how large to grow.
    package struct Limits: Hashable, Sendable {
        /// Seconds to wait for another process's lock.
        package var busySeconds: Double
        /// Seconds that one read may take.
        package var readSeconds: Double
        /// Most pages the file may have, or nil.
        package var pages: Int?

        /// Ten seconds for a lock, thirty for a read, and as many pages as the disk holds.
        package init(busySeconds: Double = 10, readSeconds: Double = 30, pages: Int? = nil) {
            self.busySeconds = busySeconds
            self.readSeconds = readSeconds
            self.pages = pages
        }
    }

    /// The path of a store that lives in memory and ends with the process.
    package static let inMemory = ":memory:"

    /// The file, as it was given.
    package let file: String
    private let access: Access
    private let limits: Limits
    private let queue: DatabaseQueue
    private let identity: StoreFile.Identity?
    private let mark: WriterMark?
    /// What a person should know who reads this file: that its newest rows may have stayed elsewhere.
    package let notes: [String]
    /// The stores that it is read from where it is several as one, else none.
    private let parts: [TrialStore]

    /// Opens a store; for writing, creates it where there is none.
    package init(path: String, access: Access, limits: Limits = Limits()) throws(StoreError) {
        file = path
        parts = []
        self.access = access
        self.limits = limits
        do {
            if path != TrialStore.inMemory {
                if let refusal = StoreFile.refusal(of: path) { throw refusal }
                try StoreFile.checkKind(of: path)
            }
            // To be asked before SQLite makes a log of its own.
            let hasLog = FileManager.default.fileExists(atPath: path + "-wal")
            let isNew = !FileManager.default.fileExists(atPath: path)
            switch access {
            case .readWrite: queue = try TrialStore.openForWriting(path, limits)
            case .readOnly: queue = try TrialStore.openForReading(path, limits)
            }
            notes = try !hasLog && queue.read(WriterMark.isSet) ? [WriterMark.note(on: path)] : []
            mark =
                access == .readWrite && path != TrialStore.inMemory
                ? try WriterMark(on: queue, isNew: isNew) : nil
            identity = path == TrialStore.inMemory ? nil : StoreFile.Identity(path)
        } catch {
            throw StoreError(error, file: path)
        }
    }

    /// A store of what stands in a database already, made of these stores where it is several as one.
    init(file: String, reading queue: DatabaseQueue, parts: [TrialStore] = []) {
        self.file = file
        self.parts = parts
        access = .readOnly
        limits = Limits()
        self.queue = queue
        identity = nil
        mark = nil
        notes = parts.flatMap(\.notes)
    }

    /// The stores that it was made of; itself where it is one.
    package var sources: [TrialStore] { parts.isEmpty ? [self] : parts }

    /// Why a person's name for a store is refused, or nil where it may be one: there SQLite would keep nothing.
    package static func refusal(ofName name: String) -> StoreError? { StoreFile.refusal(of: name) }

    /// Whether a file is a page of a report and no store.
    package static func isPage(_ path: String) -> Bool { StoreFile.isPage(path) }

    /// Reads within one snapshot; nothing can be written, and it ends within the limit.
    func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        let limit = TimeLimit(seconds: limits.readSeconds, interrupting: queue)
        defer { limit.end() }
        do {
            return try queue.read(body)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            throw .tooSlow(file: file, seconds: limits.readSeconds)
        } catch {
            throw StoreError(error, file: file)
        }
    }

    /// Writes within one transaction: all of it or, where an error is thrown, nothing.
    func write<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        if access == .readOnly { throw .readOnly(file: file) }
        do {
            return try queue.write { db in
                let result = try body(db)
                // What is written to a file that has lost its name is lost, and SQLite does not mind.
                if let identity, StoreFile.Identity(file) != identity {
                    throw StoreError.vanished(file: file)
                }
                return result
            }
        } catch {
            throw StoreError(error, file: file)
        }
    }
}

extension TrialStore {
    private static func openForWriting(_ path: String, _ limits: Limits) throws -> DatabaseQueue {
        if path != inMemory { try StoreFile.makeRoom(for: path) }
        var configuration = Configuration()
        configuration.busyMode = .timeout(limits.busySeconds)
        configuration.prepareDatabase { db in
            if let pages = limits.pages { try db.execute(sql: "PRAGMA max_page_count = \(pages)") }
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try prepare(queue, at: path, patience: limits.busySeconds)
        return queue
    }

    private static func openForReading(_ path: String, _ limits: Limits) throws -> DatabaseQueue {
        guard FileManager.default.fileExists(atPath: path) else { throw StoreError.missing(file: path) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(limits.busySeconds)
        // To be asked before SQLite makes an empty log of its own.
        let lacksItsLog = StoreFile.lacksItsLog(path)
        func open(_ name: String) throws -> DatabaseQueue {
            let queue = try DatabaseQueue(path: name, configuration: configuration)
            switch try queue.read({ db in try StoreFile.content(of: db, at: path) }) {
            case .current: return queue
            case .older: return try upToDateCopy(of: queue)
            case .nothing:
                throw lacksItsLog ? StoreError.logMissing(file: path) : StoreError.outdated(file: path)
            }
        }
        do {
            return try open(path)
        } catch let error as DatabaseError
            where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) && StoreFile.isAtRest(path)
        {
            // Even a reader keeps an index of the log beside a WAL file. Where the folder does not take one,
            // nobody can be writing there either, and SQLite may take the file as it is.
            let name = URL(fileURLWithPath: path).absoluteString
            return try open("\(name)?immutable=1")
        }
    }

    /// An older version's store in memory, with the tables and views of this one.
    private static func upToDateCopy(of queue: DatabaseQueue) throws -> DatabaseQueue {
        let copy = try DatabaseQueue()
        try queue.backup(to: copy)
        try Schema.migrator.migrate(copy)
        return copy
    }

    /// Recognises the file, switches to WAL and migrates.
    ///
    /// Where two processes create one store, SQLite's busy timeout covers neither the switch nor the
    /// migration that the other one has just made; so all of it is tried again.
    private static func prepare(_ queue: DatabaseQueue, at path: String, patience: Double) throws {
        let deadline = ContinuousClock.now + .seconds(patience)
        while true {
            let before = try? queue.read(Schema.migrator.appliedIdentifiers)
            do {
                _ = try queue.read { db in try StoreFile.content(of: db, at: path) }
                try queue.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
                }
                return try Schema.migrator.migrate(queue)
            } catch let error as DatabaseError where ContinuousClock.now < deadline {
                // A table that is there already is a fault of the file, unless another process has made it
                // since.
                let after = try? queue.read(Schema.migrator.appliedIdentifiers)
                let isRace = error.resultCode == .SQLITE_ERROR && before != after
                guard error.resultCode == .SQLITE_BUSY || isRace else { throw error }
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
    }
}
