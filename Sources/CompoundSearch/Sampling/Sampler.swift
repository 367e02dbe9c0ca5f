// Points of a search space. Point i is a pure function of (space, seed, i), so that a search can resume,
// be divided among machines, and have any of its trials repeated alone.

import Basics
import Networks

/// Draws the points of a space by index.
package struct Sampler: Sendable {
    /// The space that is sampled.
    package let space: SearchSpace
    /// How.
    package let strategy: Strategy
    /// The seed of random points.
    package let seed: UInt64
    /// How many points there are, or nil for an endless stream.
    package let count: Int?
    private let walksGrid: Bool
    /// What a grid walks: γ fastest, then β, α, φ.
    private let gamma, beta, alpha, phi: GridValues
    /// The same of stages that have coefficients of their own: the last stage fastest.
    private let stageBetas, stageAlphas: [GridValues]
    private let hasStages: Bool

    /// The most points of a grid: those that take about an hour to draw.
    package static let mostPoints = 10_000_000_000

    /// A sampler; throws where a grid cannot walk an axis or has too many points.
    ///
    /// Strategies that choose among all networks of the budget walk the grid, or where an axis has no step draw random points.
    package init(_ space: SearchSpace, strategy: Strategy, seed: UInt64) throws(SearchError) {
        self.space = space
        self.strategy = strategy
        self.seed = seed
        hasStages = space.hasStageCoefficients
        let walks =
            strategy == .grid || strategy != .random && space.axes.allSatisfy { $0.axis.gridValues != nil }
        walksGrid = walks
        func values(_ name: String, ofStages axes: [Axis]) throws(SearchError) -> [GridValues] {
            let stages = space.baseline.stageCount
            guard axes.isEmpty || axes.count == stages else {
                throw .wrongStages(name, given: axes.count, baseline: stages)
            }
            var all: [GridValues] = []
            for (index, axis) in axes.enumerated() {
                all.append(try values("\(name) of stage \(index + 1)", axis))
            }
            return all
        }
        func values(_ name: String, _ axis: Axis) throws(SearchError) -> GridValues {
            if !walks { return .list([]) }
            guard let values = axis.gridValues else { throw .rangeWithoutStep(name) }
            return values
        }
        // Where stages have coefficients, the network's own are their means.
        alpha = try values("alpha", space.stageAlphas.isEmpty ? space.alpha : .list([1]))
        beta = try values("beta", space.stageBetas.isEmpty ? space.beta : .list([1]))
        gamma = try values("gamma", space.gamma)
        phi = try values("phi", space.phi)
        stageAlphas = try values("alpha", ofStages: space.stageAlphas)
        stageBetas = try values("beta", ofStages: space.stageBetas)
        guard walks else {
            count = nil
            return
        }
        var product = Exact(alpha.count) * beta.count * gamma.count * phi.count
        for values in stageAlphas + stageBetas { product = product * values.count }
        if product.overflowed { throw .tooManyPoints(nil) }
        if product.value > Sampler.mostPoints { throw .tooManyPoints(product.value) }
        count = product.value
    }

    /// The coefficients of point `index`.
    package func point(at index: Int) -> Coefficients {
        if hasStages { return pointOfStages(at: index) }
        if walksGrid {
            var rest = index
            func next(_ values: GridValues) -> Double {
                let count = values.count
                defer { rest /= count }
                return values[rest % count]
            }
            let (gamma, beta, alpha) = (next(gamma), next(beta), next(alpha))
            return Coefficients(alpha: alpha, beta: beta, gamma: gamma, phi: next(phi))
        } else {
            func draw(_ axis: Axis, _ lane: UInt64) -> Double {
                axis.value(atFraction: CounterRandom.fraction(seed: seed, index: index, lane: lane))
            }
            return Coefficients(
                alpha: draw(space.alpha, 0), beta: draw(space.beta, 1), gamma: draw(space.gamma, 2),
                phi: draw(space.phi, 3))
        }
    }
}

extension Sampler {
    /// The coefficients of a point of a space whose stages have coefficients of their own.
    private func pointOfStages(at index: Int) -> Coefficients {
        var rest = index
        /// The values of a few axes, the last of which a grid walks fastest.
        func next(_ grid: [GridValues], _ axes: [Axis], lane: UInt64, seedOf: (Int) -> UInt64) -> [Double] {
            guard walksGrid else {
                return axes.enumerated().map { stage, axis in
                    axis.value(
                        atFraction: CounterRandom.fraction(seed: seedOf(stage), index: index, lane: lane))
                }
            }
            var values: [Double] = []
            for axis in grid.reversed() {
                values.append(axis[rest % axis.count])
                rest /= axis.count
            }
            return values.reversed()
        }
        func whole(_ grid: GridValues, _ axis: Axis, lane: UInt64) -> Double {
            next([grid], [axis], lane: lane) { _ in seed }[0]
        }
        // An index has four random numbers; each stage draws from a seed of its own.
        func stages(_ grid: [GridValues], _ axes: [Axis], lane: UInt64) -> [Double] {
            next(grid, axes, lane: lane) { seed &+ UInt64($0 + 1) &* 0x9e37_79b9_7f4a_7c15 }
        }
        let gamma = whole(gamma, space.gamma, lane: 2)
        var (beta, betas) = (1.0, [Double]())
        if space.stageBetas.isEmpty {
            beta = whole(self.beta, space.beta, lane: 1)
        } else {
            betas = stages(stageBetas, space.stageBetas, lane: 1)
            beta = space.baseline.mean(ofStages: betas)
        }
        var (alpha, alphas) = (1.0, [Double]())
        if space.stageAlphas.isEmpty {
            alpha = whole(self.alpha, space.alpha, lane: 0)
        } else {
            alphas = stages(stageAlphas, space.stageAlphas, lane: 0)
            alpha = space.baseline.mean(ofStages: alphas)
        }
        return Coefficients(
            alpha: alpha, beta: beta, gamma: gamma, phi: whole(phi, space.phi, lane: 3),
            stages: StageFactors(depths: alphas, widths: betas))
    }
}
