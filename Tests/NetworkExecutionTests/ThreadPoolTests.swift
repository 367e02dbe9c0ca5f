// The thread pool, under more hand-overs than a network has.

import NetworkExecution
import Synchronization
import Testing

@Test(arguments: 1...4)
func threadsMeetAtEveryBarrier(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    let arrived = Atomic<Int>(0)
    let early = Atomic<Int>(0)
    for run in 0..<20 {
        pool.run { _ in
            for meeting in 0..<50 {
                arrived.add(1, ordering: .relaxed)
                pool.meet()
                let expected = threads * (run * 50 + meeting + 1)
                if arrived.load(ordering: .relaxed) < expected { early.add(1, ordering: .relaxed) }
                pool.meet()
            }
        }
    }
    #expect(arrived.load(ordering: .relaxed) == threads * 1000)
    #expect(early.load(ordering: .relaxed) == 0)
}

@Test func eachThreadHasItsNumber() {
    let pool = ThreadPool(count: 3)
    let seen = Atomic<Int>(0)
    pool.run { thread in seen.add(1 << (8 * thread), ordering: .relaxed) }
    #expect(seen.load(ordering: .relaxed) == 0x1_01_01)
}

@Test func poolsComeAndGo() {
    for count in 1...40 {
        let pool = ThreadPool(count: count % 4 + 1)
        let ran = Atomic<Int>(0)
        pool.run { _ in ran.add(1, ordering: .relaxed) }
        #expect(ran.load(ordering: .relaxed) == count % 4 + 1)
    }
}
