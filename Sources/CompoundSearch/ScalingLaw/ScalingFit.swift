// The scaling law of a study: how error falls with depth, width and resolution, and where a budget is best spent.

import Basics
import Foundation
import Networks

/// A figure with its 95 % interval.
package struct Estimate: Hashable, Sendable {
    /// The figure.
    package var value: Double
    /// The lower end of the interval.
    package var low: Double
    /// The upper end of the interval.
    package var high: Double

    /// A figure with an interval.
    package init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    /// A figure with the 2.5 % and 97.5 % quantiles of its replicates.
    init(_ value: Double, replicates: [Double]) {
        let sorted = replicates.sorted()
        func quantile(_ share: Double) -> Double {
            guard let last = sorted.last else { return value }
            let position = share * Double(sorted.count - 1)
            let index = Int(position)
            let next = index + 1 < sorted.count ? sorted[index + 1] : last
            return sorted[index] + (next - sorted[index]) * (position - Double(index))
        }
        self.init(value: value, low: quantile(0.025), high: quantile(0.975))
    }

    /// The interval of an increasing function of the figure.
    func mapped(_ function: (Double) -> Double) -> Estimate {
        Estimate(value: function(value), low: function(low), high: function(high))
    }
}

/// log(error) as a quadratic in the logarithms of realised depth, width and resolution, with the best
/// coefficients for a budget (after Tan & Le 2019, equation 3, which their search solved on a grid).
package struct ScalingFit: Hashable, Sendable {
    /// What is asked of a fit.
    package struct Options: Hashable, Sendable {
        /// The budget as a multiple of the baseline's macs.
        package var budget: Double
        /// How far a candidate's macs may lie from the budget, as a share of it.
        package var tolerance: Double
        /// Bootstrap replicates.
        package var replicates: Int
        /// Seed of the bootstrap.
        package var seed: UInt64
        /// Images that accuracies were measured on; an error of zero counts as half an image.
        package var validationImages: Int?

        /// How many replicates can be asked for.
        package static let replicateRange = 100...1_000_000
        /// How many images accuracies can have been measured on.
        package static let imageRange = 1...1_000_000_000

        /// A budget, 5 % around it, 2,000 replicates of seed 0.
        package init(
            budget: Double, tolerance: Double = 0.05, replicates: Int = 2000, seed: UInt64 = 0,
            validationImages: Int? = nil
        ) {
            self.budget = budget
            self.tolerance = tolerance
            self.replicates = replicates
            self.seed = seed
            self.validationImages = validationImages
        }
    }

    /// Beyond this the terms are too nearly dependent: one cost level gives 100 and more, three give 10 to 50.
    package static let highestConditionNumber = 100.0

    /// What was asked.
    package let options: Options
    /// Networks that were fitted.
    package let networks: Int
    /// The bands of cost they fall into.
    package let costLevels: [CostLevel]
    /// Networks without a single error, which count with the smallest error that could have been seen.
    package let flawless: Int
    /// log(error) over the logarithms of realised depth, width and resolution.
    package let surface: QuadraticSurface
    /// The surface's ten coefficients in the order of `QuadraticSurface.coefficients`.
    package let coefficients: [Estimate]
    /// The share of the variance of log(error) that the surface explains.
    package let rSquared: Double
    /// Standard deviation of log(error) around the surface.
    package let deviation: Double
    /// Standard deviation of log(error) that seeds alone explain, where networks were trained repeatedly.
    package let seedDeviation: Double?
    /// Condition number of the standardised terms.
    package let conditionNumber: Double
    /// What the axes cost.
    package let cost: CostLaw
    /// The best point of the budget.
    package let optimum: Optimum
    /// What the same cost gives when one axis alone takes it.
    package let alternatives: [Alternative]
    /// The sampled networks within the budget, the lowest predicted error first.
    package let candidates: [RankedCandidate]

    /// The candidates that cannot be told from the best.
    package var indistinguishable: [RankedCandidate] { candidates.filter(\.isIndistinguishable) }

    /// Fits the law; throws where the networks do not determine it.
    ///
    /// Time is dominated by the bootstrap: about 5 ms for 1,000 replicates of 40 networks.
    package init(_ observations: [AccuracyObservation], options: Options) throws(ScalingFitError) {
        guard options.budget > 1, options.budget.isFinite else { throw .budgetTooSmall(options.budget) }
        self.options = options
        networks = observations.count
        costLevels = CostLevel.levels(of: observations.map(\.macsRatio))
        try Identification.check(observations, levels: costLevels)
        let floor = AccuracyObservation.smallestError(of: observations, images: options.validationImages)
        flawless = observations.count { $0.error < floor }
        let points = observations.map(\.scale.logarithms)
        // The mean of k runs varies by a k-th of one run's variance.
        let meanSeeds = Double(observations.reduce(0) { $0 + $1.seeds }) / Double(observations.count)
        let regression = SurfaceRegression(
            points: points, values: observations.map { log(max(floor, $0.error)) },
            weights: observations.map { Double($0.seeds) / meanSeeds })
        try Identification.check(regression, points: points)
        surface = regression.surface
        rSquared = regression.rSquared
        deviation = regression.deviation
        conditionNumber = regression.decomposition.conditionNumber
        seedDeviation = AccuracyObservation.seedDeviation(of: observations, meanSeeds: meanSeeds)
        cost = try CostLaw(observations)

        let budget = BudgetSurface(sampledBy: points, cost: cost, budget: options.budget)
        guard let best = budget.minimum(of: regression.surface) else {
            let reachable = exp(budget.reachable.lowerBound)...exp(budget.reachable.upperBound)
            throw .budgetOutOfReach(options.budget, reachable: reachable)
        }
        let replicates = (0..<options.replicates).map { replicate in
            regression.replicate { position in
                let index = replicate * observations.count + position
                let fraction = CounterRandom.fraction(seed: options.seed, index: index, lane: 0)
                return Int(fraction * Double(observations.count))
            }
        }
        coefficients = surface.coefficients.enumerated().map { index, value in
            Estimate(value, replicates: replicates.map { $0.coefficients[index] })
        }
        optimum = Optimum(at: best, of: surface, on: budget, replicates: replicates)
        alternatives = ScalingAxis.allCases.map { [surface, optimum] axis in
            Alternative(only: axis, budget, surface, against: optimum, replicates: replicates)
        }
        candidates = RankedCandidate.ranking(
            observations.filter { abs($0.macsRatio / options.budget - 1) <= options.tolerance },
            by: surface, replicates: replicates)
    }
}

