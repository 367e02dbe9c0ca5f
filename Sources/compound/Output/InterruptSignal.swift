// Ctrl-C: the first one lets the running trial finish, a second one ends the program at once.

import Dispatch
import Foundation
import Synchronization

/// Counts interrupts from the moment it exists.
final class InterruptSignal {
    /// What the handlers share with the search.
    private final class Requests: Sendable {
        let count = Atomic<Int>(0)
    }

    private let requests = Requests()
    private let sources: [any DispatchSourceSignal]

    /// Watches SIGINT and SIGTERM, calling `announce` at the first and `end` before the second ends the program.
    init(announce: @escaping @Sendable () -> Void, end: @escaping @Sendable () -> Void = {}) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for source in sources {
            source.setEventHandler { [requests] in
                if requests.count.add(1, ordering: .relaxed).newValue > 1 {
                    end()
                    _exit(130)
                }
                announce()
            }
            source.resume()
        }
    }

    /// Whether anybody asked to stop.
    var isRequested: Bool { requests.count.load(ordering: .relaxed) > 0 }
}
