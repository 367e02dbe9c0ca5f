// Whether anybody works on a store at this moment, as its claims tell.

import Foundation
import ResultStore

/// The work of other processes on a store.
package enum SearchActivity {
    /// Whether a process works on a store, or on one of those that it was made of.
    package static func isGoingOn(in store: TrialStore) -> Bool {
        store.sources.contains { isGoingOn(in: $0.file) }
    }

    /// Whether a process holds a claim of this store's; each lock is looked at and given back at once.
    package static func isGoingOn(in store: String) -> Bool {
        let folder = TrainingFiles(store: store, training: "").claims
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.contains { name in
            guard name.hasSuffix(".lock") else { return false }
            let descriptor = open(folder + "/" + name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            return flock(descriptor, LOCK_SH | LOCK_NB) != 0
        }
    }
}
