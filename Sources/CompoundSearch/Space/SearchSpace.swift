// What a person asks for: a baseline, the coefficients to try, the budget, what to measure, what to prefer.

import Measurements
import Networks

/// A parsed search space.
package struct SearchSpace: Hashable, Sendable {
    /// The study's name, shown in tables.
    package var name: String
    /// The network that is scaled; its own factors are the starting point.
    package var baseline: Architecture
    /// Depth coefficients.
    package var alpha: Axis
    /// Width coefficients.
    package var beta: Axis
    /// Resolution coefficients.
    package var gamma: Axis
    /// Compound coefficients.
    package var phi: Axis
    /// Depth coefficients of each stage, in place of `alpha`; empty where that holds for all.
    package var stageAlphas: [Axis] = []
    /// Width coefficients of each stage, in place of `beta`; empty where that holds for all.
    package var stageBetas: [Axis] = []
    /// What a candidate may cost.
    package var budget: Budget
    /// How latency is measured.
    package var measure: MeasurementPlan
    /// What makes a trial the best.
    package var objective: Objective
    /// How accuracy is found, or nil where it is not.
    package var accuracy: AccuracyPlan?
    /// How candidates are chosen.
    package var strategy = Strategy.grid
    /// What random points and all of training's randomness come from.
    package var seed: UInt64 = 0
    /// When a search that chooses its runs itself ends.
    package var until = StopRule.usual

    /// A space; measuring and preferring latency unless told otherwise.
    package init(
        name: String, baseline: Architecture, alpha: Axis, beta: Axis, gamma: Axis, phi: Axis = .list([1]),
        budget: Budget, measure: MeasurementPlan = MeasurementPlan(), objective: Objective = .latency,
        accuracy: AccuracyPlan? = nil
    ) {
        self.name = name
        self.baseline = baseline
        self.alpha = alpha
        self.beta = beta
        self.gamma = gamma
        self.phi = phi
        self.budget = budget
        self.measure = measure
        self.objective = objective
        self.accuracy = accuracy
    }
}

extension SearchSpace {
    /// Whether stages have coefficients of their own.
    package var hasStageCoefficients: Bool { !stageAlphas.isEmpty || !stageBetas.isEmpty }
}

/// The column by which trials are ranked.
package struct Objective: Hashable, Sendable {
    /// A column of the store's `trials` view.
    package var column: String
    /// Whether a higher value is better.
    package var maximize: Bool

    /// An objective.
    package init(column: String, maximize: Bool) {
        self.column = column
        self.maximize = maximize
    }

    /// Lowest latency relative to the anchor network timed beside it.
    package static let latency = Objective(column: "latency_ratio", maximize: false)
    /// Highest accuracy on the validation images.
    package static let accuracy = Objective(column: "accuracy", maximize: true)
}
