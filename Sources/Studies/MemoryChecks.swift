// What a network takes, held against what can be had, before any of it is taken.

import Basics
import CompoundSearch
import Networks
import Rendering

extension Network {
    /// Bytes of activations, and of weights as read, as kept and as packed, while it runs.
    var runBytes: Int { cost.peakActivationBytes.value + 3 * cost.weightBytes.value }

    /// Throws where activations, and weights as read, as kept and as packed, exceed the memory that can be had.
    package func checkMemory() throws {
        let needed = Double(cost.peakActivationBytes.value) + 3 * Double(cost.weightBytes.value)
        let memory = AvailableMemory.now
        guard needed <= Double(memory.bytes) else {
            throw SurroundingsFault(
                "\(architecture.name) takes at least \(Int(needed / 1_048_576)) MiB of memory and \(memory.bound) "
                    + "leaves \(memory.bytes / 1_048_576) MiB; choose a smaller network.")
        }
    }
}
