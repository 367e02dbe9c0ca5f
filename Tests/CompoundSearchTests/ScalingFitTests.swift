// A known law is found again, with intervals that hold what they promise.

import CompoundSearch
import Foundation
import Networks
import Testing

@Suite struct ScalingLaw {
    private let truth = QuadraticSurface.convex(
        bestAt: SIMD3(0.2, 0.13, 0.12), slope: 0.1 * SIMD3(1, 2, 2))

    @Test func withoutNoiseTheLawIsFoundExactly() throws {
        let fit = try ScalingFit(regularGrid().following(truth), options: .init(budget: 2, replicates: 50))

        for (found, expected) in zip(fit.surface.coefficients, truth.coefficients) {
            #expect(abs(found - expected) < 1e-12)
        }
        #expect(abs(fit.rSquared - 1) < 1e-12)
        #expect(fit.deviation < 1e-12)
        #expect(fit.networks == 27)
        #expect(distance(fit.cost.exponents, SIMD3(1, 2, 2)) < 1e-12)
        #expect(fit.cost.deviation < 1e-12)
    }

    @Test func theBestPointTheSharesAndTheSingleAxesAreThoseOfTheLaw() throws {
        // given: on d + 2w + 2r = ln 2 the bowl of equal squares is best at (1, 2, 2)·ln 2/9
        let bowl = QuadraticSurface(
            constant: -2, linear: .zero, squares: SIMD3(repeating: 0.5), products: .zero)
        let b = log(2.0)

        let fit = try ScalingFit(
            regularGrid([1, 1.3, 2]).following(bowl), options: .init(budget: 2, replicates: 50))

        let optimum = fit.optimum
        #expect(abs(optimum.scale.depth - exp(b / 9)) < 1e-9)
        #expect(abs(optimum.scale.width - exp(2 * b / 9)) < 1e-9)
        #expect(abs(optimum.scale.resolution - exp(2 * b / 9)) < 1e-9)
        #expect(optimum.bounds == [nil, nil, nil])
        for (share, expected) in zip(optimum.shares, [1.0 / 9, 4.0 / 9, 4.0 / 9]) {
            #expect(abs(share.value - expected) < 1e-9)
        }
        #expect(abs(optimum.error.value - exp(-2 + 0.5 * b * b / 9)) < 1e-9)
        let (depth, width, resolution) = (fit.alternatives[0], fit.alternatives[1], fit.alternatives[2])
        #expect(depth.axis == .depth && abs(depth.factor - 2) < 1e-9 && depth.isSampled)
        #expect(abs(depth.error.value - exp(-2 + 0.5 * b * b)) < 1e-9)
        #expect(abs(depth.ratio.value - exp(0.5 * b * b * 8 / 9)) < 1e-9)
        #expect(abs(width.factor - 2.squareRoot()) < 1e-9)
        #expect(abs(resolution.error.value - exp(-2 + 0.125 * b * b)) < 1e-9)
    }

    /// 300 studies of 34 networks with noise of 1 % of the error, which is what three seeds leave.
    @Test func theTrueCoefficientsLieInTheirIntervals95TimesIn100() throws {
        let study = try SyntheticStudy.aroundB0()
        let studies = 300
        let seeds = UInt64(1000)..<UInt64(1000 + studies)
        var hits = [0, 0, 0]
        var shareHits = 0

        for seed in seeds {
            let observations = study.observed(noise: 0.01, seed: seed, every: 2)
            let fit = try ScalingFit(
                observations, options: .init(budget: 2, replicates: 1000, seed: seed))
            // The cost follows from the sizes alone, so the true optimum is on the same budget.
            let points = observations.map(\.scale.logarithms)
            let upper = points.reduce(points[0]) { pointwiseMax($0, $1) }
            let budget = BudgetSurface(
                exponents: fit.cost.exponents, logBudget: log(2.0), lower: .zero, upper: upper)
            let best = try #require(budget.minimum(of: study.truth))
            for axis in 0..<3 {
                let estimate = fit.optimum.coefficients[axis]
                if estimate.low...estimate.high ~= exp(best[axis]) { hits[axis] += 1 }
            }
            let depthShare = best.x * fit.cost.exponents.x / log(2.0)
            if fit.optimum.shares[0].low...fit.optimum.shares[0].high ~= depthShare { shareHits += 1 }
        }

        let rates = hits.map { Double($0) / Double(studies) }
        print("α, β, γ within their 95 % intervals in", rates, "of", studies, "studies; seeds \(seeds)")
        // 95 % of 300, give or take three binomial deviations of 1.26 points.
        for rate in rates { #expect(0.912...0.988 ~= rate) }
        #expect(shareHits == hits[0])
    }

    @Test func intervalsShrinkWithTheNoiseAndWidenWithFewerNetworks() throws {
        let study = try SyntheticStudy.aroundB0()
        func width(_ noise: Double, every stride: Int) throws -> Double {
            let fit = try ScalingFit(
                study.observed(noise: noise, seed: 5, every: stride), options: .init(budget: 2))
            let beta = fit.optimum.coefficients[1]
            #expect(beta.low <= beta.value && beta.value <= beta.high)
            return beta.high - beta.low
        }
        let usual = try width(0.005, every: 1)
        #expect(try width(0.001, every: 1) < 0.4 * usual)
        #expect(try width(0.005, every: 4) > 1.5 * usual)
    }

    @Test func theSameSeedGivesTheSameIntervals() throws {
        let observations = try SyntheticStudy.aroundB0().observed(noise: 0.01, seed: 1)
        let first = try ScalingFit(observations, options: .init(budget: 2, replicates: 200, seed: 4))
        #expect(first == (try ScalingFit(observations, options: .init(budget: 2, replicates: 200, seed: 4))))
        let other = try ScalingFit(observations, options: .init(budget: 2, replicates: 200, seed: 5))
        #expect(other.surface == first.surface)
        #expect(other.optimum.coefficients != first.optimum.coefficients)
    }

    @Test func aMeanOfThreeSeedsCountsLikeThreeNetworks() throws {
        // given: one network that disagrees with the law, seen three times or once with three seeds
        var observations = regularGrid().following(truth)
        observations[13].error *= 1.1
        var repeated = observations
        repeated += [observations[13], observations[13]]
        observations[13].seeds = 3

        let options = ScalingFit.Options(budget: 2, replicates: 10)
        let weighted = try ScalingFit(observations, options: options)
        let plain = try ScalingFit(repeated, options: options)

        for (a, b) in zip(weighted.surface.coefficients, plain.surface.coefficients) {
            #expect(abs(a - b) < 1e-12)
        }
        #expect(
            weighted.surface != (try ScalingFit(regularGrid().following(truth), options: options)).surface)
    }

