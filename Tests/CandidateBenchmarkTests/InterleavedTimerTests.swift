// Timing, on a clock that the test moves by hand.

import CandidateBenchmark
import Testing

/// A clock whose time passes only when a subject runs.
private final class ManualClock {
    var time = 0.0
}

@Test func steadySubjectIsTimedInSixRounds() {
    let clock = ManualClock()
    let timer = InterleavedTimer(secondsCap: 10, now: { clock.time })

    let result = timer.time(subject: { clock.time += 0.020 }, anchor: { clock.time += 0.010 })

    #expect(result.rounds == 6)
    #expect(!result.reachedCap)
    #expect(abs(result.latency.median - 20) < 1e-6)
    #expect(abs(result.latency.minimum - 20) < 1e-6)
    #expect(result.latency.halfWidth < 1e-6)
    #expect(abs(result.latency.anchor - 10) < 1e-6)
    #expect(abs(result.latency.ratio - 2) < 1e-6)
    #expect(result.latency.samples == 6)
}

@Test func shortSubjectIsTimedForAHundredthOfASecondARound() {
    let clock = ManualClock()
    let timer = InterleavedTimer(secondsCap: 10, now: { clock.time })

    let result = timer.time(subject: { clock.time += 0.002 }, anchor: { clock.time += 0.004 })

    #expect(result.rounds == 6)
    #expect(result.latency.samples == 30)
    #expect(abs(result.latency.ratio - 0.5) < 1e-6)
}

@Test func ratioComparesNeighboursWhereTheSpeedJumps() {
    // The machine takes three times as long for seven runs of every twenty; most neighbours share their speed.
    let clock = ManualClock()
    var run = 0
    var timer = InterleavedTimer(secondsCap: 20, now: { clock.time })
    timer.minimumRounds = 100
    func pass(_ seconds: Double) {
        run += 1
        clock.time += seconds * (run % 20 < 7 ? 3 : 1)
    }

    let result = timer.time(subject: { pass(0.020) }, anchor: { pass(0.010) })

    #expect(result.rounds >= 100)
    #expect(abs(result.latency.ratio - 2) < 1e-9)
    #expect(result.latency.ratioHalfWidth < 1e-9)
}

@Test func ratioHoldsWhileTheMachineSlowsDown() {
    let clock = ManualClock()
    var speed = 1.0
    var timer = InterleavedTimer(secondsCap: 3, now: { clock.time })
    timer.precision = 0.001

    let result = timer.time(
        subject: {
            speed *= 1.002
            clock.time += 0.030 * speed
        }, anchor: { clock.time += 0.010 * speed })

    #expect(result.latency.halfWidth / result.latency.median > 0.01)
    #expect(abs(result.latency.ratio - 3) < 0.02)
}

@Test func capEndsAMeasurementThatNeverSettles() {
    let clock = ManualClock()
    var count = 0
    let timer = InterleavedTimer(secondsCap: 2, now: { clock.time })

    let result = timer.time(
        subject: {
            count += 1
            clock.time += count / 3 % 2 == 0 ? 0.020 : 0.100
        }, anchor: { clock.time += 0.010 })

    #expect(result.reachedCap)
    #expect(clock.time >= 2)
    #expect(clock.time < 3)
}

@Test func longRunsEndSoonAfterTheCap() {
    // A run of 44 s and a cap of 10: one to warm up and three that are timed, and no interval of so few.
    let clock = ManualClock()
    var runs = 0
    let timer = InterleavedTimer(secondsCap: 10, now: { clock.time })

    let result = timer.time(
        subject: {
            runs += 1
            clock.time += 44
        }, anchor: { clock.time += 0.010 })

    #expect(runs == TimingEstimate.leastRuns)
    #expect(result.rounds == 3)
    #expect(result.reachedCap)
    #expect(abs(result.latency.median - 44_000) < 1e-6)
    #expect(abs(result.latency.ratio - 4400) < 1e-6)
    #expect(result.latency.halfWidth.isNaN && result.latency.ratioHalfWidth.isNaN)
}
