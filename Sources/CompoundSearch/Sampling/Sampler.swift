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

    /// The most points of a grid: those that take about an hour to draw.
    package static let mostPoints = 10_000_000_000

    /// A sampler; throws where a grid cannot walk an axis or has too many points.
    ///
    /// Strategies that choose among all networks of the budget walk the grid, or where an axis has no step draw random points.
    package init(_ space: SearchSpace, strategy: Strategy, seed: UInt64) throws(SearchError) {
        self.space = space
        self.strategy = strategy
        self.seed = seed
        let axes = [space.alpha, space.beta, space.gamma, space.phi]
        let walks =
            strategy == .grid || strategy != .random && axes.allSatisfy { $0.gridValues != nil }
        walksGrid = walks
        func values(_ name: String, _ axis: Axis) throws(SearchError) -> GridValues {
            if !walks { return .list([]) }
            guard let values = axis.gridValues else { throw .rangeWithoutStep(name) }
            return values
        }
        alpha = try values("alpha", space.alpha)
        beta = try values("beta", space.beta)
        gamma = try values("gamma", space.gamma)
        phi = try values("phi", space.phi)
        guard walks else {
            count = nil
            return
        }
        let product = Exact(alpha.count) * beta.count * gamma.count * phi.count
        if product.overflowed { throw .tooManyPoints(nil) }
        if product.value > Sampler.mostPoints { throw .tooManyPoints(product.value) }
        count = product.value
    }

    /// The coefficients of point `index`.
    package func point(at index: Int) -> Coefficients {
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
