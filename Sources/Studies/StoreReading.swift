// What a name of a store stands for, and the files beside it: the one place in which commands that read find both.

import Foundation
import ResultStore

extension TrialStore {
    /// Opens what people name as stores for reading, each store once; `reading(_:)` makes one of them.
    ///
    /// Of several, those that are still empty are left out, unless all are.
    package static func sources(named names: [String]) throws -> [TrialStore] {
        var seen: Set<String> = []
        let files = try names.flatMap(files(ofStore:)).filter { file in
            seen.insert(URL(fileURLWithPath: file).resolvingSymlinksInPath().path).inserted
        }
        guard files.count > 1 else {
            return try files.map { try TrialStore(path: $0, access: .readOnly) }
        }
        var stores: [TrialStore] = []
        var empty: StoreError?
        for file in files {
            do {
                stores.append(try TrialStore.source(at: file))
            } catch {
                guard case .outdated = error else { throw error }
                empty = error
            }
        }
        if stores.isEmpty, let empty { throw empty }
        return stores
    }

    /// The files that a name stands for: itself, or the snapshots of those who share a folder of that name.
    private static func files(ofStore name: String) throws -> [String] {
        let folder = SharedFolder(name)
        guard folder.isShared else { return [name] }
        let snapshots = folder.snapshots
        if snapshots.isEmpty { throw StoreError.outdated(file: name) }
        return snapshots
    }

    /// The file of weights that a row names, beside the store that it comes from; nil where it is gone or lies outside the
    /// store's own folders.
    package func weightsFile(_ path: String) -> String? {
        let sources = sources
        if sources.count == 1 { return TrainingFiles(store: sources[0].file, training: "").existing(path) }
        guard let slash = path.firstIndex(of: "/") else { return nil }
        for source in sources {
            if let file = source.ownWeights(String(path[path.index(after: slash)...])) { return file }
        }
        return nil
    }

    /// The file at a path from the store's folder of weights, or nil.
    func ownWeights(_ path: String) -> String? {
        let files = TrainingFiles(store: file, training: "")
        for folder in TrialStore.weightsFolders(of: file) {
            if let file = files.existing(folder + "/" + path) { return file }
        }
        return nil
    }
}
