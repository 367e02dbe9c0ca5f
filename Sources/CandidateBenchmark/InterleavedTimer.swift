// Timing on a machine that others use too. A subject and a fixed anchor take turns in rounds, so that a
// drift of the machine's speed touches both: the ratio of the two holds where raw times do not.
//
// What is reported is medians, and their intervals are of these medians: Statistics says how.

import Basics
import Measurements

/// Times a subject against an anchor until the intervals of its median and of its ratio are narrow.
package struct InterleavedTimer {
    /// Rounds at the least before the cap; fewer have no interval.
    package var minimumRounds = 6
    /// Rounds at the least in any case: one that was disturbed must not be all that there is.
    package var leastRounds = 3
    /// The relative half-width of the median's 95 % interval at which timing ends.
    package var precision = 0.01
    /// The same of the ratio's interval.
    package var ratioPrecision = 0.005
    /// Seconds after which timing ends when the round at hand is over, be the intervals wide or unknown.
    package var secondsCap: Double
    /// Seconds that the subject is timed per round, at least one run.
    package var roundSeconds = 0.01
    /// Seconds that the anchor is timed per round, at least one run.
    package var anchorSeconds = 0.005
    /// Seconds of a run beyond which its first one in a round is timed too: what the caches held is nothing to it.
    package var longSeconds = 1.0
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
        let isLong = now() - start >= longSeconds
        var rounds = Rounds(anchor: collect(for: anchorSeconds, anchor))
        var look = minimumRounds
        while true {
            rounds.add(
                subject: collect(for: roundSeconds, warmingUp: !isLong, subject),
                anchor: collect(for: anchorSeconds, anchor))
            let late = rounds.count >= leastRounds && now() - start >= secondsCap
            guard rounds.count >= look || late else { continue }
            // Looking after every round would take ever more time, and give chance an occasion each time.
            look = max(rounds.count + 1, rounds.count * 11 / 10)
            let latency = rounds.latency
            let isNarrow =
                latency.halfWidth <= precision * latency.median
                && latency.ratioHalfWidth <= ratioPrecision * latency.ratio
            if isNarrow || late {
                return Result(latency: latency, rounds: rounds.count, reachedCap: !isNarrow)
            }
        }
    }

    /// Milliseconds of single runs, whole nanoseconds, for about `seconds`.
    ///
    /// A first run is not timed: it finds its weights pushed out of the caches by whoever ran before.
    private func collect(for seconds: Double, warmingUp: Bool = true, _ run: () -> Void) -> [Double] {
        if warmingUp { run() }
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

/// What the rounds of a timing found, in milliseconds.
private struct Rounds {
    /// All times of the subject.
    private var samples: [Double] = []
    /// The median of each round.
    private var medians: [Double] = []
    /// All times of the anchor, and the median of the last that was timed.
    private var anchors: [Double]
    private var before: Double
    /// Each round's median over that of the anchor before it, then after it.
    private var ratios: [Double] = []

    /// Begins with the anchor that stands before the first round.
    init(anchor: [Double]) {
        anchors = anchor
        before = Statistics.median(anchor)
    }

    var count: Int { medians.count }

    mutating func add(subject: [Double], anchor: [Double]) {
        let median = Statistics.median(subject)
        let after = Statistics.median(anchor)
        samples += subject
        medians.append(median)
        anchors += anchor
        ratios += [median / before, median / after]
        before = after
    }

    /// The figures, with intervals of the medians.
    ///
    /// A round's samples share what happened in that round, so its median stands for them. Of the ratios, each shares
    /// the subject's time with one neighbour and the anchor's with the other; the mean of such a chain varies as that of
    /// half as many independent ones, and its median by no more.
    var latency: Latency {
        let median = Statistics.median(samples)
        let ratio = Statistics.median(ratios)
        return Latency(
            median: median, minimum: samples.min() ?? .nan,
            halfWidth: Statistics.medianHalfWidth95(of: medians, independent: count),
            samples: samples.count, anchor: Statistics.median(anchors), ratio: ratio,
            ratioHalfWidth: Statistics.medianHalfWidth95(of: ratios, independent: count))
    }
}
