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
    /// Fewer distinct sizes than ten coefficients and a residual need.
    case tooFewNetworks(Int, needed: Int)
    /// Networks of one or two costs.
    case tooFewCostLevels(Int, networks: Int)
    /// An axis with one or two values.
    case tooFewValues(ScalingAxis, values: [Double])
    /// Axes that vary, but only together.
    case collinearAxes([ScalingAxis], conditionNumber: Double)
    /// Terms of the quadratic that cannot be told apart.
    case collinearTerms([String], conditionNumber: Double)
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
            "\(count) networks of distinct size have an accuracy, and the ten coefficients of the scaling law "
                + "need at least \(needed); evaluate more of the space."
        case .tooFewCostLevels(let levels, let networks):
            "the \(networks) networks have \(levels == 1 ? "one level" : "only \(levels) levels") of cost, which "
                + "cannot tell what size is worth from where it is spent; sample at least three, such as "
                + "1.5×, 2× and 2.7× the baseline's macs."
        case .tooFewValues(let axis, let values):
            "realised \(axis) takes only \(ScalingFitError.listed(values)) times the baseline's, and a curve "
                + "needs three values; widen the range of \(axis.letter), or round less coarsely."
        case .collinearAxes(let axes, let number):
            "\(ScalingFitError.joined(axes.map(\.description))) vary together in these networks (condition "
                + "number \(ScalingFitError.short(number))), so what each is worth cannot be told; sample more "
                + "cost levels, or \(axes.map(\.letter).joined(separator: ", ")) independently."
        case .collinearTerms(let terms, let number):
            "\(ScalingFitError.joined(terms)) cannot be told apart by these networks (condition number "
                + "\(ScalingFitError.short(number)), at most \(Int(ScalingFit.highestConditionNumber)) is fitted); "
                + "evaluate more networks with other combinations of coefficients."
        case .equalErrors: "all networks have the same error; train longer, or on harder data."
        case .freeAxis(let axis):
            "macs do not grow with realised \(axis) in these networks, so there is no budget to share; "
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

    private static func listed(_ values: [Double]) -> String { joined(values.map(short)) }

    private static func joined(_ words: [String]) -> String {
        words.count < 2
            ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
    }
}
