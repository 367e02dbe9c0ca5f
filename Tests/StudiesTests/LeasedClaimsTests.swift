// Claims with leases, by files in a folder: who has what, who is dead, and that nobody loses what is not its own.

import Dispatch
import Foundation
import Studies
import Synchronization
import Testing

/// A clock that a test sets.
private final class TestClock: Sendable {
    private let seconds = Mutex(0.0)
    var now: Double { seconds.withLock { $0 } }
    func advance(_ by: Double) { seconds.withLock { $0 += by } }
}

extension ClaimAnswer {
    fileprivate var granted: (any JobClaim)? { if case .granted(let claim) = self { claim } else { nil } }
    fileprivate var holder: String? { if case .taken(let holder) = self { holder } else { nil } }
}

@Suite struct ClaimsWithLeases {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "leases-\(UUID().uuidString)"
    ).path
    private let clock = TestClock()

    private func worker(_ name: String, lease: Double = 100) -> LeasedClaims {
        let clock = clock
        return LeasedClaims(folder: folder, holder: name, lease: lease, now: { clock.now })
    }

    @Test func aJobIsOneWorkersUntilItIsGivenBack() throws {
        let (first, second) = (worker("first"), worker("second"))
        let claim = try #require(try first.claim("job").granted)
        #expect(try second.claim("job").holder == "first")
        #expect(try first.claim("job").holder == "first")
        #expect(try second.claim("another").granted != nil)
        claim.release()
        let next = try #require(try second.claim("job").granted)
        #expect(next.isHeld && !claim.isHeld)
        #expect(try first.claim("job").holder == "second")
    }

    @Test func aWorkerIsDeadOnceAnObserverSawNothingChangeForTheLease() throws {
        let (first, second) = (worker("first"), worker("second"))
        let claim = try #require(try first.claim("job").granted)
        #expect(try second.claim("job").holder == "first")
        clock.advance(99)
        #expect(try second.claim("job").holder == "first")
        // A sign of life begins the time anew, from when the observer sees it.
        first.renew()
        clock.advance(50)
        #expect(try second.claim("job").holder == "first")
        clock.advance(99)
        #expect(try second.claim("job").holder == "first")
        #expect(claim.isHeld)
        clock.advance(1)
        let taken = try #require(try second.claim("job").granted)
        #expect(taken.isHeld && !claim.isHeld)
        // An observer that comes now has seen nothing yet.
        #expect(try worker("third").claim("job").holder == "second")
    }

    @Test func whoWasTakenForDeadTakesNothingBack() throws {
        let (first, second, third) = (worker("first"), worker("second"), worker("third"))
        let claim = try #require(try first.claim("job").granted)
        _ = try second.claim("job")
        clock.advance(100)
        let taken = try #require(try second.claim("job").granted)
        first.renew()
        #expect(!claim.isHeld && taken.isHeld)
        claim.release()
        #expect(taken.isHeld)
        #expect(try third.claim("job").holder == "second")
        taken.release()
        #expect(try third.claim("job").granted != nil)
    }

    @Test func ofManyWhoFindAWorkerDeadOneTakesOver() throws {
        let dead = worker("dead")
        _ = try dead.claim("job")
        let workers = (0..<40).map { worker("worker \($0)") }
        for worker in workers { #expect(try worker.claim("job").holder == "dead") }
        clock.advance(100)
        let granted = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: workers.count) { index in
            if (try? workers[index].claim("job").granted) != nil { granted.withLock { $0 += 1 } }
        }
        #expect(granted.withLock { $0 } == 1)
        // Nothing stays beside the claim.
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        #expect(files.filter { $0.hasSuffix("/job") }.count == 1 && files.count == 2)
    }

    @Test func claimsAreRenewedByThemselves() throws {
        let first = LeasedClaims(folder: folder, holder: "first", lease: 0.2)
        let second = LeasedClaims(folder: folder, holder: "second", lease: 0.2)
        let claim = try #require(try first.claim("job").granted)
        let end = ContinuousClock.now + .seconds(1)
        while ContinuousClock.now < end {
            #expect(try second.claim("job").holder == "first")
            Thread.sleep(forTimeInterval: 0.02)
        }
        #expect(claim.isHeld)
    }

    /// A thousand workers of one process; jobs of which one worker knows that they are done others may still try, as they would
    /// before they look at the log again.
    @Test(.timeLimit(.minutes(20)))
    func aThousandWorkersStartNoJobTwice() throws {
        let count = ProcessInfo.processInfo.environment["COMPOUND_CLAIMS"].flatMap { Int($0) } ?? 10_000
        let workers = (0..<1000).map { LeasedClaims(folder: folder, holder: "worker \($0)", lease: 600) }
        let tally = Mutex((started: [Int](repeating: 0, count: count), done: 0, claims: 0))
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: workers.count) { index in
            let first = index * count / workers.count
            for offset in 0..<count {
                let job = (first + offset) % count
                let (isDone, isOver) = tally.withLock { ($0.started[job] > 0, $0.done == count) }
                if isOver { return }
                if isDone { continue }
                tally.withLock { $0.claims += 1 }
                guard let claim = try? workers[index].claim("job-\(job)").granted else { continue }
                // Who has a claim looks at the log again before it begins.
                tally.withLock { tally in
                    if tally.started[job] > 0 { return }
                    tally.started[job] += 1
                    tally.done += 1
                }
                #expect(claim.isHeld)
                claim.release()
            }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let (started, done, claims) = tally.withLock { ($0.started, $0.done, $0.claims) }
        print(
            "claims: \(count) jobs by 1000 workers, \(claims) claims in \(seconds) s, "
                + "\(Int(Double(claims) / seconds)) claims a second")
        #expect(done == count && started.allSatisfy { $0 == 1 })
        #expect(seconds < 600)
    }
}
