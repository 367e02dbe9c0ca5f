// What computer this is, as far as a latency depends on it.

import Foundation
import Measurements
import NetworkExecution

extension Machine {
    /// This computer, read from the operating system.
    package static var current: Machine {
        Machine(
            processor: field("model name", of: "/proc/cpuinfo", separator: ":") ?? "unknown",
            cores: Processors.available,
            memoryBytes: Int(ProcessInfo.processInfo.physicalMemory),
            system: field("PRETTY_NAME", of: "/etc/os-release", separator: "=")
                ?? ProcessInfo.processInfo.operatingSystemVersionString,
            caches: caches)
    }

    /// The sizes of the first processor's data caches, such as `48K, 2048K, 266240K`; nil where the system does not tell.
    private static var caches: String? {
        let folder = "/sys/devices/system/cpu/cpu0/cache"
        let sizes = (0..<8).compactMap { index -> String? in
            func value(_ name: String) -> String? {
                try? String(contentsOfFile: "\(folder)/index\(index)/\(name)", encoding: .utf8)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            }
            return value("type") == "Instruction" ? nil : value("size")
        }
        return sizes.isEmpty ? nil : sizes.joined(separator: ", ")
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
