// How far results lie off the law: by their seed, the less the longer they were trained, and by their network.

import Foundation

/// Standard deviations of log(error) around the law.
package struct NoiseLevels: Hashable, Sendable {
    /// Of runs of one network from different seeds, at the training length that is asked for.
    package var seed: Double
    /// How the seeds' deviation falls with length: it is seed · (length / asked)^−decay.
    package var decay: Double
    /// Of networks around the law: what rounding and all that a quadratic cannot say does to one network for good.
    package var network: Double

    /// Three figures.
    package init(seed: Double, decay: Double, network: Double) {
        self.seed = seed
        self.decay = decay
        self.network = network
    }

    /// The variance of a run whose length is e^t times the one that is asked for.
    func variance(length t: Double) -> Double { seed * seed * exp(-2 * decay * t) }

    /// The logarithm of its weight before anything is known.
    ///
    /// On a geometric grid this makes deviations equally likely instead of their logarithms (Gelman 2006); the intervals of a
    /// dozen runs are too narrow otherwise.
    var logPrior: Double { log(seed) }

    /// The combinations that are weighed against each other: deviations between seeds from a fifth of a percent to half of the
    /// error, and between networks from a quarter of that to three times as much.
    static func grid(severalLengths: Bool) -> [NoiseLevels] {
        let seeds = (0..<15).map { 0.002 * pow(1.5, Double($0)) }
        let decays = severalLengths ? [0.25, 0.5, 0.75, 1.0, 1.5] : [0.75]
        return seeds.flatMap { seed in
            [0.25, 0.5, 1, 1.5, 2, 3].flatMap { share in
                decays.map { NoiseLevels(seed: seed, decay: $0, network: share * seed) }
            }
        }
    }
}
