// A known law is found again, and what is said about a budget follows from it.

import Basics
import CompoundSearch
import Foundation
import Networks
import Testing

@Suite struct ScalingFitting {
    private let truth = QuadraticSurface.convex(
        bestAt: SIMD3(0.2, 0.13, 0.12), slope: 0.1 * SIMD3(1, 2, 2))

    private func fit(
        _ runs: [TrainedRun], budget: Double = 2, draws: Int = 100, seed: UInt64 = 0
    ) throws -> ScalingFit {
        try ScalingFit(runs, options: .init(budget: budget, draws: draws, seed: seed))
    }

    @Test func withoutNoiseTheLawIsFound() throws {
        let fit = try fit(regularGrid().following(truth))

        // What is known beforehand moves coefficients by less than the smallest noise that is reckoned with.
        for (found, expected) in zip(fit.surface.coefficients, truth.coefficients) {
            #expect(abs(found - expected) < 2e-3)
        }
        #expect(fit.rSquared > 0.999_999)
        #expect(fit.noise.seed == 0.002)
        #expect(fit.networks == 27)
        #expect(fit.runs == 27)
        #expect(distance(fit.cost.exponents, SIMD3(1, 2, 2)) < 1e-9)
        #expect(fit.cost.deviation < 1e-9)
    }

