// What a search and the supervisor of its training program tell each other: an order at the start, an ending as the
// last line of the output.

import Foundation

/// What a supervisor is to run, as the one argument of `compound supervise`.
package struct Supervision: Codable, Hashable, Sendable {
    /// The program's path.
    package var program: String
    /// The words of its command line, its name first.
    package var words: [String]
    /// The file that is locked while it runs, or nil.
    package var lockFile: String?
    /// Seconds after which it is ended, or nil.
    package var timeLimitSeconds: Double?

    /// An order.
    package init(
        program: String, words: [String], lockFile: String? = nil, timeLimitSeconds: Double? = nil
    ) {
        self.program = program
        self.words = words
        self.lockFile = lockFile
        self.timeLimitSeconds = timeLimitSeconds
    }

    /// An order from its JSON; throws what `JSONDecoder` does.
    package init(json: String) throws {
        self = try JSONDecoder().decode(Supervision.self, from: Data(json.utf8))
    }

    /// The order as JSON.
    package var json: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }

    /// How a supervised program ended; nothing that it started is left by then.
    package enum Ending: Codable, Hashable, Sendable {
        /// It exited, and so many processes that it had started were still running.
        case exited(status: Int32, left: Int)
        /// It was ended by a signal that did not come from here.
        case signaled(Int32)
        /// It was ended at its time limit.
        case late
        /// It was ended because the search is gone, or a signal asked the supervisor to stop.
        case stopped
        /// It could not be started: the system's code.
        case unstarted(Int32)
        /// Another process, where its number is known, holds the lock.
        case busy(Int32?)
        /// The lock's file cannot be made: the system's code.
        case unlockable(Int32)

        /// What comes before an ending: the record separator of RFC 7464.
        static let mark = UInt8(0x1e)

        /// The ending as a line of its own, whatever was written before.
        var line: [UInt8] {
            get throws { [10, Ending.mark] + [UInt8](try JSONEncoder().encode(self)) + [10] }
        }
    }
}
