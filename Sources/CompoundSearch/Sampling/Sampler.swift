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

    /// A sampler; throws where a grid cannot walk an axis or has more points than 64 bits count.
    package init(_ space: SearchSpace, strategy: Strategy, seed: UInt64) throws(SearchError) {
        self.space = space
        self.strategy = strategy
        self.seed = seed
        guard strategy == .grid else {
            count = nil
            return
        }
        var product = Exact(1)
        for (name, axis) in space.axes {
            guard let values = axis.count else { throw .rangeWithoutStep(name) }
            product = product * values
        }
        if product.overflowed { throw .tooManyPoints }
        count = product.value
    }

    /// The coefficients of point `index`.
    package func point(at index: Int) -> Coefficients {
        switch strategy {
        case .grid:
            var rest = index
            func next(_ axis: Axis) -> Double {
                let count = axis.count ?? 1
                defer { rest /= count }
                return axis.value(at: rest % count)
            }
            let gamma = next(space.gamma)
            let beta = next(space.beta)
            let alpha = next(space.alpha)
            return Coefficients(alpha: alpha, beta: beta, gamma: gamma, phi: next(space.phi))
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

extension SearchSpace {
    /// The four axes with their names.
    package var axes: [(name: String, axis: Axis)] {
        [("alpha", alpha), ("beta", beta), ("gamma", gamma), ("phi", phi)]
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
