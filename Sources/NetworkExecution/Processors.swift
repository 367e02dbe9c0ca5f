// How many processors there are for this process, which may be fewer than the machine has: a launcher binds it to
// some of them, and a container has a share of their time.

import Foundation

/// The processors that this process may use.
package enum Processors {
    /// How many threads can run at once: at least 1.
    package static var available: Int {
        let allowed = allowed(below: "") ?? ProcessInfo.processInfo.activeProcessorCount
        return max(1, min(allowed, quota(below: "") ?? .max))
    }

    /// How many processors the scheduler may put this process on, or nil where the system does not say.
    ///
    /// `root` is where `proc` lies.
    package static func allowed(below root: String) -> Int? {
        let lines = text(root + "/proc/self/status")?.split(separator: "\n") ?? []
        // A mask in hexadecimal digits, with commas.
        guard let mask = lines.first(where: { $0.hasPrefix("Cpus_allowed:") })?.split(separator: ":").last
        else { return nil }
        let count = mask.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }

    /// The processors' worth of time that control groups allow, rounded up, or nil where they set no limit.
    ///
    /// `root` is where `proc` and `sys` lie. Every group above the process's own counts.
    package static func quota(below root: String) -> Int? {
        guard let groups = text(root + "/proc/self/cgroup") else { return nil }
        var least: Double?
        for line in groups.split(separator: "\n") {
            // number:controllers:path, without controllers in version 2.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isSecond = parts[1].isEmpty
            guard isSecond || parts[1].split(separator: ",").contains("cpu") else { continue }
            let mount = root + "/sys/fs/cgroup" + (isSecond ? "" : "/\(parts[1])")
            var names = parts[2].split(separator: "/")
            while true {
                let folder = ([mount] + names.map(String.init)).joined(separator: "/")
                if let share = isSecond ? share(ofSecond: folder) : share(ofFirst: folder) {
                    least = min(share, least ?? share)
                }
                if names.popLast() == nil { break }
            }
        }
        return least.map { Int($0.rounded(.up)) }
    }

    /// Version 2: `200000 100000`, or `max 100000`, in microseconds.
    private static func share(ofSecond folder: String) -> Double? {
        let words = text(folder + "/cpu.max")?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count == 2 ? share(words[0], of: words[1]) : nil
    }

    /// Version 1: two files, the quota −1 where there is none.
    private static func share(ofFirst folder: String) -> Double? {
        guard let quota = text(folder + "/cpu.cfs_quota_us"), let period = text(folder + "/cpu.cfs_period_us")
        else { return nil }
        return share(quota[...], of: period[...])
    }

    private static func share(_ quota: Substring, of period: Substring) -> Double? {
        func number(_ text: Substring) -> Double? { Double(text.filter { !$0.isWhitespace }) }
        guard let quota = number(quota), let period = number(period), quota > 0, period > 0,
            quota / period < 1e6
        else { return nil }
        return quota / period
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
