// Files as bytes and folders as names: the door to the file system. Only regular files are opened, so that a pipe
// or a device never makes a reader wait.

import Foundation

/// What a path leads to.
enum FileKind: Equatable {
    case file
    case folder
    case nothing
    /// Something that cannot be read, and what it is.
    case unreadable(String)
}

/// Reading of whole files and of folders.
enum FileBytes {
    /// What stands at a path; links are followed.
    static func kind(_ path: FilePath) -> FileKind {
        guard !path.bytes.contains(0) else { return .nothing }
        var status = stat()
        if path.withCString({ stat($0, &status) }) == 0 { return kind(of: status) }
        let error = errno
        switch error {
        case ENOENT, ENOTDIR:
            return path.withCString { lstat($0, &status) } == 0 ? .unreadable("a link to nowhere") : .nothing
        case ELOOP: return .unreadable("a link that leads back to itself")
        default: return .unreadable("out of reach (\(reason(error)))")
        }
    }

    private static func kind(of status: stat) -> FileKind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFIFO: .unreadable("a FIFO, no regular file")
        case S_IFSOCK: .unreadable("a socket, no regular file")
        default: .unreadable("a device, no regular file")
        }
    }

    /// All bytes of a regular file that has some.
    static func read(_ path: FilePath) throws(DatasetError) -> [UInt8] {
        switch kind(path) {
        case .file: break
        case .folder:
            throw DatasetError(
                path, "this is a directory, and a file is wanted; put the file in its place.")
        case .nothing: throw DatasetError(path, "there is no such file; check the path.")
        case .unreadable(let what):
            throw DatasetError(path, "this is \(what); put a file in its place or remove it.")
        }
        // Without waiting, should a pipe have taken the file's place since.
        let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
        guard descriptor >= 0 else {
            throw DatasetError(path, "the file cannot be read (\(reason(errno))); check its permissions.")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, kind(of: status) == .file else {
            throw DatasetError(path, "it changed while it was opened; wait until it is written.")
        }
        guard status.st_size > 0 else {
            throw DatasetError(path, "the file is empty (0 bytes); copy or download it again.")
        }
        let size = Int(status.st_size)
        guard size <= Memory.limit, Memory.has(size) else {
            throw DatasetError(
                path, "the file has \(size) bytes, too many for this machine's memory; use a smaller one.")
        }
        return try bytes(descriptor, size, path)
    }

    private static func bytes(
        _ descriptor: Int32, _ size: Int, _ path: FilePath
    ) throws(DatasetError) -> [UInt8] {
        var error: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Foundation.read(descriptor, buffer.baseAddress! + count, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { error = errno }
                if got <= 0 { break }
                count += got
            }
        }
        if error != 0 {
            throw DatasetError(path, "the file cannot be read (\(reason(error))); copy it again.")
        }
        guard bytes.count == size else {
            throw DatasetError(path, "the file shrank while it was read; wait until it is written.")
        }
        return bytes
    }

    /// The names in a folder, sorted by their bytes, without hidden ones.
    static func names(in folder: FilePath) throws(DatasetError) -> [FilePath] {
        guard let stream = folder.withCString({ opendir($0) }) else {
            throw DatasetError(
                folder,
                "the folder cannot be listed (\(reason(errno))); check the path and its permissions.")
        }
        defer { closedir(stream) }
        var names: [FilePath] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: UInt8.self, capacity: 1) {
                    FilePath(bytes: Array(UnsafeBufferPointer(start: $0, count: strlen(name.text))))
                }
            }
            if !name.isHidden { names.append(name) }
            errno = 0
        }
        guard errno == 0 else {
            throw DatasetError(folder, "the folder cannot be listed (\(reason(errno))); read it again.")
        }
        return names.sorted()
    }

    /// The lines of a text file that are not blank, such as names of classes; nil where there is no such
    /// file.
    static func lines(_ path: FilePath) throws(DatasetError) -> [String]? {
        if kind(path) == .nothing { return nil }
        return String(decoding: try read(path), as: UTF8.self)
            .split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private static func reason(_ error: Int32) -> String { String(cString: strerror(error)).lowercased() }
}

extension UnsafePointer {
    /// The same address as text.
    fileprivate var text: UnsafePointer<CChar> { UnsafeRawPointer(self).assumingMemoryBound(to: CChar.self) }
}
