// Why no scaling law can be had from a set of networks. A wrong law would look as exact as a right one, so
// whatever the networks do not determine is refused, with what to sample instead.

import Foundation
import Networks

/// Networks that determine no scaling law, in one sentence that says what to add.
package enum ScalingFitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An error rate that is none.
    case impossibleError(network: String, error: Double)
    /// A size or cost that is no multiple.
    case impossibleScale(network: String)
    /// Too few networks.
    case tooFewNetworks(Int, needed: Int)
    /// Errors that are all the same.
    case equalErrors
    /// An axis along which the cost does not grow.
    case freeAxis(ScalingAxis)
    /// A budget that leaves nothing to scale up.
    case budgetTooSmall(Double)
    /// A budget that no sizes between the smallest and the largest sampled realise.
    case budgetOutOfReach(Double, reachable: ClosedRange<Double>)

    /// The sentence.
    package var description: String {
        switch self {
        case .impossibleError(let network, let error):
            "the error of \(network) is \(error); give accuracies from 0 to 1."
        case .impossibleScale(let network):
            "\(network) has no size relative to the baseline; give multiples above 0."
        case .tooFewNetworks(let count, let needed):
            "\(count) network\(count == 1 ? " has" : "s have") an accuracy, and fewer than \(needed) leave nothing to compare; evaluate "
                + "more of the space."
        case .equalErrors: "all networks have the same error; train longer, or on harder data."
        case .freeAxis(let axis):
            "the cost does not grow with realised \(axis) in these networks, so there is no budget to share; "
                + "widen the range of \(axis.letter)."
        case .budgetTooSmall(let budget):
            "a budget of \(ScalingFitError.short(budget))× leaves nothing to scale up; give more than 1×."
        case .budgetOutOfReach(let budget, let reachable):
            "a budget of \(ScalingFitError.short(budget))× lies beyond the sizes that were sampled, which "
                + "realise \(ScalingFitError.short(reachable.lowerBound))× to "
                + "\(ScalingFitError.short(reachable.upperBound))×; choose a budget between, or sample further."
        }
    }

    private static func short(_ number: Double) -> String {
        if !number.isFinite || number > 1e6 { return "above a million" }
        return String(format: number < 100 ? "%.2f" : "%.0f", number)
    }
}
