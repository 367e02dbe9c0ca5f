// Several searches may work on one store at once. Each job is claimed by a lock on a file that the system releases however its
// holder ends, so they divide the work, and no two write the same weights.

import CompoundSearch
import Foundation

/// Who works on what, among the processes of one machine.
package protocol JobClaims {
    /// Claims a job, or tells who has it.
    func claim(_ name: String) throws -> ClaimAnswer
    /// Joins what any number of processes may do at once, so that others see it going on.
    func join(_ name: String) throws -> any JobClaim
}

/// The answer to a claim.
package enum ClaimAnswer {
    /// It is yours until the claim is released.
    case granted(any JobClaim)
    /// Another process has it, described for a person.
    case taken(by: String)
}

/// A job that was claimed.
package protocol JobClaim {
    /// Whether it is still its holder's; only a claim with a lease can be lost.
    var isHeld: Bool { get }
    /// Gives it back.
    func release()
}

extension JobClaim {
    /// A claim that lasts as long as its holder's process.
    package var isHeld: Bool { true }
}

/// For a store in memory, which no other process sees.
package struct SoleClaims: JobClaims {
    private struct Granted: JobClaim { func release() {} }

    /// Claims that are always granted.
    package init() {}

    /// Grants.
    package func claim(_ name: String) -> ClaimAnswer { .granted(Granted()) }

    /// Nobody sees it.
    package func join(_ name: String) -> any JobClaim { Granted() }
}

/// Claims by locks (`flock`) on files of a folder; each file says which process has it.
package struct FileClaims: JobClaims {
    private let folder: String

    /// Claims in a folder, which is created with the first.
    package init(folder: String) { self.folder = folder }

    private struct Held: JobClaim {
        let descriptor: Int32
        let path: String

        func release() {
            // Removed while it is held: whoever opened it before finds another file at the path and opens that.
            unlink(path)
            close(descriptor)
        }
    }

    private struct Joined: JobClaim {
        let descriptor: Int32
        let path: String

        func release() {
            // Whoever is the last takes the file away.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
            close(descriptor)
        }
    }

    /// Claims a job by its name, which is a file's name.
    package func claim(_ name: String) throws -> ClaimAnswer {
        while true {
            let (descriptor, path) = try opened(name)
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                defer { close(descriptor) }
                return .taken(by: FileClaims.holder(descriptor))
            }
            guard FileClaims.isStill(descriptor, at: path) else {
                close(descriptor)
                continue
            }
            let text = Array("process \(getpid()) of this machine".utf8)
            ftruncate(descriptor, 0)
            _ = pwrite(descriptor, text, text.count, 0)
            return .granted(Held(descriptor: descriptor, path: path))
        }
    }

    /// Joins by a lock that is shared.
    package func join(_ name: String) throws -> any JobClaim {
        while true {
            let (descriptor, path) = try opened(name)
            // Whoever asks `isHeld` has it for a moment.
            flock(descriptor, LOCK_SH)
            if FileClaims.isStill(descriptor, at: path) {
                return Joined(descriptor: descriptor, path: path)
            }
            close(descriptor)
        }
    }

    /// Whether any process of this machine has claimed or joined what has that name; creates nothing.
    package func isHeld(_ name: String) -> Bool {
        let descriptor = open(path(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    private func path(_ name: String) -> String { folder + "/" + name + ".lock" }

    private func opened(_ name: String) throws -> (descriptor: Int32, path: String) {
        try TrainingFiles.makeFolder(folder)
        let path = path(name)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            throw SurroundingsFault(
                "\(path) cannot be opened (\(String(cString: strerror(errno)))); allow writing beside the store."
            )
        }
        return (descriptor, path)
    }

    /// Whether an open file stands at its path: a claim's may have been released, and so removed, between opening and locking.
    static func isStill(_ descriptor: Int32, at path: String) -> Bool {
        var (own, there) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && stat(path, &there) == 0 && own.st_ino == there.st_ino
            && own.st_dev == there.st_dev
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : "another process"
    }
}
