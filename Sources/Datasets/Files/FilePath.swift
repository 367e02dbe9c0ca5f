// Names as the file system has them: bytes. Swift's strings take the two Unicode forms of "é" for equal and cannot
// hold a name in Latin-1, so two folders would become one, or none.

import Foundation

/// A path or a name in a folder; two are equal where every byte is.
struct FilePath: Hashable, Comparable, Sendable {
    let bytes: [UInt8]

    /// A path as the user wrote it. Swift puts U+FFFD for what is not UTF-8 in a program's arguments; their bytes are
    /// still there.
    init(_ text: String) {
        bytes = (text.contains("\u{fffd}") ? FilePath.argument(text) : nil) ?? Array(text.utf8)
    }

    /// A path of these bytes.
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// A name within a folder.
    static func / (folder: FilePath, name: FilePath) -> FilePath {
        FilePath(bytes: folder.bytes + (folder.bytes.last == slash ? [] : [slash]) + name.bytes)
    }

    static func / (folder: FilePath, name: String) -> FilePath { folder / FilePath(name) }

    static func < (a: FilePath, b: FilePath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }

    /// What stands before the last slash; the running folder where there is none.
    var folder: FilePath {
        guard let last = bytes.lastIndex(of: FilePath.slash) else { return FilePath(".") }
        return FilePath(bytes: Array(last == 0 ? bytes[...0] : bytes[..<last]))
    }

    /// What stands after the last slash.
    var name: FilePath {
        FilePath(bytes: Array(bytes.suffix(while: { $0 != FilePath.slash })))
    }

    /// Whether it is passed over, as its first dot asks for.
    var isHidden: Bool { bytes.first == UInt8(ascii: ".") }

    /// The name with ASCII letters in lower case, to recognise it; not for showing or opening.
    var lowercased: String {
        String(decoding: bytes.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
    }

    /// The path for people: what is not UTF-8, and control characters, as `\xe9`.
    var text: String {
        var text = ""
        var (place, iterator) = (0, bytes.makeIterator())
        var parser = Unicode.UTF8.ForwardParser()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if scalar.properties.generalCategory == .control {
                    text += FilePath.escaped(encoded)
                } else {
                    text.unicodeScalars.append(scalar)
                }
                place += encoded.count
            case .error(let length):
                text += FilePath.escaped(bytes[place..<place + length])
                place += length
            case .emptyInput: return text
            }
        }
    }

    /// Calls `body` with the path as C has it.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) }
        }
    }

    /// The bytes of the program's argument, or of the value in `--name=value`, that reads so.
    private static func argument(_ text: String) -> [UInt8]? {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let pointer = CommandLine.unsafeArgv[index] else { return nil }
            let word = UnsafeBufferPointer(start: pointer, count: strlen(pointer)).map(
                UInt8.init(bitPattern:))
            let value = word.firstIndex(of: UInt8(ascii: "=")).map { Array(word[($0 + 1)...]) } ?? []
            for bytes in [word, value] where String(decoding: bytes, as: UTF8.self) == text { return bytes }
        }
        return nil
    }

    private static let slash = UInt8(ascii: "/")

    private static func escaped(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension BidirectionalCollection {
    /// The longest end of this collection whose elements all fit.
    fileprivate func suffix(while fits: (Element) -> Bool) -> SubSequence {
        var start = endIndex
        while start > startIndex, fits(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
