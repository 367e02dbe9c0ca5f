// What was known by when: the same fit, of growing beginnings of the log.

import CompoundSearch

extension AccuracyStudy {
    /// The fits of the first runs, of ever more of them, the last of all; at most so many, each for the training length of `answer`.
    ///
    /// Beginnings that allow no fit are left out. Costs as much as that many fits, with a quarter of the draws but the last; of several
    /// hundred runs, whose fits take their time, there are a few only.
    package func history(of answer: ScalingFit, most: Int = 9) -> [ScalingFit] {
        let most = min(most, max(4, 2400 / max(1, runs.count)))
        var options = answer.options
        options.images = answer.images
        options.draws = max(ScalingFit.Options.drawRange.lowerBound, options.draws / 4)
        let first = ScalingFit.fewestNetworks
        guard runs.count > first, most > 1 else { return [answer] }
        let steps = min(most - 1, runs.count - first)
        let counts = (0..<steps).map { first + $0 * (runs.count - first) / steps }
        let earlier = counts.compactMap { count -> ScalingFit? in
            let known = Set(recorded.prefix(count))
            return try? ScalingFit(
                runs.indices.filter(known.contains).map { runs[$0] }, others: others, latencies: latencies,
                options: options)
        }
        return earlier + [answer]
    }
}
