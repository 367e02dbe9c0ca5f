// The few statistics that a measurement needs: medians, and intervals that are of medians.

/// Summaries of samples.
package enum Statistics {
    /// The middle value, or the mean of the two in the middle; NaN of nothing.
    package static func median(_ samples: [Double]) -> Double {
        guard !samples.isEmpty else { return .nan }
        let sorted = samples.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Half the width of the 95 % interval of the values' median.
    ///
    /// The interval runs from an order statistic to its counterpart: how many of n independent values lie below their
    /// median is binomial, whatever their distribution (Conover 1999, section 3.2). Values that share a part of what
    /// makes them vary count as fewer: `independent` says as how many, and each of those stands for
    /// `values.count / independent` values. NaN where it is below six, since no such interval exists.
    package static func medianHalfWidth95(of values: [Double], independent: Int) -> Double {
        let rank = medianRank95(independent)
        guard rank > 0 else { return .nan }
        let sorted = values.sorted()
        let index = (rank - 1) * (values.count / independent)
        return (sorted[sorted.count - 1 - index] - sorted[index]) / 2
    }

    /// The rank of the value at which the 95 % interval of the median of `count` begins, from 1; 0 where there is none.
    ///
    /// The largest r for which a binomial of `count` and ½ lies below r with a probability of at most 2.5 %, by the
    /// normal approximation: for 17 counts below 2,000 it gives the integer before, which is the wider interval.
    package static func medianRank95(_ count: Int) -> Int {
        max(0, Int((Double(count) + 1 - 1.959964 * Double(count).squareRoot()) / 2))
    }
}
