// Where weights and checkpoints of a search lie: in a folder beside the store that belongs to it alone. A store may come from
// anywhere, so a path that it keeps is followed only where it leads into that folder.

import CompoundSearch
import Foundation
import ResultStore

/// The files of one training in one store.
package struct TrainingFiles {
    private let base: URL
    /// The folder of this store, from `base`.
    private let own: String
    /// Folders whose files a row of this store may name: its own, and the one that versions before 0.4 made.
    private let trusted: [String]
    private let training: String
    /// Whether the store is a file; one in memory has no folder beside it.
    private let isKept: Bool

    /// Files beside a store: `results/compound.sqlite` keeps them in `results/compound.sqlite.weights`.
    ///
    /// `training` is the identity of a training; results belong to networks, whichever study asked for them.
    package init(store: String, training: String) {
        let file = URL(fileURLWithPath: store)
        base = file.deletingLastPathComponent()
        trusted = TrialStore.weightsFolders(of: store)
        own = trusted[0]
        self.training = training
        isKept = store != TrialStore.inMemory
    }

    /// The folder in which jobs of this store are claimed.
    package var claims: String { base.appendingPathComponent("\(own)/claims").path }

    /// The weights of a candidate at the end of a rung.
    package func weights(_ networkHash: String, _ rung: TrainingRung) -> String {
        path(networkHash, rung, "safetensors")
    }

    /// What it takes to continue that rung in the middle.
    package func checkpoint(_ networkHash: String, _ rung: TrainingRung) -> String {
        path(networkHash, rung, "checkpoint")
    }

    /// A name for the job of a rung, the same in every process.
    package func claim(_ networkHash: String, _ rung: TrainingRung) -> String {
        "\(training)-\(networkHash)-seed-\(rung.seed)-epochs-\(rung.epochs)"
    }

    /// A name for what every process joins that runs a study.
    static func presence(ofStudy study: String) -> String { "study-\(study)" }

    /// Makes room for a candidate's files, and sweeps what a kill left half written there.
    package func prepareFolder(_ networkHash: String) throws {
        guard isKept else { return }
        let folder = base.appendingPathComponent("\(own)/\(training)/\(networkHash)").path
        try TrainingFiles.makeFolder(folder)
        // Somebody else may be writing where several workers have one folder.
        if own == SharedStoreFile.weights { return }
        let left = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in left where name.hasSuffix(".part") {
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }

    /// The path as the store keeps it, so that store and weights can move together.
    package func relative(_ path: String) -> String {
        let prefix = base.path.hasSuffix("/") ? base.path : base.path + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    /// The regular file at a path that the store keeps, or nil where it is gone or lies outside the store's own folders.
    ///
    /// An absolute path, one with `..`, and one that leads out by a link are none of this store's.
    package func existing(_ path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, trusted.contains(String(first)), parts.count > 1,
            !parts.contains("."), !parts.contains(".."), !parts.contains("")
        else { return nil }
        let full = base.appendingPathComponent(path)
        let folder = base.appendingPathComponent(String(first)).resolvingSymlinksInPath().path
        guard full.resolvingSymlinksInPath().path.hasPrefix(folder + "/") else { return nil }
        var status = stat()
        guard lstat(full.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return full.path
    }

    /// Removes a file that `existing` gave; nothing else is ever deleted.
    package func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// Makes a folder; throws a fault of the surroundings where that cannot be.
    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw SurroundingsFault(
                "\(path) cannot be made; free some space, or allow writing beside the store.")
        }
    }

    private func path(_ networkHash: String, _ rung: TrainingRung, _ kind: String) -> String {
        base.appendingPathComponent(
            "\(own)/\(training)/\(networkHash)/seed-\(rung.seed)-epochs-\(rung.epochs).\(kind)"
        ).path
    }
}
