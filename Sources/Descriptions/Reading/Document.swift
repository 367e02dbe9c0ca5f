// From a file to the root of its tree: everything that can be wrong before a single key is looked at.
//
// YAML is read as a strict subset: one document, no aliases, no tags. Aliases would let a small file unfold
// into an endless one, and a stage table needs none.

import Foundation
import Yams

/// Opens YAML and JSON documents.
enum Document {
    /// The largest file that is read, in bytes.
    static let limit = 1 << 20

    /// The root of a file.
    static func root(ofFile path: String) throws(DescriptionError) -> Field {
        func fault(_ sentence: String) -> DescriptionError {
            DescriptionError(file: path, line: nil, sentence: sentence)
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw fault("there is no such file; check the path.")
        }
        if isDirectory.boolValue { throw fault("this is a directory; name a file in it.") }
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: limit + 1) ?? Data()
        else { throw fault("the file cannot be read; check its permissions.") }
        guard let text = String(data: data, encoding: .utf8) else {
            if data.count > limit { throw fault(tooLarge) }
            throw fault("the file is not UTF-8 text; save it as UTF-8.")
        }
        return try root(of: text, file: path)
    }

    /// The root of a text; `file` is what errors call it.
    static func root(of text: String, file: String) throws(DescriptionError) -> Field {
        func fault(_ line: Int?, _ sentence: String) -> DescriptionError {
            DescriptionError(file: file, line: line, sentence: sentence)
        }
        if text.utf8.count > limit { throw fault(nil, tooLarge) }
        let text = text.hasPrefix("\u{feff}") ? String(text.unicodeScalars.dropFirst()) : text
        if let line = lineOfAlias(in: text) {
            throw fault(line, "aliases such as '*name' are not read; write the values out.")
        }
        let root: Node?
        do {
            // The basic resolver leaves the meaning of scalars to `Field`.
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            let (line, sentence) = explain(error, in: text)
            throw fault(line, sentence)
        }
        guard let root, !Field(root, file: file, line: 1).isNull else {
            throw fault(nil, "the file is empty; describe a network or a search space in it.")
        }
        return Field(root, file: file, line: root.mark?.line ?? 1)
    }

    private static let tooLarge = "the file is larger than 1 MiB, which no description is; check the path."

    private static func explain(_ error: any Error, in text: String) -> (Int?, String) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            if problem.hasPrefix("Maximum nesting") {
                return (mark.line, "the nesting is absurdly deep; remove the surplus brackets or dashes.")
            }
            let place = context.map { " \($0.text) that begins in line \($0.mark.line)" } ?? ""
            return (mark.line, "this is not YAML: \(problem)\(place); correct the syntax.")
        case .composer(_, _, let mark, _):
            return (mark.line, "a second document begins here; keep one document in a file.")
        case .reader(let problem, let offset, _, _):
            let line = offset.map { text.prefix($0).count(where: \.isNewline) + 1 }
            return (line, "this is not text: \(problem); remove the character.")
        case .duplicatedKeysInMapping(let keys, let context):
            let key = keys.first ?? ""
            return (context.mark.line, "\(key.quoted) is given more than once; keep one of them.")
        default:
            return (nil, "the YAML cannot be read (\(error)); correct the syntax.")
        }
    }

    /// The first line that holds an alias, found without parsing, since parsing would already follow it.
    ///
    /// It may take a `*word` inside a text for an alias, but never misses one: comments are skipped only on
    /// lines where neither a quoted text nor, by one of YAML's exotic line ends, the comment itself can end.
    private static func lineOfAlias(in text: String) -> Int? {
        let exotic: [UInt8] = [0x85, 0xa8, 0xa9]  // last bytes of U+0085, U+2028 and U+2029
        let openers = Set(" \t[{,:?-".utf8).union(exotic)
        let closers = Set("\"'".utf8).union(exotic)
        let blanks = Set(" \t".utf8)
        let lines = text.replacing("\r\n", with: "\n").utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
        }
        for (index, line) in lines.enumerated() {
            let hasComment = !line.contains(where: closers.contains)
            var previous = UInt8(ascii: " ")
            for (byte, next) in zip(line, line.dropFirst()) {
                if byte == UInt8(ascii: "#"), hasComment, blanks.contains(previous) { break }
                if byte == UInt8(ascii: "*"), openers.contains(previous), !blanks.contains(next) {
                    return index + 1
                }
                previous = byte
            }
        }
        return nil
    }
}
