// Points of a search space. Point i is a pure function of (space, seed, i), so that a search can resume,
// be divided among machines, and have any of its trials repeated alone.

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
    /// What a grid walks: γ fastest, then β, α, φ.
    private let gamma, beta, alpha, phi: GridValues

    /// The most points of a grid: those that take about an hour to draw.
    package static let mostPoints = 10_000_000_000

    /// A sampler; throws where a grid cannot walk an axis or has too many points.
    package init(_ space: SearchSpace, strategy: Strategy, seed: UInt64) throws(SearchError) {
        self.space = space
        self.strategy = strategy
        self.seed = seed
        func values(_ name: String, _ axis: Axis) throws(SearchError) -> GridValues {
            if strategy != .grid { return .list([]) }
            guard let values = axis.gridValues else { throw .rangeWithoutStep(name) }
            return values
        }
        alpha = try values("alpha", space.alpha)
        beta = try values("beta", space.beta)
        gamma = try values("gamma", space.gamma)
        phi = try values("phi", space.phi)
        guard strategy == .grid else {
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
        switch strategy {
        case .grid:
            var rest = index
            func next(_ values: GridValues) -> Double {
                let count = values.count
                defer { rest /= count }
                return values[rest % count]
            }
            let (gamma, beta, alpha) = (next(gamma), next(beta), next(alpha))
            return Coefficients(alpha: alpha, beta: beta, gamma: gamma, phi: next(phi))
        case .random:
            func draw(_ axis: Axis, _ lane: UInt64) -> Double {
                axis.value(atFraction: CounterRandom.fraction(seed: seed, index: index, lane: lane))
            }
            return Coefficients(
                alpha: draw(space.alpha, 0), beta: draw(space.beta, 1), gamma: draw(space.gamma, 2),
                phi: draw(space.phi, 3))
        }
    }
}

/// Random numbers that are functions of a counter instead of a state (after SplitMix64, Steele et al. 2014).
package enum CounterRandom {
    /// A number in 0..<1 with 53 random bits.
    package static func fraction(seed: UInt64, index: Int, lane: UInt64) -> Double {
        let counter = UInt64(bitPattern: Int64(index)) &* 4 &+ lane
        let bits = mix(mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ mix(counter &* 0x9e37_79b9_7f4a_7c15 &+ 1))
        return Double(bits >> 11) * 0x1p-53
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
