// The processes below this one, in whatever session they are. Where orphans become children of this process, having no
// children means having no descendants.

import Foundation

/// Everything that this process has started, directly or not.
struct Descendants: Sendable {
    /// The first of them, whose process group is all that is known where there is no /proc; or 0.
    let leader: pid_t

    /// A process as /proc tells it.
    struct Entry {
        let process: pid_t
        let parent: pid_t
        let group: pid_t
        let isZombie: Bool

        /// From a line of /proc/*/stat, whose second field is a name that may hold anything.
        init?(stat: some StringProtocol) {
            guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")"),
                let process = pid_t(stat[..<open].trimmingCharacters(in: .whitespaces))
            else { return nil }
            let fields = stat[stat.index(after: close)...].split(separator: " ")
            guard fields.count > 2, let parent = pid_t(fields[1]), let group = pid_t(fields[2]) else {
                return nil
            }
            self.process = process
            self.parent = parent
            self.group = group
            isZombie = fields[0] == "Z" || fields[0] == "X"
        }
    }

    #if os(Linux)
        /// How many there are that have not ended.
        var count: Int { list().count { !$0.isZombie } }

        /// Sends a signal to all, by their process groups first: no fork slips through those. Whether it reached any.
        @discardableResult func signal(_ number: Int32) -> Bool {
            let entries = list()
            var reached = false
            // Its own group holds this process itself.
            for group in Set(entries.map(\.group)) where group > 1 && group != getpgrp() {
                if kill(-group, number) == 0 { reached = true }
            }
            // A second SIGTERM might be taken for impatience, a second SIGKILL harms nobody.
            for entry in entries where number == SIGKILL || entry.group == getpgrp() {
                if kill(entry.process, number) == 0 { reached = true }
            }
            return reached
        }

        /// All of them, read from /proc.
        private func list() -> [Entry] {
            var children: [pid_t: [Entry]] = [:]
            for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
                guard name.first?.isNumber == true, let stat = Descendants.contents("/proc/\(name)/stat"),
                    let entry = Entry(stat: stat)
                else { continue }
                children[entry.parent, default: []].append(entry)
            }
            var found: [Entry] = []
            var open = [getpid()]
            while let parent = open.popLast() {
                let next = children.removeValue(forKey: parent) ?? []
                found += next
                open += next.map(\.process)
            }
            return found
        }

        /// A short file of /proc, in one read; nil where the process is gone.
        private static func contents(_ path: String) -> String? {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            return withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { bytes in
                let count = read(file, bytes.baseAddress, bytes.count)
                return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
            }
        }
    #else
        /// How many there are is not known.
        var count: Int { 0 }

        /// Sends a signal to the leader's process group. Whether it reached any.
        @discardableResult func signal(_ number: Int32) -> Bool { leader > 0 && kill(-leader, number) == 0 }
    #endif

    /// Ends and buries all; returns when there are none, or none that this user may end.
    func end() {
        var pause: useconds_t = 0
        while true {
            let reached = signal(SIGKILL)
            var buried: pid_t
            repeat { buried = waitpid(-1, nil, WNOHANG) } while buried > 0
            if buried < 0, errno == ECHILD || !reached { return }
            if !reached { return }
            usleep(pause)
            pause = min(pause + 500, 20_000)
        }
    }
}
