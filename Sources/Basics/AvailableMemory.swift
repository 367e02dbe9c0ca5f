// How much memory this process can have: what the machine, its control group and its limits leave.
//
// What other processes use is left out on purpose: a network that fits the machine must not be refused because of what happens
// to run beside it. Memory that is not there after all is an error of the allocation.

import Foundation

/// Memory that this process can still have, and what bounds it.
///
///     let memory = AvailableMemory.now
///     guard bytes <= memory.bytes else { … "\(memory.bound) leaves …" }
package struct AvailableMemory: Hashable, Sendable {
    /// What bounds memory; its description is a noun phrase for sentences.
    package enum Bound: String, Hashable, Sendable, CustomStringConvertible {
        /// The memory of the machine.
        case machine = "this machine"
        /// A control group's `memory.max`, or version 1's `memory.limit_in_bytes`: containers, batch systems.
        case controlGroup = "this control group"
        /// `ulimit -v`.
        case addressSpace = "the limit of the address space"
        /// `ulimit -d`.
        case data = "the limit of the data segment"

        /// The noun phrase.
        package var description: String { rawValue }
    }

    /// A limit with what is used of it.
    package struct Limit: Hashable, Sendable {
        /// What sets it.
        package var bound: Bound
        /// Bytes that it allows.
        package var bytes: Int
        /// Bytes of it that this process uses.
        package var used: Int

        /// A limit.
        package init(_ bound: Bound, bytes: Int, used: Int) {
            self.bound = bound
            self.bytes = bytes
            self.used = used
        }

        /// Bytes that are left.
        package var left: Int { max(0, bytes - used) }
    }

    /// Bytes that are left.
    package let bytes: Int
    /// What leaves no more.
    package let bound: Bound

    /// The tightest of some limits; without any, there is no bound but that of addresses.
    package init(_ limits: [Limit]) {
        let tightest = limits.min { $0.left < $1.left }
        bytes = tightest?.left ?? .max
        bound = tightest?.bound ?? .machine
    }

    /// What is left now. Reads a few small files of the system, about 0.1 ms.
    package static var now: AvailableMemory { AvailableMemory(limits()) }

    /// All limits that hold for this process; `root` and `process` are the folders of control groups and of the process.
    package static func limits(root: String = "/sys/fs/cgroup", process: String = "/proc/self") -> [Limit] {
        let status = text("\(process)/status") ?? ""
        let resident = kibibytes("VmRSS", in: status)
        var limits = [
            Limit(.machine, bytes: Int(clamping: ProcessInfo.processInfo.physicalMemory), used: resident)
        ]
        for bytes in controlGroupLimits(root: root, membership: text("\(process)/cgroup") ?? "") {
            limits.append(Limit(.controlGroup, bytes: bytes, used: resident))
        }
        for (bound, resource, field) in [
            (Bound.addressSpace, addressSpaceResource, "VmSize"), (.data, dataResource, "VmData"),
        ] {
            var limit = rlimit()
            guard getrlimit(resource, &limit) == 0, limit.rlim_cur < UInt64(Int.max) else { continue }
            limits.append(
                Limit(bound, bytes: Int(limit.rlim_cur), used: kibibytes(field, in: status)))
        }
        return limits
    }

    #if canImport(Glibc)
        private static let addressSpaceResource = __rlimit_resource_t(RLIMIT_AS.rawValue)
        private static let dataResource = __rlimit_resource_t(RLIMIT_DATA.rawValue)
    #else
        private static let addressSpaceResource = Int32(RLIMIT_AS)
        private static let dataResource = Int32(RLIMIT_DATA)
    #endif

    /// The limits of the groups that a process is in and of all groups above them; `membership` is its `cgroup` file, with a
    /// line `0::/path` for version 2 and `4:memory:/path` for version 1.
    ///
    /// Within a container the path is often that outside of it; then the limit stands at the root.
    package static func controlGroupLimits(root: String, membership: String) -> [Int] {
        var limits: [Int] = []
        for line in membership.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let (folder, file): (String, String)
            if fields[0] == "0", fields[1].isEmpty {
                (folder, file) = (root, "memory.max")
            } else if fields[1].split(separator: ",").contains("memory") {
                (folder, file) = ("\(root)/memory", "memory.limit_in_bytes")
            } else {
                continue
            }
            var path = fields[2].split(separator: "/")
            while true {
                let group = ([folder] + path.map(String.init) + [file]).joined(separator: "/")
                // Without a limit, version 2 says "max" and version 1 a number of pages near 2^63.
                if let bytes = text(group).flatMap({ Int($0.trimmingPrefix(" ").prefix { $0.isNumber }) }) {
                    limits.append(bytes)
                }
                if path.isEmpty { break }
                path.removeLast()
            }
        }
        return limits
    }

    /// A field of a process's `status` file in bytes; 0 where it has none.
    private static func kibibytes(_ field: String, in status: String) -> Int {
        for line in status.split(separator: "\n") where line.hasPrefix(field + ":") {
            let number = line.dropFirst(field.count + 1).drop { !$0.isNumber }.prefix { $0.isNumber }
            return (Int(number) ?? 0) << 10
        }
        return 0
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
