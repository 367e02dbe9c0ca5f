// How many processors a process has, from files as the system writes them.

import Foundation
import NetworkExecution
import Testing

/// A folder with these files below it, as long as the value lives.
private final class Root {
    let path = FileManager.default.temporaryDirectory.appending(path: "processors-\(UUID().uuidString)").path

    init(_ files: [String: String]) throws {
        for (name, text) in files {
            let file = "\(path)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try text.write(toFile: file, atomically: true, encoding: .utf8)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Test func theMaskOfAllowedProcessorsIsCounted() throws {
    func allowed(_ mask: String) throws -> Int? {
        let root = try Root([
            "proc/self/status": "Name:\tcompound\nCpus_allowed:\t\(mask)\nMems_allowed:\t1\n"
        ])
        return Processors.allowed(below: root.path)
    }
    #expect(try allowed("1") == 1)
    #expect(try allowed("c") == 2)
    #expect(try allowed("ff,ffffffff,00000001") == 41)
    #expect(try allowed("0") == nil)
    #expect(Processors.allowed(below: "/nonexistent") == nil)
}

@Test func theTightestGroupOfVersionTwoCounts() throws {
    func quota(_ own: String, above: String = "max 100000") throws -> Int? {
        let root = try Root([
            "proc/self/cgroup": "0::/jobs/one\n", "sys/fs/cgroup/jobs/one/cpu.max": own + "\n",
            "sys/fs/cgroup/jobs/cpu.max": above + "\n",
        ])
        return Processors.quota(below: root.path)
    }
    #expect(try quota("max 100000") == nil)
    #expect(try quota("100000 100000") == 1)
    #expect(try quota("150000 100000") == 2)
    #expect(try quota("400000 100000", above: "200000 100000") == 2)
    #expect(try quota("nonsense") == nil)
    #expect(try quota("100000 0") == nil)
}

@Test func groupsOfVersionOneCountToo() throws {
    func quota(_ microseconds: String) throws -> Int? {
        let root = try Root([
            "proc/self/cgroup": "3:memory:/a\n2:cpu,cpuacct:/a\n",
            "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": microseconds + "\n",
            "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
        ])
        return Processors.quota(below: root.path)
    }
    #expect(try quota("-1") == nil)
    #expect(try quota("300000") == 3)
    #expect(Processors.quota(below: "/nonexistent") == nil)
}

@Test func atLeastOneProcessorIsAvailable() { #expect(Processors.available >= 1) }
