// Threads that wait for work, and the barrier at which they meet.
//
// A network has about a hundred steps of 50 µs, so threads must hand over in about a microsecond: they spin
// at a barrier for a while, and park only when nobody comes.

import Foundation
import Synchronization

/// A fixed number of threads, the caller's among them, that run one function together.
package final class ThreadPool {
    /// How many threads run a job.
    package let count: Int
    private let crew: Crew

    /// Starts `count - 1` threads, which wait until the pool goes away.
    package init(count: Int) {
        self.count = count
        let crew = Crew(count: count)
        self.crew = crew
        for thread in 1..<max(1, count) {
            Thread.detachNewThread { crew.work(as: thread) }
        }
    }

    deinit {
        crew.job = nil
        crew.start.wait()
    }

    /// Calls `job` once on each thread, with the thread's number, and returns when all are done.
    package func run(_ job: (Int) -> Void) {
        withoutActuallyEscaping(job) { job in
            crew.job = job
            crew.start.wait()
            job(0)
            crew.finish.wait()
            crew.job = nil
        }
    }

    /// Waits, within a job, until every thread of the job has called this.
    package func meet() {
        crew.middle.wait()
    }
}

/// What the threads of a pool share; they keep it alive, and not the pool.
private final class Crew: @unchecked Sendable {
    let start: Barrier
    let middle: Barrier
    let finish: Barrier
    /// Written by the pool's owner before the start barrier, read by the others after it; nil ends them.
    var job: ((Int) -> Void)?

    init(count: Int) {
        start = Barrier(count: count)
        middle = Barrier(count: count)
        finish = Barrier(count: count)
    }

    /// The life of a thread.
    func work(as thread: Int) {
        while true {
            start.wait()
            if job == nil { return }
            perform(as: thread)
            finish.wait()
        }
    }

    /// Runs the job; a function of its own, so that no reference to the job is left when the threads meet.
    @inline(never) private func perform(as thread: Int) {
        job?(thread)
    }
}

/// A place where a fixed number of threads wait for each other, again and again.
private final class Barrier: Sendable {
    private let count: Int
    private let arrived = Atomic<Int>(0)
    private let generation = Atomic<Int>(0)
    private let parked = Atomic<Int>(0)
    private let condition = NSCondition()
    /// Looks at the generation before offering the core to another thread, about 20 µs.
    private let spins = 20_000
    /// Offers before parking, about 5 ms: two threads that parked whenever they wait for each other would
    /// never both be ready to run, and the system would leave them on one core.
    private let yields = 10_000

    init(count: Int) {
        self.count = count
    }

    /// Returns when all `count` threads have called this; what each wrote before, all can read after.
    func wait() {
        if count == 1 { return }
        let current = generation.load(ordering: .relaxed)
        if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
            arrived.store(0, ordering: .relaxed)
            generation.store(current &+ 1, ordering: .sequentiallyConsistent)
            if parked.load(ordering: .sequentiallyConsistent) > 0 {
                condition.lock()
                condition.broadcast()
                condition.unlock()
            }
            return
        }
        for _ in 0..<spins where generation.load(ordering: .acquiring) != current { return }
        for _ in 0..<yields {
            sched_yield()
            if generation.load(ordering: .acquiring) != current { return }
        }
        condition.lock()
        parked.add(1, ordering: .sequentiallyConsistent)
        while generation.load(ordering: .sequentiallyConsistent) == current { condition.wait() }
        parked.subtract(1, ordering: .relaxed)
        condition.unlock()
    }
}
