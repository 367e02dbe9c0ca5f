// Where weights and checkpoints of a search lie: in a folder beside the store.

import CompoundSearch
import Foundation

/// The files of one study's training in one way.
struct TrainingFiles {
    private let base: URL
    private let folder: String

    /// Files beside a store: `results/compound.sqlite` keeps them in `results/compound.weights`.
    init(store: String, study: String, training: String) {
        let file = URL(fileURLWithPath: store)
        base = file.deletingLastPathComponent()
        let name = file.deletingPathExtension().lastPathComponent
        folder = "\(name).weights/\(study)/\(training)"
    }

    /// The weights of a candidate at the end of a rung.
    func weights(_ trial: Trial, _ rung: TrainingRung) -> String {
        path(trial.networkHash, rung, "safetensors")
    }

    /// What it takes to continue that rung in the middle.
    func checkpoint(_ networkHash: String, _ rung: TrainingRung) -> String {
        path(networkHash, rung, "checkpoint")
    }

    /// Makes room for a candidate's files.
    func makeFolder(for trial: Trial) throws {
        let path = base.appendingPathComponent("\(folder)/\(trial.networkHash)").path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw OutputError("\(path) cannot be made; allow writing beside the store.")
        }
    }

    /// The path as the store keeps it, so that store and weights can move together.
    func relative(_ path: String) -> String {
        let prefix = base.path.hasSuffix("/") ? base.path : base.path + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    /// The file at a path that the store keeps, or nil where it is gone.
    func existing(_ path: String) -> String? {
        let full = path.hasPrefix("/") ? path : base.appendingPathComponent(path).path
        return FileManager.default.fileExists(atPath: full) ? full : nil
    }

    private func path(_ networkHash: String, _ rung: TrainingRung, _ kind: String) -> String {
        base.appendingPathComponent(
            "\(folder)/\(networkHash)/seed-\(rung.seed)-epochs-\(rung.epochs).\(kind)"
        ).path
    }
}
