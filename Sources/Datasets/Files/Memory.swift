// How much memory there is: of the machine, and of what the surroundings grant of it. What cannot be had is
// refused before it is asked for, since a failed allocation ends the program.

import Basics
import Foundation

/// The memory that data sets may take.
enum Memory {
    /// As many bytes as one file or one part of a data set may fill: a quarter of the memory, since values made of
    /// them stand beside them.
    static var limit: Int { AvailableMemory.now.bytes / 4 }

    /// Whether so many bytes would be granted now; they are given back at once.
    static func has(_ bytes: Int) -> Bool {
        guard bytes > 0 else { return bytes == 0 }
        guard let memory = malloc(bytes) else { return false }
        free(memory)
        return true
    }
}
