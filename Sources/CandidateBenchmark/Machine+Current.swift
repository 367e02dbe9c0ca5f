// What computer this is, as far as a latency depends on it.

import CompoundSearch
import Foundation
import NetworkExecution

extension Machine {
    /// This computer, read from the operating system.
    package static var current: Machine {
        Machine(
            processor: field("model name", of: "/proc/cpuinfo", separator: ":") ?? "unknown",
            cores: Processors.available,
            memoryBytes: Int(ProcessInfo.processInfo.physicalMemory),
            system: field("PRETTY_NAME", of: "/etc/os-release", separator: "=")
                ?? ProcessInfo.processInfo.operatingSystemVersionString)
    }

    /// The value of the first line that starts with `key`.
    private static func field(_ key: String, of path: String, separator: Character) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) }),
            let start = line.firstIndex(of: separator)
        else { return nil }
        return line[line.index(after: start)...].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
    }
}
