// The law behind runs of training: log(error) over size and length, known as well as the runs tell, with all that is uncertain kept.

import Basics
import Foundation
import Networks

/// The distribution of laws that runs leave possible: factors, noise, and each network's own deviation.
///
/// log(error) is a quadratic in the logarithms of realised depth, width, resolution and images seen (`LawTerms`), plus a deviation of
/// each network, plus noise of each run. Factors and deviations are normal given the noise levels; those are weighed on a grid by how
/// likely they make the runs, which is what widens intervals while runs are few.
package struct ScalingLaw: Sendable {
    /// Images seen under the schedule that the law is asked about.
    package let images: Double
    /// The networks with runs, in the order in which they appeared.
    package let networks: [String]
    /// Runs that were fitted.
    package let runs: Int
    /// Runs without a single error, which count as the smallest error that could have been seen.
    package let flawless: Int
    /// The noise that the runs make likeliest.
    package var noise: NoiseLevels { likeliest.noise }

    /// The share of the variance of log(error) that the law in the middle explains: 1 where it passes through every run.
    package let rSquared: Double

    let components: [Component]
    /// What the likeliest noise leaves possible.
    let likeliest: LawPosterior
    private let places: [String: Int]
    /// Whether the training that is asked for continues one whose schedule had ended, as all runs of that length do.
    private let isContinued: Bool

    /// A noise level with its share of the probability.
    struct Component: Sendable {
        let posterior: LawPosterior
        let weight: Double
    }

    /// The law of runs for a training length; throws where a run is none.
    ///
    /// An error of zero counts as half of the smallest one seen, or as half an image where their number is given. About 3 ms for 40
    /// runs of several lengths.
    package init(
        _ runs: [TrainedRun], images: Double, validationImages: Int? = nil
    ) throws(ScalingFitError) {
        self.images = images
        for run in runs {
            guard 0...1 ~= run.error else { throw .impossibleError(network: run.label, error: run.error) }
            let multiples = [
                run.scale.depth, run.scale.width, run.scale.resolution, run.macsRatio, run.images,
            ]
            guard multiples.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw .impossibleScale(network: run.label)
            }
        }
        let smallest = 0.5 * (runs.map(\.error).filter { $0 > 0 }.min() ?? 1)
        let floor = validationImages.map { 0.5 / Double($0) } ?? smallest
        var places: [String: Int] = [:]
        var networks: [String] = []
        var rows: [LawRun] = []
        var flawless = 0
        for run in runs {
            if places[run.network] == nil {
                places[run.network] = networks.count
                networks.append(run.network)
            }
            if run.error < floor { flawless += 1 }
            let length = log(run.images / images)
            rows.append(
                LawRun(
                    terms: LawTerms.values(
                        at: run.scale.logarithms, length: length, isContinued: run.isContinued),
                    length: length, value: log(max(floor, run.error)), network: places[run.network]!))
        }
        let asked = runs.filter { $0.reaches(images) }
        isContinued = !asked.isEmpty && asked.allSatisfy(\.isContinued)
        self.networks = networks
        self.places = places
        self.runs = rows.count
        self.flawless = flawless
        let centre = rows.reduce(0) { $0 + $1.value } / Double(max(1, rows.count))
        let severalLengths = Set(rows.map(\.length)).count > 1
        let posteriors = NoiseLevels.grid(severalLengths: severalLengths).compactMap {
            LawPosterior(rows, networks: networks.count, noise: $0, centre: centre)
        }
        func worth(_ posterior: LawPosterior) -> Double { posterior.logEvidence + posterior.noise.logPrior }
        let highest = posteriors.map(worth).max() ?? 0
        // What is a ten-thousandth as likely as the likeliest moves no interval.
        let likely = posteriors.filter { worth($0) > highest - 9.2 }
        let total = likely.reduce(0) { $0 + exp(worth($1) - highest) }
        let components = likely.map { Component(posterior: $0, weight: exp(worth($0) - highest) / total) }
        guard
            let best = components.indices.max(by: {
                (components[$0].weight, -$0) < (components[$1].weight, -$1)
            })
        else { throw .impossibleScale(network: runs.first?.label ?? "no run") }
        self.components = components
        let factors = ScalingLaw.mean(of: components)
        let unexplained = rows.reduce(0) { $0 + pow($1.value - dot($1.terms, factors), 2) }
        let explainable = rows.reduce(0) { $0 + pow($1.value - centre, 2) }
        rSquared = explainable > 0 ? 1 - unexplained / explainable : 0
        likeliest = components[best].posterior
    }

    private static func mean(of components: [Component]) -> [Double] {
        var mean = [Double](repeating: 0, count: LawTerms.count)
        for component in components {
            for term in mean.indices { mean[term] += component.weight * component.posterior.mean[term] }
        }
        return mean
    }

    /// The law in the middle of what is possible, at the length that is asked for.
    package var surface: QuadraticSurface {
        LawTerms.surface(ScalingLaw.mean(of: components), isContinued: isContinued)
    }

    /// The place of a network among those with runs.
    func place(of network: String) -> Int? { places[network] }

    /// Laws drawn from what is possible, each as likely as the others; a function of the seed.
    package func draws(_ count: Int, seed: UInt64) -> [LawDraw] {
        var source = NormalSource(seed: seed)
        var draws: [LawDraw] = []
        draws.reserveCapacity(count)
        var component = 0
        var reached = components[0].weight
        for index in 0..<count {
            // Noise levels take turns by their weights instead of by lot.
            let position = (Double(index) + 0.5) / Double(count)
            while position > reached, component + 1 < components.count {
                component += 1
                reached += components[component].weight
            }
            let posterior = components[component].posterior
            let factors = posterior.draw((0..<LawTerms.count).map { _ in source.next() })
            draws.append(LawDraw(factors: factors, posterior: posterior, isContinued: isContinued))
        }
        return draws
    }
}

/// One law of those that are possible.
package struct LawDraw: Sendable {
    let factors: [Double]
    let posterior: LawPosterior
    let isContinued: Bool

    /// Its surface at the length that is asked for.
    package var surface: QuadraticSurface { LawTerms.surface(factors, isContinued: isContinued) }

    /// A network's own deviation from it, given a standard normal; `place` is the network's among those with runs.
    func deviation(ofNetwork place: Int?, normal: Double) -> Double {
        let deviation = posterior.deviation(ofNetwork: place)
        return deviation.mean(factors) + deviation.variance.squareRoot() * normal
    }
}

/// Standard normal numbers, one after the other, as a function of a seed.
struct NormalSource {
    private let seed: UInt64
    private var index = 0
    private var spare: Double?

    init(seed: UInt64) { self.seed = seed }

    mutating func next() -> Double {
        if let value = spare {
            spare = nil
            return value
        }
        let (first, second) = CounterRandom.normals(seed: seed, index: index)
        index += 1
        spare = second
        return first
    }
}

/// The inner product of two vectors of one length.
func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
}