    @Test func theBestPointTheSharesAndTheSingleAxesAreThoseOfTheLaw() throws {
        // given: on d + 2w + 2r = ln 2 the bowl of equal squares is best at (1, 2, 2)·ln 2/9
        let bowl = QuadraticSurface(
            constant: -2, linear: .zero, squares: SIMD3(repeating: 0.5), products: .zero)
        let b = log(2.0)

        let fit = try fit(regularGrid([1, 1.3, 2]).following(bowl))

        let optimum = fit.optimum
        #expect(abs(optimum.scale.depth - exp(b / 9)) < 1e-3)
        #expect(abs(optimum.scale.width - exp(2 * b / 9)) < 1e-3)
        #expect(abs(optimum.scale.resolution - exp(2 * b / 9)) < 1e-3)
        #expect(optimum.bounds == [nil, nil, nil])
        for (share, expected) in zip(optimum.shares, [1.0 / 9, 4.0 / 9, 4.0 / 9]) {
            #expect(abs(share.value - expected) < 2e-3)
            #expect(share.low <= expected && expected <= share.high)
        }
        #expect(abs(optimum.error.value / exp(-2 + 0.5 * b * b / 9) - 1) < 1e-3)
        let (depth, width, resolution) = (fit.alternatives[0], fit.alternatives[1], fit.alternatives[2])
        #expect(depth.axis == .depth && abs(depth.factor - 2) < 1e-9 && depth.isSampled)
        #expect(abs(depth.ratio.value / exp(0.5 * b * b * 8 / 9) - 1) < 2e-3)
        #expect(abs(width.factor - 2.squareRoot()) < 1e-9)
        #expect(abs(resolution.error.value / exp(-2 + 0.125 * b * b) - 1) < 2e-3)
        for range in fit.shareRanges { #expect(range == 0...1) }
    }

    @Test func curvesMeetTheBestPointAndTheSingleAxesAtTheBudget() throws {
        let runs = regularGrid([1, 1.3, 2]).following(truth)
        let fit = try fit(runs)

        let curves = try fit.curves(runs, costs: [1, 2, 8])

        #expect(curves.map(\.axis) == [nil, .depth, .width, .resolution])
        #expect(curves[0].values[1].error == fit.optimum.error)
        for (curve, alternative) in zip(curves.dropFirst(), fit.alternatives) {
            #expect(curve.values[1].error == alternative.error)
            #expect(curve.values[1].isSampled == alternative.isSampled)
        }
        // All begin at the baseline; eight times its cost is 8 times its depth, of which 2 were sampled.
        #expect(Set(curves.map { $0.values[0].error.value }).count == 1)
        #expect(curves[1].values.map(\.isSampled) == [true, true, false])
        #expect(curves[1].values.map(\.cost) == [1, 2, 8])
    }

    @Test func intervalsShrinkWithTheNoiseAndWidenWithFewerNetworks() throws {
        let study = try SyntheticStudy.aroundB0()
        func width(_ noise: Double, every stride: Int) throws -> Double {
            let error = try fit(study.observed(noise: noise, seed: 5, every: stride), draws: 2000).optimum
                .error
            #expect(error.low <= error.value && error.value <= error.high)
            return error.width
        }
        let usual = try width(0.02, every: 1)
        #expect(try width(0.005, every: 1) < 0.5 * usual)
        #expect(try width(0.02, every: 4) > 1.3 * usual)
    }

    @Test func theSameSeedGivesTheSameAnswer() throws {
        let runs = try SyntheticStudy.aroundB0().observed(noise: 0.01, seed: 1)
        let first = try fit(runs, draws: 200, seed: 4)
        #expect(try fit(runs, draws: 200, seed: 4) == first)
        let other = try fit(runs, draws: 200, seed: 5)
        #expect(other.surface == first.surface)
        #expect(other.optimum.coefficients != first.optimum.coefficients)
    }

    @Test func networksWithoutErrorsCountHalfAnImage() throws {
        var runs = regularGrid().following(truth)
        runs[26].error = 0
        var expected = runs
        expected[26].error = 0.5 / 5000
        let found = try ScalingFit(runs, options: .init(budget: 2, draws: 100, validationImages: 5000))
        let same = try fit(expected)
        #expect(found.surface == same.surface)
        #expect(found.flawless == 1)
        #expect(same.flawless == 0)
    }

    @Test func anOptimumOnTheBorderSaysSo() throws {
        // given: depth is worth nothing, resolution more than the largest sampled
        let steep = QuadraticSurface(
            constant: -2, linear: SIMD3(0.5, -0.1, -3), squares: .zero, products: .zero)
        let fit = try fit(regularGrid().following(steep), budget: 4)
        #expect(fit.optimum.bounds == [.unscaled, nil, .largest])
        #expect(abs(fit.optimum.scale.depth - 1) < 1e-12)
        #expect(abs(fit.optimum.scale.resolution - 1.7) < 1e-12)
        #expect(abs(fit.optimum.scale.width - 2 / 1.7) < 1e-6)
        #expect(fit.alternatives.map(\.isSampled) == [false, false, false])
    }

    @Test func anAxisThatIsNeverScaledTakesNothing() throws {
        let flat = regularGrid().filter { $0.scale.resolution == 1 }.following(truth)
        let fit = try fit(flat, budget: 2)
        #expect(fit.optimum.shares[2].low == 0 && fit.optimum.shares[2].high == 0)
        #expect(fit.optimum.coefficients[2].value == 1)
        #expect(fit.shareRanges[2] == 0...0)
    }

    @Test func theRecommendedNetworkIsTheFastestOfThoseThatCannotBeToldFromTheBest() throws {
        let study = try SyntheticStudy.aroundB0()
        let runs = study.observed(noise: 0.02, seed: 2)
        let within = runs.filter { abs($0.macsRatio / 2 - 1) <= 0.05 }
        // given: each network as fast as its number is low
        let latencies = Dictionary(
            uniqueKeysWithValues: within.enumerated().map { ($1.network, Double($0 + 1)) })

        let noisy = try ScalingFit(runs, latencies: latencies, options: .init(budget: 2, regret: 0.05))
        let exact = try ScalingFit(
            study.observed(noise: 1e-6, seed: 2), latencies: latencies,
            options: .init(budget: 2, regret: 0.0001))

        let recommended = try #require(noisy.recommended)
        let allowed = noisy.candidates.filter { $0.isIndistinguishable && $0.regret <= 0.05 }
        #expect(allowed.count > 3)
        #expect(recommended.network.latency == allowed.compactMap(\.network.latency).min())
        // and: without noise it is the truly best one
        let best = within.min {
            study.truth.value(at: $0.scale.logarithms) < study.truth.value(at: $1.scale.logarithms)
        }
        #expect(exact.recommended?.network.hash == best?.network)
    }

    @Test func aLuckyTrialIsNotTheAnswer() throws {
        // given: a network far from the best point that happened to err a tenth less than the law says
        let study = try SyntheticStudy.aroundB0()
        var runs = study.observed(noise: 0.03, seed: 3)
        let within = runs.indices.filter { abs(runs[$0].macsRatio / 2 - 1) <= 0.05 }
        let worst = try #require(
            within.max {
                study.truth.value(at: runs[$0].scale.logarithms)
                    < study.truth.value(at: runs[$1].scale.logarithms)
            })
        let lowest = within.map { runs[$0].error }.min() ?? 0
        runs[worst].error = 0.99 * lowest

        let fit = try fit(runs, draws: 1000)

        #expect(fit.recommended?.network.hash != runs[worst].network)
        #expect(fit.candidates.first?.network.hash != runs[worst].network)
    }
}

