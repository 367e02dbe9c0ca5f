// A latency in figures: measured beside the anchor network, or predicted from the times of blocks.

/// A latency as it was measured; all times in milliseconds for one inference of the whole batch.
package struct Latency: Hashable, Sendable {
    /// Median of all samples.
    package var median: Double
    /// Fastest sample.
    package var minimum: Double
    /// Half-width of the 95 % interval of the median, from the medians of rounds.
    package var halfWidth: Double
    /// Number of samples.
    package var samples: Int
    /// Median of the anchor network timed in between.
    package var anchor: Double
    /// Median of latency over anchor latency, each round's with the anchor right before and right after it: what
    /// comparisons use.
    package var ratio: Double
    /// Half-width of the 95 % interval of `ratio`.
    package var ratioHalfWidth: Double

    /// A measured latency.
    package init(
        median: Double, minimum: Double, halfWidth: Double, samples: Int, anchor: Double, ratio: Double,
        ratioHalfWidth: Double
    ) {
        self.median = median
        self.minimum = minimum
        self.halfWidth = halfWidth
        self.samples = samples
        self.anchor = anchor
        self.ratio = ratio
        self.ratioHalfWidth = ratioHalfWidth
    }
}

extension Latency {
    /// A latency predicted as a ratio of the anchor's; it has no samples and no interval.
    package init(predicted ratio: Double, anchor: Double) {
        self.init(
            median: ratio * anchor, minimum: .nan, halfWidth: .nan, samples: 0, anchor: anchor, ratio: ratio,
            ratioHalfWidth: .nan)
    }
}

/// Where a latency comes from.
package enum LatencyOrigin: String, CaseIterable, Hashable, Sendable {
    /// The whole network was run and timed.
    case measured
    /// The sum of the times of its blocks, each timed in some network that has it.
    case predicted
    /// There is no latency.
    case none
}
