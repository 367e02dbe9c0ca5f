// The computer, as far as a latency depends on it.

import Basics

/// The computer a figure was measured on.
package struct Machine: Hashable, Sendable {
    /// Model name of the processor.
    package var processor: String
    /// Cores that this process may use.
    package var cores: Int
    /// Bytes of main memory.
    package var memoryBytes: Int
    /// Operating system and its version.
    package var system: String
    /// Sizes of the caches, where they are known.
    package var caches: String?

    /// A computer.
    package init(
        processor: String, cores: Int, memoryBytes: Int, system: String, caches: String? = nil
    ) {
        self.caches = caches
        self.processor = processor
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.system = system
    }

    /// A stable hash of what changes a latency: the processor's model and its caches.
    ///
    /// Exact memory and the system's version do not, and the cores that are used are a condition of their own. Where the caches
    /// are not known, as in stores of versions before 0.4, it is a hash of all of it.
    package var fingerprint: String {
        var hash = StableHash()
        hash.combine(processor)
        if let caches {
            hash.combine(caches)
        } else {
            hash.combine(cores)
            hash.combine(memoryBytes)
            hash.combine(system)
        }
        return hash.hexadecimal
    }
}