@Suite struct ScalingLength {
    /// Width is worth most in short runs and nothing in long ones.
    private func error(_ run: TrainedRun, images: Double) -> Double {
        let t = log(images / 96_000)
        let x = run.scale.logarithms
        return exp(-2 - 0.25 * t + 0.1 * t * t - 0.1 * x.x - 0.2 * x.z + 0.25 * t * x.y + 0.3 * x.y * x.y)
    }

    private func runs(_ lengths: [Double]) -> [TrainedRun] {
        lengths.flatMap { images in
            regularGrid().map { run in
                var trained = run
                trained.images = images
                trained.error = error(run, images: images)
                return trained
            }
        }
    }

    @Test func theLawOfShorterRunsForetellsLongerOnes() throws {
        // given: runs of a quarter and half of the length, and a sixteenth
        let law = try ScalingLaw(runs([6_000, 24_000, 48_000]), images: 96_000)
        for run in regularGrid() {
            let foretold = exp(law.surface.value(at: run.scale.logarithms))
            #expect(abs(foretold / error(run, images: 96_000) - 1) < 0.02)
        }
    }

    @Test func extrapolatingWidensTheInterval() throws {
        let all = runs([24_000, 48_000, 96_000])
        let short = runs([24_000, 48_000])
        func width(_ runs: [TrainedRun]) throws -> Double {
            try ScalingFit(runs, options: .init(budget: 2, images: 96_000)).optimum.error.width
        }
        #expect(try width(short) > 2 * width(all))
    }

    @Test func theAnswerIsForTheLongestTrainingUnlessAnotherIsAskedFor() throws {
        let runs = runs([24_000, 96_000])
        let long = try ScalingFit(runs, options: .init(budget: 2))
        let short = try ScalingFit(runs, options: .init(budget: 2, images: 24_000))
        #expect(long.images == 96_000)
        #expect(short.optimum.shares[1].value > long.optimum.shares[1].value + 0.1)
    }

    @Test func continuedTrainingHasATermOfItsOwn() throws {
        // given: half of the networks again, continued under a second schedule that takes a tenth off the error
        let first = runs([48_000, 96_000])
        let continued = regularGrid().prefix(13).map { run in
            var trained = run
            trained.images = 96_000
            trained.isContinued = true
            trained.error = 0.9 * error(run, images: 96_000)
            return trained
        }
        let with = try ScalingLaw(first + continued, images: 96_000)
        let without = try ScalingLaw(first, images: 96_000)
        for run in regularGrid() {
            let point = run.scale.logarithms
            #expect(abs(with.surface.value(at: point) - without.surface.value(at: point)) < 2e-3)
        }
    }

    @Test func seedsAndNetworksAreToldApart() throws {
        // given: networks that lie 4 % off the law, and each trained from four seeds that differ by 1 %
        let runs = regularGrid().enumerated().flatMap { index, run in
            (0..<4).map { seed in
                var trained = run
                let own = 0.04 * CounterRandom.normal(seed: 1, index: index)
                trained.error = exp(-2 + own + 0.01 * CounterRandom.normal(seed: 2, index: 4 * index + seed))
                return trained
            }
        }
        let noise = try ScalingLaw(runs, images: 96_000).noise
        #expect(0.007...0.014 ~= noise.seed)
        #expect(0.02...0.06 ~= noise.network)
    }
}
