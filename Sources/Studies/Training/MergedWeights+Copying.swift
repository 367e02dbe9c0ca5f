// Weights go along with the rows that name them: copied beside the store that was merged into, under the same names.

import CompoundSearch
import Foundation
import ResultStore

/// What became of the files of weights of a merging.
package struct WeightsCopies: Hashable, Sendable {
    /// Files that were copied.
    package var copied = 0
    /// Their bytes.
    package var bytes = 0
    /// Files that were there already.
    package var known = 0
    /// Files of runs that do not count any more, under their new names.
    package var moved: [String] = []
    /// Weights of finished runs that lie beside none of the stores, by the paths at which they are missing.
    package var missing: [String] = []
}

extension MergeSummary {
    /// Copies the weights of all runs that count from beside their stores to beside the target.
    ///
    /// A file is written whole or not at all; throws a fault of the surroundings where it cannot be. One that belongs to a
    /// run which counts no more is kept beside the other, with `.apart` behind its name.
    package func copyWeights(from sources: [TrialStore], to target: TrialStore) throws -> WeightsCopies {
        var copies = WeightsCopies()
        let base = URL(fileURLWithPath: target.file).deletingLastPathComponent()
        let folder = TrialStore.weightsFolders(of: target.file)[0]
        for weights in weights {
            let path = base.appendingPathComponent(folder + "/" + weights.path).path
            let isThere = FileManager.default.fileExists(atPath: path)
            if isThere, weights.origins.contains(where: { $0.source == 0 }) {
                copies.known += 1
                continue
            }
            let found = weights.origins.lazy.compactMap { origin in
                let store = origin.source == 0 ? target : sources[origin.source - 1]
                return store.ownWeights(origin.path)
            }.first { $0 != path }
            guard let found else {
                if weights.isFinal, !isThere { copies.missing.append(path) }
                continue
            }
            do {
                if isThere, FileManager.default.contentsEqual(atPath: found, andPath: path) {
                    copies.known += 1
                    continue
                }
                if isThere {
                    try MergeSummary.replace(path + ".apart", by: path)
                    copies.moved.append(path + ".apart")
                }
                try TrainingFiles.makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
                let part = path + ".part"
                try? FileManager.default.removeItem(atPath: part)
                try FileManager.default.copyItem(atPath: found, toPath: part)
                try MergeSummary.replace(path, by: part)
            } catch {
                throw SurroundingsFault(
                    "\(path) cannot be written; free some space, or allow writing there, and merge again.")
            }
            copies.copied += 1
            copies.bytes += (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        }
        return copies
    }

    private static func replace(_ path: String, by other: String) throws {
        guard rename(other, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
}