extension BudgetSurface {
    /// A budget over what was sampled; no axis is scaled down.
    fileprivate init(sampledBy points: [SIMD3<Double>], cost: CostLaw, budget: Double) {
        var lower = points[0]
        var upper = points[0]
        for point in points {
            lower = pointwiseMin(lower, point)
            upper = pointwiseMax(upper, point)
        }
        lower = pointwiseMax(lower, .zero)
        self.init(
            exponents: cost.exponents, logBudget: log(budget), lower: lower, upper: pointwiseMax(lower, upper)
        )
    }
}

extension AccuracyObservation {
    /// What an error of zero counts as: half an image, or half the smallest error seen.
    fileprivate static func smallestError(of observations: [AccuracyObservation], images: Int?) -> Double {
        if let images { return 0.5 / Double(images) }
        return 0.5 * (observations.map(\.error).filter { $0 > 0 }.min() ?? 1)
    }

    /// The deviation of a mean over seeds, in log(error), pooled over the networks.
    fileprivate static func seedDeviation(
        of observations: [AccuracyObservation], meanSeeds: Double
    ) -> Double? {
        var squares = 0.0
        var freedom = 0
        for observation in observations where observation.seeds > 1 && observation.error > 0 {
            guard let deviation = observation.deviation else { continue }
            squares += Double(observation.seeds - 1) * pow(deviation / observation.error, 2)
            freedom += observation.seeds - 1
        }
        return freedom > 0 ? (squares / Double(freedom) / meanSeeds).squareRoot() : nil
    }
}
