// Memory: which limit is the tightest, and where control groups write theirs.

import Basics
import Foundation
import Testing

@Suite struct AvailableMemoryTests {
    /// A folder of files with the given texts.
    private func folder(_ files: [String: String]) throws -> String {
        let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        for (path, text) in files {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return root.path
    }

    @Test func theTightestLimitBoundsMemory() {
        let memory = AvailableMemory([
            .init(.machine, bytes: 8 << 30, used: 1 << 30),
            .init(.controlGroup, bytes: 2 << 30, used: 1 << 30),
            .init(.addressSpace, bytes: 6 << 30, used: 3 << 30),
        ])
        #expect(memory == AvailableMemory([.init(.controlGroup, bytes: 1 << 30, used: 0)]))
        #expect(AvailableMemory([.init(.addressSpace, bytes: 5, used: 9)]).bytes == 0)
    }

    @Test func limitsOfAllGroupsAboveHoldInBothVersions() throws {
        let root = try folder([
            "memory.max": "max\n", "a/memory.max": "3000\n", "a/b/memory.max": "max\n",
            "memory/memory.limit_in_bytes": "9223372036854771712\n",
            "memory/c/memory.limit_in_bytes": "4000\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: root) }
        #expect(AvailableMemory.controlGroupLimits(root: root, membership: "0::/a/b\n") == [3000])
        #expect(
            AvailableMemory.controlGroupLimits(root: root, membership: "4:cpu,memory:/c\n1:cpu:/a\n")
                == [4000, 9_223_372_036_854_771_712])
        // In a container the path is that outside of it, and the limit stands at the root.
        #expect(
            AvailableMemory.controlGroupLimits(root: root + "/a", membership: "0::/docker/x\n") == [3000])
        #expect(AvailableMemory.controlGroupLimits(root: root, membership: "nonsense\n:::\n").isEmpty)
    }

    @Test func whatAProcessUsesIsTakenAway() throws {
        let process = try folder(["status": "VmSize:\t  2048 kB\nVmRSS:\t   1024 kB\n", "cgroup": "0::/\n"])
        let root = try folder(["memory.max": "5000000\n"])
        defer {
            try? FileManager.default.removeItem(atPath: process)
            try? FileManager.default.removeItem(atPath: root)
        }
        let limits = AvailableMemory.limits(root: root, process: process)
        #expect(limits.contains(.init(.controlGroup, bytes: 5_000_000, used: 1 << 20)))
        #expect(AvailableMemory(limits).bytes == 5_000_000 - (1 << 20))
        #expect(AvailableMemory.now.bytes > 0)
    }
}
