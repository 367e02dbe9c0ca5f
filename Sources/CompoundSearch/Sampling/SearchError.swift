// Why a search cannot start.

/// A space that cannot be searched, in one sentence.
package enum SearchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A grid over a range that has no step.
    case rangeWithoutStep(String)
    /// A grid of so many points, nil where 64 bits do not count them.
    case tooManyPoints(Int?)
    /// An axis of so many stages over a baseline of another number of them.
    case wrongStages(String, given: Int, baseline: Int)

    /// A run of a network that is none of the candidates, or of a length that is none of theirs.
    case foreignRun(String)

    /// The sentence.
    package var description: String {
        switch self {
        case .rangeWithoutStep(let axis):
            "\(axis) is a range without a step, which a grid cannot walk; add 'step:' or use --strategy random."
        case .tooManyPoints(let points):
            "the grid has \(points.map { "\($0)" } ?? "more than 2^63") points, more than the "
                + "\(Sampler.mostPoints) that a search draws; enlarge the steps or use --strategy random."
        case .wrongStages(let axis, let given, let baseline):
            "\(axis) lists \(given) stages, and the baseline has \(baseline); give one entry for each."
        case .foreignRun(let network):
            "a run of \(network) is none of this search's candidates and lengths; ask with the log of this search alone."
        }
    }
}
