// What a fitted law says of every budget at once: the error along each way of growing.

import Foundation
import Networks

/// The predicted error of networks that grow in one way, by their cost.
package struct ScalingCurve: Hashable, Sendable {
    /// A size on the way.
    package struct Value: Hashable, Sendable {
        /// Its cost over the baseline's, in what the budget counts.
        package let cost: Double
        /// Its error at the length that the fit is for.
        package let error: Estimate
        /// Whether networks as large were sampled along each axis; otherwise the error is an extrapolation.
        package let isSampled: Bool
    }

    /// The one axis that is scaled, or nil where all are, sharing the cost as the best point of the budget does.
    package let axis: ScalingAxis?
    /// The sizes, in the order of the costs that were asked for.
    package let values: [Value]
}

extension ScalingFit {
    /// The errors of networks of these costs, when all axes grow, and when each grows alone.
    ///
    /// `runs` are those that were fitted; at the budget the errors are those of `optimum` and `alternatives`. Throws where the
    /// runs are none. About 10 ms for 40 runs and 30 costs.
    package func curves(_ runs: [TrainedRun], costs: [Double]) throws(ScalingFitError) -> [ScalingCurve] {
        let law = try ScalingLaw(runs, images: images, validationImages: options.validationImages)
        let draws = law.draws(options.draws, seed: options.seed).map(\.surface)
        let sampled = pointwiseMax(LogarithmBox(runs.map(\.scale.logarithms)).high, .zero)
        func curve(_ axis: ScalingAxis?, towards point: SIMD3<Double>) -> ScalingCurve {
            ScalingCurve(
                axis: axis,
                values: costs.map { ratio in
                    let place = point * (log(ratio) / log(options.budget))
                    let error = Estimate(
                        law.surface.value(at: place), draws: draws.map { $0.value(at: place) })
                    return ScalingCurve.Value(
                        cost: ratio, error: error.mapped(exp), isSampled: all(place .<= sampled + 1e-9))
                })
        }
        return [curve(nil, towards: optimum.scale.logarithms)]
            + ScalingAxis.allCases.map { axis in
                var point = SIMD3<Double>()
                point[axis.rawValue] = log(options.budget) / cost.exponents[axis.rawValue]
                return curve(axis, towards: point)
            }
    }
}
