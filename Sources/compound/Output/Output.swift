// Where results go. A full disk or a closed pipe must not pass for success, so every write is checked.

import Foundation

/// Writes results to standard output, notes to standard error, and files in one piece.
enum Output {
    /// Writes a result as whole lines; throws where standard output cannot take it.
    static func print(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(lines(text).utf8))
        } catch {
            throw OutputError(
                "standard output cannot be written (\(reason(error))); free some space or redirect it.")
        }
    }

    /// Writes a note for a person.
    static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(lines(text).utf8))
    }

    /// Writes a result to a file, or to standard output where there is none.
    ///
    /// A regular file appears whole or not at all; a device or pipe is written as it stands.
    static func write(_ text: String, to path: String?) throws {
        guard let path else { return try print(text) }
        try write(Data(lines(text).utf8), to: path)
    }

    /// Writes bytes to a file, in the same way.
    static func write(_ data: Data, to path: String) throws {
        do {
            if let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type]
                as? FileAttributeType,
                kind != .typeRegular, kind != .typeSymbolicLink
            {
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                try file.write(contentsOf: data)
                try file.close()
            } else {
                try data.write(to: URL(fileURLWithPath: path), options: .atomic)
            }
        } catch {
            throw OutputError("\(path) cannot be written (\(reason(error))); choose another --output.")
        }
    }

    private static func lines(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }

    private static func reason(_ error: any Error) -> String {
        var current = error as NSError
        while let underlying = current.userInfo[NSUnderlyingErrorKey] as? NSError { current = underlying }
        guard current.domain == NSPOSIXErrorDomain else { return current.localizedDescription }
        return String(cString: strerror(Int32(current.code))).lowercased()
    }
}

/// A result that could not be written.
struct OutputError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