    @Test func seedNoiseIsReportedBesideTheResiduals() throws {
        var observations = regularGrid().following(truth)
        for index in observations.indices {
            observations[index].seeds = 4
            observations[index].deviation = 0.02 * observations[index].error
        }
        let fit = try ScalingFit(observations, options: .init(budget: 2, replicates: 10))
        // A mean of four seeds varies by half of what one seed does.
        #expect(abs(try #require(fit.seedDeviation) - 0.01) < 1e-12)
        #expect(
            try ScalingFit(regularGrid().following(truth), options: .init(budget: 2, replicates: 10))
                .seedDeviation == nil)
    }

    @Test func networksWithoutErrorsCountHalfAnImage() throws {
        var observations = regularGrid().following(truth)
        observations[26].error = 0
        var expected = observations
        expected[26].error = 0.5 / 5000
        let found = try ScalingFit(
            observations, options: .init(budget: 2, replicates: 10, validationImages: 5000))
        let same = try ScalingFit(expected, options: .init(budget: 2, replicates: 10))
        #expect(found.surface == same.surface)
        #expect(found.flawless == 1)
        #expect(same.flawless == 0)
    }

    @Test func anOptimumOnTheBorderSaysSo() throws {
        // given: depth is worth nothing, resolution more than the largest sampled
        let steep = QuadraticSurface(
            constant: -2, linear: SIMD3(0.5, -0.1, -3), squares: .zero, products: .zero)
        let fit = try ScalingFit(
            regularGrid().following(steep), options: .init(budget: 4, replicates: 10))
        #expect(fit.optimum.bounds == [.unscaled, nil, .largest])
        #expect(abs(fit.optimum.scale.depth - 1) < 1e-12)
        #expect(abs(fit.optimum.scale.resolution - 1.7) < 1e-12)
        #expect(abs(fit.optimum.scale.width - 2 / 1.7) < 1e-9)
        #expect(fit.alternatives.map(\.isSampled) == [false, false, false])

        // and: where everything sampled is deeper than the baseline, depth cannot go below it
        let deeper = regularGrid().map { observation in
            var deeper = observation
            deeper.scale.depth *= 1.2
            deeper.macsRatio *= 1.2
            return deeper
        }
        let above = try ScalingFit(deeper.following(steep), options: .init(budget: 4, replicates: 10))
        #expect(above.optimum.bounds[0] == .smallest)
        #expect(abs(above.optimum.scale.depth - 1.2) < 1e-9)
    }

    @Test func candidatesOfTheBudgetAreRankedByTheLawAndTheDoubtfulOnesNamed() throws {
        let study = try SyntheticStudy.aroundB0()
        let exact = try ScalingFit(study.observed(noise: 1e-6, seed: 2), options: .init(budget: 2))
        let noisy = try ScalingFit(study.observed(noise: 0.02, seed: 2), options: .init(budget: 2))

        let within = study.networks.filter { abs($0.macsRatio / 2 - 1) <= 0.05 }
        #expect(exact.candidates.count == within.count)
        #expect(exact.candidates.map(\.error) == exact.candidates.map(\.error).sorted())
        let best = within.min { a, b in
            study.truth.value(at: a.scale.logarithms) < study.truth.value(at: b.scale.logarithms)
        }
        #expect(exact.candidates[0].observation.label == best?.label)
        #expect(exact.indistinguishable.count == 1)
        #expect(noisy.indistinguishable.count > 5)
        #expect(noisy.indistinguishable.count < noisy.candidates.count)
        #expect(noisy.candidates.allSatisfy { $0.ratio.low <= $0.ratio.high })
    }
}
