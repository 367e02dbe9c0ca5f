// Timing on a machine that others use too. A subject and a fixed anchor take turns in rounds, so that a
// drift of the machine's speed touches both: the ratio of the two holds where raw times do not.

import Basics
import Measurements

/// Times a subject against an anchor until the intervals of its median and of its ratio are narrow.
package struct InterleavedTimer {
    /// Rounds at the least; an interval from fewer would mean little.
    package var minimumRounds = 5
    /// The relative half-width of the median's 95 % interval at which timing ends.
    package var precision = 0.01
    /// The same of the ratio's interval.
    package var ratioPrecision = 0.005
    /// Seconds after which timing ends in any case.
    package var secondsCap: Double
    /// Seconds that the subject is timed per round, at least one run.
    package var roundSeconds = 0.01
    /// Seconds that the anchor is timed per round, at least one run.
    package var anchorSeconds = 0.005
    /// The time in seconds, from any origin.
    package var now: () -> Double

    /// What a timing found.
    package struct Result {
        /// The figures.
        package let latency: Latency
        /// Rounds that were run.
        package let rounds: Int
        /// Whether the cap ended it before the interval was narrow.
        package let reachedCap: Bool
    }

    /// A timer with a cap; `now` is a steady clock unless a test hands in its own.
    package init(secondsCap: Double, now: @escaping () -> Double = InterleavedTimer.steadyClock) {
        self.secondsCap = secondsCap
        self.now = now
    }

    /// Warms up, then times `subject` and `anchor` in turn.
    ///
    /// Each round's latency is compared with the anchor's right before and right after it, and the ratio is the median
    /// of all these comparisons: what else the machine does changes from one hundredth of a second to the next, so
    /// neighbours share more of it than the medians of longer rounds.
    package func time(subject: () -> Void, anchor: () -> Void) -> Result {
        let start = now()
        subject()
        var samples: [Double] = []
        var rounds: [Double] = []
        var anchors = collect(for: anchorSeconds, anchor)
        var ratios: [Double] = []
        var roundRatios: [Double] = []
        var before = Statistics.median(anchors)
        while true {
            let subjectTimes = collect(for: roundSeconds, subject)
            let anchorTimes = collect(for: anchorSeconds, anchor)
            let latency = Statistics.median(subjectTimes)
            let after = Statistics.median(anchorTimes)
            samples += subjectTimes
            rounds.append(Statistics.mean(subjectTimes))
            anchors += anchorTimes
            ratios += [latency / before, latency / after]
            roundRatios.append((latency / before + latency / after) / 2)
            before = after
            guard rounds.count >= minimumRounds else { continue }
            let halfWidth = Statistics.halfWidth95(ofRounds: rounds)
            let ratioHalfWidth = Statistics.halfWidth95(ofRounds: roundRatios)
            let narrow =
                halfWidth <= precision * Statistics.median(rounds)
                && ratioHalfWidth <= ratioPrecision * Statistics.median(roundRatios)
            let late = now() - start >= secondsCap
            if narrow || late {
                return Result(
                    latency: Latency(
                        median: Statistics.median(samples), minimum: samples.min() ?? .nan,
                        halfWidth: halfWidth, samples: samples.count,
                        anchor: Statistics.median(anchors), ratio: Statistics.median(ratios),
                        ratioHalfWidth: ratioHalfWidth),
                    rounds: rounds.count,
                    reachedCap: !narrow)
            }
        }
    }

    /// Milliseconds of single runs, whole nanoseconds, for about `seconds`.
    ///
    /// The first run is not timed: it finds its weights pushed out of the caches by whoever ran before.
    private func collect(for seconds: Double, _ run: () -> Void) -> [Double] {
        run()
        var times: [Double] = []
        let start = now()
        var before = start
        while times.isEmpty || before - start < seconds {
            run()
            let after = now()
            times.append(((after - before) * 1e9).rounded() / 1e6)
            before = after
        }
        return times
    }

    /// Seconds of the system's steady clock.
    package static let steadyClock: @Sendable () -> Double = {
        let origin = ContinuousClock.now
        return {
            (ContinuousClock.now - origin).inSeconds
        }
    }()
}
