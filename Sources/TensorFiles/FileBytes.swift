// Files as bytes: read whole, so that no later change to the file can reach the reader, and written whole.

import Foundation

/// The door to the file system.
enum FileBytes {
    /// All bytes of a regular file that has some.
    static func read(_ path: String) throws(TensorFileError) -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { throw TensorFileError(path, "there is no such file; check the path.") }
            throw TensorFileError(path, "the file cannot be read (\(reason)); check its permissions.")
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw TensorFileError(path, "this is a directory; name the file inside it.")
        default: throw TensorFileError(path, "this is no regular file; save it to disk first.")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            throw TensorFileError(path, "the file is empty (0 bytes); write or download it again.")
        }
        // The bytes and the values made of them stand in memory together.
        guard size <= ProcessInfo.processInfo.physicalMemory / 2 else {
            throw TensorFileError(
                path, "the file has \(size) bytes, too many for this machine's memory; use a larger machine.")
        }
        return try read(path, size: size)
    }

    private static func read(_ path: String, size: Int) throws(TensorFileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw TensorFileError(path, "the file cannot be read (\(reason)); check its permissions.")
        }
        defer { close(descriptor) }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Foundation.read(descriptor, buffer.baseAddress! + count, size - count)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { break }
                count += got
            }
        }
        if failed { throw TensorFileError(path, "the file cannot be read (\(reason)); copy it again.") }
        guard bytes.count == size else {
            throw TensorFileError(path, "the file shrank while it was read; wait until it is written.")
        }
        return bytes
    }

    /// Writes a file that appears whole or not at all; a device or pipe is written as it stands.
    ///
    /// The bytes go to FILE.part first. What a killed process left there is written over; two that write the same file take turns.
    static func write(_ bytes: [UInt8], to path: String) throws(TensorFileError) {
        var status = stat()
        let isDevice =
            stat(path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
        let part = isDevice ? path : path + ".part"
        guard let descriptor = isDevice ? opened(path) : openedAlone(part) else { throw unwritable(path) }
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + done, bytes.count - done)
            }
            if put < 0, errno == EINTR { continue }
            if put < 0 { break }
            done += put
        }
        // Some file systems report at closing what could not be stored; closing a copy keeps the turn.
        let isStored = done == bytes.count && close(dup(descriptor)) == 0
        let isWritten = isStored && (isDevice || rename(part, path) == 0)
        let failure = isWritten ? nil : unwritable(path)
        if failure != nil, !isDevice { unlink(part) }
        close(descriptor)
        if let failure { throw failure }
    }

    private static func opened(_ path: String, truncating: Bool = true) -> Int32? {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (truncating ? O_TRUNC : 0), 0o666)
        return descriptor >= 0 ? descriptor : nil
    }

    /// An empty file that no other process writes; nil, with the reason in `errno`, where it cannot be had.
    private static func openedAlone(_ path: String) -> Int32? {
        while true {
            guard let descriptor = opened(path, truncating: false) else { return nil }
            // Where a file system knows no locks, the last writer wins.
            while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
            var (own, current) = (stat(), stat())
            // The one whose turn it was has renamed or removed the file since it was opened: the next is another file.
            let isCurrent =
                fstat(descriptor, &own) == 0 && stat(path, &current) == 0 && own.st_ino == current.st_ino
                && own.st_dev == current.st_dev
            if isCurrent, ftruncate(descriptor, 0) == 0 { return descriptor }
            let reason = errno
            close(descriptor)
            errno = reason
            if isCurrent { return nil }
        }
    }

    private static func unwritable(_ path: String) -> TensorFileError {
        let remedy = errno == EFBIG ? "raise the limit of file sizes, ulimit -f" : "choose another place"
        return TensorFileError(path, "the file cannot be written (\(reason)); \(remedy).")
    }

    private static var reason: String { String(cString: strerror(errno)).lowercased() }
}
