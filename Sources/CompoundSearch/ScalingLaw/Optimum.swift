// What a fitted law says about a budget: the best point, and what single axes give.

import Foundation
import Networks

/// The point of a budget where the predicted error is lowest.
package struct Optimum: Hashable, Sendable {
    /// Why an axis cannot move further in one direction.
    package enum Bound: String, CaseIterable, Hashable, Sendable {
        /// The axis is not scaled: its coefficient is 1, and networks are never scaled down.
        case unscaled
        /// No smaller value was sampled, though smaller ones are scaled up as well.
        case smallest
        /// No larger value was sampled.
        case largest
    }

    /// Realised depth, width and resolution over the baseline's: α, β and γ at φ = 1.
    package let scale: RealisedScale
    /// α, β and γ with their intervals, in the order of `ScalingAxis`.
    package let coefficients: [Estimate]
    /// The bounds on which the optimum lies, by axis.
    package let bounds: [Bound?]
    /// The shares of log(cost) spent on depth, width and resolution; their sum is 1.
    package let shares: [Estimate]
    /// The predicted error.
    package let error: Estimate

    init(
        at point: SIMD3<Double>, of surface: QuadraticSurface, on budget: BudgetSurface,
        draws: [QuadraticSurface]
    ) {
        let points = draws.compactMap { budget.minimum(of: $0) }
        scale = RealisedScale(logarithms: point)
        let logarithms = (0..<3).map { axis in
            Estimate(point[axis], draws: points.map { $0[axis] })
        }
        coefficients = logarithms.map { $0.mapped(exp) }
        shares = (0..<3).map { axis in
            logarithms[axis].mapped { $0 * budget.exponents[axis] / budget.logBudget }
        }
        bounds = (0..<3).map { axis in
            let slack = 1e-9
            if point[axis] >= budget.upper[axis] - slack { return .largest }
            if point[axis] > budget.lower[axis] + slack { return nil }
            return budget.lower[axis] <= slack ? .unscaled : .smallest
        }
        error = Estimate(surface.value(at: point), draws: draws.map { $0.value(at: point) })
            .mapped(exp)
    }
}

/// What the law predicts when one axis alone takes the whole budget.
package struct Alternative: Hashable, Sendable {
    /// The axis.
    package let axis: ScalingAxis
    /// Its multiple of the baseline's.
    package let factor: Double
    /// Whether networks as large were sampled; otherwise the prediction is an extrapolation.
    package let isSampled: Bool
    /// The predicted error.
    package let error: Estimate
    /// The predicted error over that of the optimum.
    package let ratio: Estimate

    init(
        only axis: ScalingAxis, _ budget: BudgetSurface, _ surface: QuadraticSurface,
        against optimum: Optimum,
        draws: [QuadraticSurface]
    ) {
        var point = SIMD3<Double>()
        point[axis.rawValue] = budget.logBudget / budget.exponents[axis.rawValue]
        let best = optimum.scale.logarithms
        self.axis = axis
        factor = exp(point[axis.rawValue])
        isSampled = point[axis.rawValue] <= budget.upper[axis.rawValue] + 1e-9
        error = Estimate(surface.value(at: point), draws: draws.map { $0.value(at: point) })
            .mapped(exp)
        ratio = Estimate(
            surface.value(at: point) - surface.value(at: best),
            draws: draws.map { $0.value(at: point) - $0.value(at: best) }
        ).mapped(exp)
    }
}
