// What a training program writes, however much that is: the lines that may report, and the end of the rest.

import Foundation
import Subprocess

/// The reports among a program's lines, and its last bytes.
package struct TrainerOutput: Sendable {
    /// The last line that looks like a report of an accuracy, or nil.
    package private(set) var report: String?
    /// What the supervisor said last, or nil where it did not live to say anything.
    package private(set) var ending: Supervision.Ending?
    /// The bytes of the line that has begun, at most `longest`.
    private var line: [UInt8] = []
    private var lineIsTooLong = false
    private var kept: [UInt8] = []

    /// The bytes of a line above which it is taken for no report.
    package static let longest = 16 << 20
    /// The bytes that are kept for messages.
    private static let tail = 1 << 16

    /// Nothing yet.
    package init() {}

    /// Reads a stream to its end.
    init(of sequence: SubprocessOutputSequence) async {
        do {
            for try await buffer in sequence { buffer.withUnsafeBytes { add($0) } }
        } catch {
            // The program has ended and its pipe with it; what came before still counts.
        }
        finish()
    }

    /// The last bytes as text, without the supervisor's word; what is not UTF-8 shows as replacement characters.
    package var text: String {
        let own = kept.lastIndex(of: Supervision.Ending.mark).map { kept[..<$0] } ?? kept[...]
        return String(decoding: own.suffix(TrainerOutput.tail), as: UTF8.self)
    }

    /// Takes in more of the stream.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        kept.append(contentsOf: bytes.suffix(2 * TrainerOutput.tail))
        if kept.count > 4 * TrainerOutput.tail { kept.removeFirst(kept.count - 2 * TrainerOutput.tail) }
        // No JSON text has a newline or a carriage return inside a line.
        TrainerOutput.split(bytes, at: 10) { part, isOver in
            TrainerOutput.split(part, at: 13) { piece, isReturned in
                append(piece)
                if isReturned { finish() }
            }
            if isOver { finish() }
        }
    }

    /// Ends the line that has begun; the last one need not end with a newline.
    package mutating func finish() {
        defer {
            line.removeAll(keepingCapacity: line.count < TrainerOutput.tail)
            lineIsTooLong = false
        }
        if line.first == Supervision.Ending.mark {
            ending = try? JSONDecoder().decode(Supervision.Ending.self, from: Data(line.dropFirst()))
        } else if lineIsTooLong || TrainerReport.isPossible(line) {
            let text = TrainerReport.withoutControls(String(decoding: line, as: UTF8.self))
            if lineIsTooLong ? text.hasPrefix("{") : TrainerReport.claims(text) { report = text }
        }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let room = TrainerOutput.longest - line.count
        if bytes.count > room { lineIsTooLong = true }
        line.append(contentsOf: bytes.prefix(room))
    }

    /// Hands out what stands between the bytes of one value; `true` goes with what such a byte ends.
    private static func split(
        _ bytes: UnsafeRawBufferPointer, at byte: Int32, _ body: (UnsafeRawBufferPointer, Bool) -> Void
    ) {
        var rest = bytes
        while let start = rest.baseAddress, let found = memchr(start, byte, rest.count) {
            let count = UnsafeRawPointer(found) - start
            body(UnsafeRawBufferPointer(rebasing: rest[..<count]), true)
            rest = UnsafeRawBufferPointer(rebasing: rest[(count + 1)...])
        }
        body(rest, false)
    }
}
