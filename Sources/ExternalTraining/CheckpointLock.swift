// One trainer a checkpoint: a file beside it that is locked for as long as the trainer or anything it started lives.

import Foundation

/// An advisory lock that the system gives back when the last process that holds it is gone.
///
/// The program inherits it, so that it holds even where the supervisor is killed. On file systems without locks it
/// holds nobody up.
struct CheckpointLock: Sendable {
    /// Why there is no lock.
    enum Failure: Error, Hashable {
        /// Another process has it; its number where that is known.
        case held(Int32?)
        /// The file cannot be made or locked: the system's code.
        case failed(Int32)
    }

    private let path: String
    private let file: Int32

    /// Takes the lock, waiting a moment for one who is about to end; nil where there are no locks.
    init?(_ path: String, patience: Duration = .seconds(3)) throws(Failure) {
        let end = ContinuousClock.now + patience
        while true {
            let file = open(path, O_RDWR | O_CREAT, 0o644)
            guard file >= 0 else { throw .failed(errno) }
            if flock(file, LOCK_EX | LOCK_NB) == 0 {
                if CheckpointLock.isStill(path, file) {
                    self.path = path
                    self.file = file
                    writeProcess()
                    return
                }
                // Whoever had it has removed the file in between.
                close(file)
                continue
            }
            let code = errno
            let holder = CheckpointLock.holder(file)
            close(file)
            switch code {
            case EWOULDBLOCK where ContinuousClock.now < end: usleep(20_000)
            case EWOULDBLOCK: throw .held(holder)
            case EINTR: continue
            case ENOLCK, ENOSYS, EOPNOTSUPP: return nil
            default: throw .failed(code)
            }
        }
    }

    /// Removes the file and gives the lock back.
    func release() {
        unlink(path)
        close(file)
    }

    private func writeProcess() {
        ftruncate(file, 0)
        let text = "\(getpid())\n"
        // A full disk leaves the file empty, and the holder without a name.
        _ = text.withCString { pwrite(file, $0, strlen($0), 0) }
    }

    private static func holder(_ file: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .newlines))
    }

    private static func isStill(_ path: String, _ file: Int32) -> Bool {
        var named = stat()
        var opened = stat()
        return stat(path, &named) == 0 && fstat(file, &opened) == 0 && named.st_ino == opened.st_ino
            && named.st_dev == opened.st_dev
    }
}
