// The few statistics that a measurement needs.

/// Summaries of samples.
package enum Statistics {
    /// The middle value, or the mean of the two in the middle; NaN of nothing.
    package static func median(_ samples: [Double]) -> Double {
        guard !samples.isEmpty else { return .nan }
        let sorted = samples.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The arithmetic mean; NaN of nothing.
    package static func mean(_ samples: [Double]) -> Double { samples.reduce(0, +) / Double(samples.count) }

    /// Half the width of the 95 % interval of a centre estimated from independent rounds (Student's t).
    ///
    /// Infinite for fewer than two rounds.
    package static func halfWidth95(ofRounds rounds: [Double]) -> Double {
        guard rounds.count > 1 else { return .infinity }
        let centre = mean(rounds)
        let squares = rounds.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        let deviation = (squares / Double(rounds.count - 1)).squareRoot()
        return studentQuantile(freedom: rounds.count - 1) * deviation / Double(rounds.count).squareRoot()
    }

    /// The 97.5 % quantile of Student's t; beyond the table by the expansion of Abramowitz & Stegun 26.7.5.
    static func studentQuantile(freedom: Int) -> Double {
        let table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]
        if freedom <= table.count { return table[freedom - 1] }
        let z = 1.959964
        let n = Double(freedom)
        let second = (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / 96
        return z + (z * z * z + z) / (4 * n) + second / (n * n)
    }
}
