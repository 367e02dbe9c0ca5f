// What runs say about the law's factors if the noise is known: a normal distribution (Lindley & Smith 1972).

import Foundation

/// The distribution of the law's factors, and of what lies off the law in each network, given runs and noise levels.
struct LawPosterior: Sendable {
    /// The noise that it was found for.
    let noise: NoiseLevels
    /// The factors in the middle, in the order of `LawTerms`.
    let mean: [Double]
    /// The inverse covariance of the factors.
    let precision: CholeskyFactor
    /// The logarithm of how likely the observed values were, up to a constant that all noise levels share.
    let logEvidence: Double
    /// What each trained network's own runs say, by its place.
    private let networks: [NetworkRuns]

    /// The runs of one network: Σw, Σw·terms and Σw·value, with w one over the variance of a run.
    private struct NetworkRuns: Sendable {
        var weight = 0.0
        var terms = [Double](repeating: 0, count: LawTerms.count)
        var value = 0.0
    }

    /// The distribution given runs, each with its network's place; nil where numbers overflow.
    ///
    /// `centre` is where the constant lies beforehand. O(runs · terms²).
    init?(_ runs: [LawRun], networks count: Int, noise: NoiseLevels, centre: Double) {
        let size = LawTerms.count
        self.noise = noise
        var matrix = [Double](repeating: 0, count: size * size)
        var right = [Double](repeating: 0, count: size)
        var logDeterminant = 0.0
        var squares = 0.0
        for (term, deviation) in LawTerms.priorDeviations.enumerated() {
            matrix[term * size + term] = 1 / (deviation * deviation)
            logDeterminant += 2 * log(deviation)
        }
        var networks = [NetworkRuns](repeating: NetworkRuns(), count: count)
        func add(_ terms: [Double], times factor: Double) {
            for row in 0..<size where terms[row] != 0 {
                let scaled = factor * terms[row]
                for column in 0...row { matrix[row * size + column] += scaled * terms[column] }
            }
        }
        for run in runs {
            let variance = noise.variance(length: run.length)
            let weight = 1 / variance
            let value = run.value - centre
            logDeterminant += log(variance)
            squares += weight * value * value
            add(run.terms, times: weight)
            networks[run.network].weight += weight
            networks[run.network].value += weight * value
            for term in 0..<size {
                right[term] += weight * value * run.terms[term]
                networks[run.network].terms[term] += weight * run.terms[term]
            }
        }
        let spread = noise.network * noise.network
        for network in networks where network.weight > 0 && spread > 0 {
            let shrunk = spread / (1 + spread * network.weight)
            logDeterminant += log1p(spread * network.weight)
            squares -= shrunk * network.value * network.value
            add(network.terms, times: -shrunk)
            for term in 0..<size { right[term] -= shrunk * network.value * network.terms[term] }
        }
        guard let factor = CholeskyFactor(matrix, size: size) else { return nil }
        let half = factor.whitened(right)
        var solution = factor.coloured(half)
        solution[0] += centre
        mean = solution
        precision = factor
        self.networks = networks.map { network in
            var moved = network
            moved.value += network.weight * centre
            return moved
        }
        logEvidence = -0.5 * (logDeterminant + factor.logDeterminant + squares - dot(half, half))
    }

    /// How a network's own deviation from the law is distributed once the factors are known: with the factors f, around
    /// shrink · (value − terms·f), with the variance `variance`. A network without runs has the network's variance around 0.
    struct Deviation {
        let shrink: Double
        let terms: [Double]
        let value: Double
        let variance: Double

        func mean(_ factors: [Double]) -> Double {
            shrink == 0 ? 0 : shrink * (value - dot(terms, factors))
        }
    }

    /// The deviation of a trained network, by its place, or of one that was not trained.
    func deviation(ofNetwork place: Int?) -> Deviation {
        let spread = noise.network * noise.network
        guard let place, networks[place].weight > 0, spread > 0 else {
            return Deviation(shrink: 0, terms: [], value: 0, variance: spread)
        }
        let network = networks[place]
        let shrunk = spread / (1 + spread * network.weight)
        return Deviation(shrink: shrunk, terms: network.terms, value: network.value, variance: shrunk)
    }

    /// What a further run of a network would show before its noise: its terms, less what the network's own runs tell of its
    /// deviation, whitened, and the variance of law and deviation together.
    func prediction(
        at point: SIMD3<Double>, length: Double, network place: Int?
    ) -> (whitened: [Double], variance: Double) {
        var terms = LawTerms.values(at: point, length: length)
        let deviation = deviation(ofNetwork: place)
        if deviation.shrink > 0 {
            for term in terms.indices { terms[term] -= deviation.shrink * deviation.terms[term] }
        }
        let whitened = precision.whitened(terms)
        return (whitened, dot(whitened, whitened) + deviation.variance)
    }

    /// Factors drawn from the distribution, given as many standard normals.
    func draw(_ normals: [Double]) -> [Double] {
        zip(mean, precision.coloured(normals)).map { $0 + $1 }
    }
}

/// A run as the law sees it.
struct LawRun: Sendable {
    /// Its terms.
    var terms: [Double]
    /// log(images seen / images asked for).
    var length: Double
    /// log(error).
    var value: Double
    /// The place of its network.
    var network: Int
}
