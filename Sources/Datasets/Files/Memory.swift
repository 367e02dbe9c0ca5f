// How much memory there is: of the machine, and of what the surroundings grant of it. What cannot be had is
// refused before it is asked for, since a failed allocation ends the program.

import Foundation

/// The memory that data sets may take.
enum Memory {
    /// As many bytes as one file or one part of a data set may fill: a quarter of the memory, since values made of
    /// them stand beside them.
    static var limit: Int { total / 4 }

    /// Bytes of this machine, or of the control group or address space that this process is held to.
    static var total: Int {
        var total = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        for file in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { continue }
            if let bytes = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)), bytes > 0 {
                total = min(total, bytes)
            }
        }
        var bound = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bound) == 0 {
            total = min(total, Int(clamping: bound.rlim_cur))
        }
        return total
    }

    /// Whether so many bytes would be granted now; they are given back at once.
    static func has(_ bytes: Int) -> Bool {
        guard bytes > 0 else { return bytes == 0 }
        guard let memory = malloc(bytes) else { return false }
        free(memory)
        return true
    }
}
