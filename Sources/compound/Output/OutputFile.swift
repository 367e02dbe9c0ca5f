// Whether a file can be written, asked before the work whose result it is to hold.

import Basics
import Foundation

/// The check of a path that a command will write to.
enum OutputFile {
    /// Throws a sentence where a file cannot be written: its folder is missing, is no folder or is read-only, the path is a
    /// folder, or the file is read-only. Nothing is created.
    ///
    /// A device or pipe is allowed where `mayBeDevice`; a file that is replaced by renaming must be a regular one.
    static func check(_ path: String, option: String = "--output", mayBeDevice: Bool = true) throws {
        func refuse(_ reason: String, _ remedy: String) -> OutputError {
            OutputError("\(path) cannot be written: \(reason); \(remedy).")
        }
        guard !path.isEmpty else { throw OutputError("\(option) is empty; give the path of a file.") }
        guard !path.hasSuffix("/") else {
            throw refuse("it names a folder", "give \(option) a file inside it")
        }
        var status = stat()
        if stat(path, &status) == 0 {
            let kind = status.st_mode & S_IFMT
            if kind == S_IFDIR { throw refuse("it is a folder", "give \(option) a file inside it") }
            if kind != S_IFREG {
                guard mayBeDevice else { throw refuse("it is no regular file", "give \(option) one") }
                guard access(path, W_OK) == 0 else {
                    throw refuse(reason, "choose another \(option)")
                }
                return
            }
        } else if errno != ENOENT {
            throw refuse(reason, "choose another \(option)")
        }
        let folder = path.folderOfPath
        let parent = folder.isEmpty ? "." : folder
        guard stat(parent, &status) == 0 else {
            throw refuse("there is no folder \(parent)", "make it, or choose another \(option)")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw refuse("\(parent) is no folder", "choose another \(option)")
        }
        guard access(parent, W_OK | X_OK) == 0 else {
            throw refuse("\(parent) takes no new files (\(reason))", "choose another \(option)")
        }
    }

    private static var reason: String { String(cString: strerror(errno)).lowercased() }
}
