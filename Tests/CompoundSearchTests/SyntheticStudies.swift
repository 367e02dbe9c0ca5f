// Studies whose scaling law is known: real networks around B0, errors from a given surface, seeded noise.

import Basics
import CompoundSearch
import Foundation
import Networks

/// Networks around EfficientNet-B0 and a law that they follow.
struct SyntheticStudy {
    /// The runs without their errors.
    let networks: [TrainedRun]
    /// What log(error) truly is.
    let truth: QuadraticSurface

    /// Every network of the grid at four cost levels, under a convex law whose best point for 2× spends .3 of
    /// log(cost) on depth and .35 each on width and resolution, and falls by .12 for each unit of log(cost).
    static func aroundB0() throws -> SyntheticStudy {
        let baseline = try Network(
            Architecture.efficientNet("efficientnet-b0", width: 1, depth: 1, resolution: 224))
        var networks: [TrainedRun] = []
        for multiple in [1.25, 1.6, 2, 2.5] {
            let space = SearchSpace(
                name: "b0", baseline: baseline.architecture, alpha: .range(low: 1, high: 2, step: 0.05),
                beta: .range(low: 1, high: 1.5, step: 0.05), gamma: .range(low: 1, high: 1.5, step: 0.05),
                budget: Budget(macs: .multiple(multiple), tolerance: 0.05))
            var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
            while let candidate = stream.next() {
                guard let scale = candidate.network.scale(relativeTo: baseline) else { continue }
                networks.append(
                    TrainedRun(
                        network: candidate.network.contentHash, scale: scale,
                        macsRatio: candidate.network.macsRatio(to: baseline), images: 96_000, error: 0.5,
                        label: "\(networks.count)"))
            }
        }
        return SyntheticStudy(
            networks: networks,
            truth: .convex(
                bestAt: SIMD3(0.3, 0.35, 0.35) * log(2.0) / SIMD3(1.1, 2, 2.25),
                slope: 0.12 * SIMD3(1.1, 2, 2.25)))
    }

    /// The networks with the errors of the law, multiplied by log-normal noise of this deviation.
    func observed(noise: Double, seed: UInt64, every stride: Int = 1) -> [TrainedRun] {
        networks.enumerated().filter { $0.offset % stride == 0 }.map { index, network in
            var observed = network
            let normal = CounterRandom.normal(seed: seed, index: index)
            observed.error = exp(truth.value(at: network.scale.logarithms) + noise * normal)
            return observed
        }
    }
}

extension QuadraticSurface {
    /// A convex surface whose gradient at a point is −slope, so that it is the best one of its budget.
    static func convex(bestAt point: SIMD3<Double>, slope: SIMD3<Double>) -> QuadraticSurface {
        let squares = SIMD3(0.2, 0.4, 0.4)
        let products = SIMD3(0.05, -0.05, 0.05)
        let mixed = SIMD3(
            products.x * point.y + products.y * point.z, products.x * point.x + products.z * point.z,
            products.y * point.x + products.z * point.y)
        return QuadraticSurface(
            constant: log(0.12), linear: -slope - 2 * squares * point - mixed, squares: squares,
            products: products)
    }
}

extension CounterRandom {
    /// A standard normal number.
    static func normal(seed: UInt64, index: Int) -> Double { normals(seed: seed, index: index).0 }
}

/// The largest difference along any axis.
func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
    let difference = a - b
    return max(difference.max(), -difference.min())
}

/// Networks on a regular grid of multiples that cost depth·width²·resolution², unrounded.
func regularGrid(_ factors: [Double] = [1, 1.3, 1.7]) -> [TrainedRun] {
    factors.flatMap { depth in
        factors.flatMap { width in
            factors.map { resolution in
                TrainedRun(
                    network: "\(depth) \(width) \(resolution)",
                    scale: RealisedScale(depth: depth, width: width, resolution: resolution),
                    macsRatio: depth * width * width * resolution * resolution, images: 96_000, error: 0.5,
                    label: "\(depth) \(width) \(resolution)")
            }
        }
    }
}

extension [TrainedRun] {
    /// The same runs with the errors of a surface.
    func following(_ surface: QuadraticSurface) -> [TrainedRun] {
        map { run in
            var following = run
            following.error = exp(surface.value(at: run.scale.logarithms))
            return following
        }
    }
}
