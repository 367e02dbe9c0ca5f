// Why a search cannot start.

/// A space that cannot be searched, in one sentence.
package enum SearchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A grid over a range that has no step.
    case rangeWithoutStep(String)
    /// A grid larger than 64 bits count.
    case tooManyPoints

    /// The sentence.
    package var description: String {
        switch self {
        case .rangeWithoutStep(let axis):
            "\(axis) is a range without a step, which a grid cannot walk; add 'step:' or use --strategy random."
        case .tooManyPoints: "the grid has more points than can be counted; enlarge the steps."
        }
    }
}
