// Stops a read that would not end by itself: SQLite looks at nothing but its own work.

import Dispatch
import GRDB

/// Interrupts a database once its time is over, again and again until the work has ended.
struct TimeLimit {
    private let timer: any DispatchSourceTimer

    /// A limit that begins to run now.
    init(seconds: Double, interrupting queue: DatabaseQueue) {
        // On one processor the work itself may hold the only thread of the usual queue.
        timer = DispatchSource.makeTimerSource(queue: .global(qos: .userInteractive))
        // Between two statements an interruption has no effect, so one may not be enough.
        timer.schedule(deadline: .now() + seconds, repeating: .milliseconds(50))
        timer.setEventHandler { queue.interrupt() }
        timer.resume()
    }

    /// Ends the limit; the work is done.
    func end() { timer.cancel() }
}
