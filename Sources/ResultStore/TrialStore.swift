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
        /// Creates the file where there is none, and its folder.
        case readWrite
        /// Never creates or changes anything.
        case readOnly
    }

    /// How long to wait, how large to grow.
    package struct Limits: Hashable, Sendable {
        /// Seconds to wait for another process's lock.
        package var busySeconds = 10.0
        /// Most pages the file may have, or nil.
        package var pages: Int?

        /// Ten seconds, and as many pages as the disk holds.
        package init(busySeconds: Double = 10, pages: Int? = nil) {
            self.busySeconds = busySeconds
            self.pages = pages
        }
    }

    /// The path of a store that lives in memory and ends with the process.
    package static let inMemory = ":memory:"

    /// The file, as it was given.
    package let file: String
    private let queue: DatabaseQueue

    /// Opens a store; for writing, creates it where there is none.
    package init(path: String, access: Access, limits: Limits = Limits()) throws(StoreError) {
        file = path
        do {
            switch access {
            case .readWrite: queue = try TrialStore.openForWriting(path, limits)
            case .readOnly: queue = try TrialStore.openForReading(path, limits)
            }
        } catch {
            throw StoreError(error, file: path)
        }
    }

    /// Reads within one snapshot; nothing can be written.
    func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do { return try queue.read(body) } catch { throw StoreError(error, file: file) }
    }

    /// Writes within one transaction: all of it or, where an error is thrown, nothing.
    func write<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do { return try queue.write(body) } catch { throw StoreError(error, file: file) }
    }
}

extension TrialStore {
    private static func openForWriting(_ path: String, _ limits: Limits) throws -> DatabaseQueue {
        if path != inMemory { try makeRoom(for: path) }
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
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw StoreError.missing(file: path)
        }
        if isFolder.boolValue { throw StoreError.cannotOpen(file: path) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(limits.busySeconds)
        func open(_ name: String) throws -> DatabaseQueue {
            let queue = try DatabaseQueue(path: name, configuration: configuration)
            try queue.read { db in try recognise(db, at: path, creating: false) }
            return queue
        }
        do {
            return try open(path)
        } catch let error as DatabaseError
            where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) && isAtRest(path)
        {
            // Even a reader keeps an index of the log beside a WAL file. Where the folder does not take one,
            // nobody can be writing there either, and SQLite may take the file as it is.
            let name = URL(fileURLWithPath: path).absoluteString
            return try open("\(name)?immutable=1")
        }
    }

    /// Whether no log of unfinished business lies beside the file.
    private static func isAtRest(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
        return (attributes?[.size] as? Int ?? 0) == 0
    }

    /// Creates the folder, and refuses what cannot be written before SQLite quietly opens it for reading.
    private static func makeRoom(for path: String) throws {
        let files = FileManager.default
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw StoreError.readOnly(file: path)
        }
        let existing = files.fileExists(atPath: path) ? [folder.path, path] : [folder.path]
        guard existing.allSatisfy(files.isWritableFile) else { throw StoreError.readOnly(file: path) }
    }

    /// Throws unless the file is a store of this version, or, for a writer, one that is still to be made.
    private static func recognise(_ db: Database, at path: String, creating: Bool) throws {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id")
        // GRDB's own table comes before the first migration, and alone where a process was killed in between.
        let tables = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'"
        let isNew = try application == 0 && Int.fetchOne(db, sql: tables) == 0
        guard application == Schema.applicationIdentifier || isNew else {
            throw StoreError.otherApplication(file: path)
        }
        let migrator = Schema.migrator
        if try migrator.hasBeenSuperseded(db) { throw StoreError.newerVersion(file: path) }
        if creating {
            try checkPages(db, at: path)
        } else if try !migrator.hasCompletedMigrations(db) {
            throw StoreError.outdated(file: path)
        }
    }

    /// Looks through every page of a file small enough that this takes a fraction of a second.
    private static func checkPages(_ db: Database, at path: String) throws {
        guard try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0 <= 16_384 else { return }
        let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "ok"
        if finding != "ok" { throw StoreError.damaged(file: path, finding) }
    }

    /// Recognises the file, switches to WAL and migrates.
    ///
    /// Where two processes create one store, SQLite's busy timeout covers neither the switch nor the
    /// migration that the other one has just made; so all of it is tried again.
    private static func prepare(_ queue: DatabaseQueue, at path: String, patience: Double) throws {
        let deadline = ContinuousClock.now + .seconds(patience)
        while true {
            do {
                try queue.read { db in try recognise(db, at: path, creating: true) }
                try queue.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
                }
                return try Schema.migrator.migrate(queue)
            } catch let error as DatabaseError
                where [.SQLITE_BUSY, .SQLITE_ERROR].contains(error.resultCode)
                && ContinuousClock.now < deadline
            {
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
    }
}
