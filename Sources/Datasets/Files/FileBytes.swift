// Files as bytes and folders as names: the door to the file system.

import Foundation

/// What a path leads to.
enum FileKind {
    case file
    case folder
    case nothing
    case other
}

/// Reading of whole files and of folders.
enum FileBytes {
    /// What stands at a path; links are followed.
    static func kind(_ path: String) -> FileKind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .nothing }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// All bytes of a regular file that has some.
    static func read(_ path: String) throws(DatasetError) -> [UInt8] {
        switch kind(path) {
        case .file: break
        case .folder:
            throw DatasetError(path, "this is a directory, and a file is wanted; put the file in its place.")
        case .other:
            throw DatasetError(path, "this is no regular file; save it to disk first.")
        case .nothing:
            if errno == ENOENT { throw DatasetError(path, "there is no such file; check the path.") }
            throw DatasetError(path, "the file cannot be read (\(reason)); check its permissions.")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DatasetError(path, "the file cannot be read (\(reason)); check its permissions.")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else {
            throw DatasetError(path, "the file is empty (0 bytes); copy or download it again.")
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw DatasetError(
                path, "the file has \(size) bytes, too many for this machine's memory; use a smaller one.")
        }
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
        if failed { throw DatasetError(path, "the file cannot be read (\(reason)); copy it again.") }
        guard bytes.count == size else {
            throw DatasetError(path, "the file shrank while it was read; wait until it is written.")
        }
        return bytes
    }

    /// The names in a folder, sorted, without hidden ones.
    static func names(in folder: String) throws(DatasetError) -> [String] {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            return names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw DatasetError(folder, "the folder cannot be listed; check the path and its permissions.")
        }
    }

    /// The lines of a text file that are not blank, such as names of classes; nil where there is no such
    /// file.
    static func lines(_ path: String) throws(DatasetError) -> [String]? {
        if kind(path) == .nothing { return nil }
        return String(decoding: try read(path), as: UTF8.self)
            .split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// As many bytes as one file may fill: a quarter of the memory, since values made of them stand beside
    /// them.
    static var limit: Int { Int(clamping: ProcessInfo.processInfo.physicalMemory / 4) }

    private static var reason: String { String(cString: strerror(errno)).lowercased() }
}
