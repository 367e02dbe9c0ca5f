// What a store's file must be before SQLite sees it, and what must be in it. SQLite itself would wait for a pipe,
// keep a nameless database in memory, and answer from damaged pages.

import Foundation
import GRDB

/// The checks of a store's file.
enum StoreFile {
    /// Why a name cannot be a store's, or nil where it can.
    static func refusal(of name: String) -> StoreError? {
        let isBlank = name.allSatisfy(\.isWhitespace)
        let isPadded = name.first?.isWhitespace == true || name.last?.isWhitespace == true
        let lowercased = name.lowercased()
        let isSpecial =
            lowercased.hasPrefix(":memory:") || lowercased.hasPrefix("file:")
            || lowercased.contains("mode=memory")
        let isUnprintable = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        let isFolder = name.hasSuffix("/")
        return isBlank || isPadded || isSpecial || isUnprintable || isFolder
            ? .keepsNothing(name: name) : nil
    }

    /// Throws where something else than a file stands at the path, or at that of a log beside it.
    static func checkKind(of path: String) throws(StoreError) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            var status = stat()
            guard stat(path + suffix, &status) == 0 else { continue }
            guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(file: path + suffix) }
        }
        if isPage(path) { throw .page(file: path) }
    }

    /// Whether a file begins as pages do.
    static func isPage(_ path: String) -> Bool {
        let beginning = "<!DOCTYPE html>"
        guard let handle = FileHandle(forReadingAtPath: path),
            let bytes = try? handle.read(upToCount: beginning.utf8.count)
        else { return false }
        return bytes.elementsEqual(beginning.utf8)
    }

    /// What tells a file from another one that takes its name later; nil where there is none.
    struct Identity: Hashable, Sendable {
        private let device, number: UInt64

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt64(status.st_dev)
            number = UInt64(status.st_ino)
        }
    }

    /// Whether the header says that rows are first written to a log, and there is no log beside the file.
    static func lacksItsLog(_ path: String) -> Bool {
        let writerVersion = 18
        guard isAtRest(path), let handle = FileHandle(forReadingAtPath: path),
            let header = try? handle.read(upToCount: writerVersion + 1), header.count > writerVersion
        else { return false }
        return header[writerVersion] == 2
    }

    /// Whether no log of unfinished business lies beside the file.
    static func isAtRest(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
        return (attributes?[.size] as? Int ?? 0) == 0
    }

    /// The name of the folder that is made where it is missing; any other one may be a slip of the hand.
    static let usualFolder = "results"

    /// Creates the usual folder, and refuses what cannot be written before SQLite quietly opens it for reading.
    static func makeRoom(for path: String) throws(StoreError) {
        let files = FileManager.default
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        if !files.fileExists(atPath: folder.path) {
            let parent = folder.deletingLastPathComponent().path
            guard folder.lastPathComponent == usualFolder, files.fileExists(atPath: parent) else {
                throw .noFolder(file: path, folder: folder.relativePath)
            }
            do {
                try files.createDirectory(at: folder, withIntermediateDirectories: true)
            } catch {
                throw .readOnly(file: path)
            }
        }
        let existing = files.fileExists(atPath: path) ? [folder.path, path] : [folder.path]
        guard existing.allSatisfy(files.isWritableFile) else { throw .readOnly(file: path) }
    }
}

extension TrialStore {
    /// The names of the folders beside a store whose files its rows may name: its own first, then the one that versions
    /// before 0.4 made.
    ///
    /// Before 0.4 `x.sqlite` and `x.db` shared `x.weights`; only stores with the usual ending were made by default.
    package static func weightsFolders(of path: String) -> [String] {
        let file = URL(fileURLWithPath: path)
        if [SharedStoreFile.live, SharedStoreFile.snapshot].contains(file.pathExtension) {
            return [SharedStoreFile.weights]
        }
        let own = file.lastPathComponent + ".weights"
        let former = file.deletingPathExtension().lastPathComponent + ".weights"
        return file.pathExtension == "sqlite" ? [own, former] : [own]
    }
}

extension StoreFile {
    /// What a file holds.
    enum Content {
        /// Nothing yet.
        case nothing
        /// A store of an older version.
        case older
        /// A store as this version makes it.
        case current
    }

    /// Recognises a store; throws where the file is another application's, newer, or damaged.
    static func content(of db: Database, at path: String) throws -> Content {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id")
        // GRDB's own table comes before the first migration, and alone where a process was killed in between.
        let tables = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'"
        let isNew = try application == 0 && Int.fetchOne(db, sql: tables) == 0
        guard application == Schema.applicationIdentifier || isNew else {
            throw StoreError.otherApplication(file: path)
        }
        let migrator = Schema.migrator
        if try migrator.hasBeenSuperseded(db) { throw StoreError.newerVersion(file: path) }
        try checkPages(of: db, at: path)
        return isNew ? .nothing : try migrator.hasCompletedMigrations(db) ? .current : .older
    }

    /// Looks through every page of a file small enough that this takes a fraction of a second, and compares
    /// every index with its table where the file is smaller still.
    private static func checkPages(of db: Database, at path: String) throws {
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        guard pages <= 16_384 else { return }
        let check = pages <= 2048 ? "integrity_check" : "quick_check"
        let finding = try String.fetchOne(db, sql: "PRAGMA \(check)(1)") ?? "ok"
        if finding != "ok" { throw StoreError.damaged(file: path, finding) }
    }
}
