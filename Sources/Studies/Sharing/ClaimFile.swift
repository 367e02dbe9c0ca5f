// A claim as a file that several machines see. Creating it exclusively claims, writing into it renews, renaming it away takes it
// from somebody who is dead. What is written goes to the file that was created, wherever its name has gone, so nobody can renew a
// claim that is another's by now.

import CompoundSearch
import Foundation

/// A claim's file, open for its holder.
struct ClaimFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Digits of the counter, which stands first and is written over with each renewal.
    private static let digits = 12

    /// Creates the file with whom it belongs to, a line of text; nil where it exists already.
    ///
    /// A reader may see it empty for a moment.
    static func create(_ path: String, holder: String) throws -> ClaimFile? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            if errno == EEXIST { return nil }
            throw fault(path)
        }
        let claim = ClaimFile(path: path, descriptor: descriptor)
        let text = Array((counter(0) + " " + holder + "\n").utf8)
        guard pwrite(descriptor, text, text.count, 0) == text.count else {
            let fault = fault(path)
            claim.remove()
            throw fault
        }
        return claim
    }

    /// What stands in a claim's file, counter and holder; nil where there is none.
    static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 400)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// The holder of a claim by its text.
    static func holder(in text: String) -> String {
        String(text.dropFirst(digits + 1).prefix { $0 != "\n" })
    }

    /// Says that the holder lives: writes another counter.
    func renew(_ count: Int) {
        let text = Array(ClaimFile.counter(count).utf8)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    /// Whether the path still leads to this file.
    var isStanding: Bool { FileClaims.isStill(descriptor, at: path) }

    /// Gives the claim back, unless it is another's by now.
    func remove() {
        defer { close(descriptor) }
        let aside = ClaimFile.aside(path)
        guard rename(path, aside) == 0 else { return }
        if FileClaims.isStill(descriptor, at: aside) {
            unlink(aside)
        } else {
            ClaimFile.putBack(aside, to: path)
        }
    }

    /// Takes a dead holder's claim away, whose file has just that text; false where it has another by now, or somebody was faster.
    static func takeAway(_ path: String, text: String) -> Bool {
        guard self.text(of: path) == text else { return false }
        let aside = aside(path)
        guard rename(path, aside) == 0 else { return false }
        guard self.text(of: aside) == text else {
            putBack(aside, to: path)
            return false
        }
        unlink(aside)
        return true
    }

    /// Gives a file its name again, unless somebody else has it by now.
    private static func putBack(_ aside: String, to path: String) {
        _ = link(aside, path)
        unlink(aside)
    }

    private static func aside(_ path: String) -> String { "\(path).\(UUID().uuidString)" }

    private static func counter(_ count: Int) -> String {
        let text = String(count)
        return String(repeating: "0", count: max(0, digits - text.count)) + text.suffix(digits)
    }

    /// The fault of a folder that cannot be written to, by what the system said last.
    static func fault(_ path: String) -> SurroundingsFault {
        SurroundingsFault(
            "\(path) cannot be written (\(String(cString: strerror(errno)))); allow writing there, or free some space."
        )
    }
}
