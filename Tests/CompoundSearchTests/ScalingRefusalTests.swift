// What the networks do not determine is refused, and the sentence says what to sample instead.

import CompoundSearch
import Foundation
import Networks
import Testing

@Suite struct ScalingRefusal {
    private let law = QuadraticSurface.convex(bestAt: SIMD3(0.2, 0.13, 0.12), slope: 0.1 * SIMD3(1, 2, 2))

    /// The refusal of these networks.
    private func refusal(_ observations: [AccuracyObservation], budget: Double = 2) -> ScalingFitError? {
        do {
            _ = try ScalingFit(observations, options: .init(budget: budget, replicates: 10))
            return nil
        } catch {
            return error
        }
    }

    @Test func elevenNetworksAreTooFew() {
        let eleven = Array(regularGrid().following(law).prefix(11))
        #expect(refusal(eleven) == .tooFewNetworks(11, needed: 12))
        // and: the same sizes again are no further networks
        #expect(refusal(eleven + eleven) == .tooFewNetworks(11, needed: 12))
    }

    @Test func oneAndTwoCostLevelsAreTooFew() throws {
        let study = try SyntheticStudy.aroundB0().observed(noise: 0.01, seed: 1)
        let two = study.filter { abs($0.macsRatio / 2 - 1) <= 0.05 || abs($0.macsRatio / 2.5 - 1) <= 0.05 }
        #expect(refusal(two) == .tooFewCostLevels(2, networks: two.count))
        let one = study.filter { abs($0.macsRatio / 2 - 1) <= 0.05 }
        #expect(refusal(one) == .tooFewCostLevels(1, networks: one.count))
        #expect(refusal(one)?.description.contains("sample at least three") == true)
        #expect(refusal(study) == nil)
    }

    @Test func levelsAreBandsOfFifteenPercent() throws {
        let observations = regularGrid().following(law)
        let fit = try ScalingFit(observations, options: .init(budget: 2, replicates: 10))
        #expect(fit.costLevels.map(\.networks).reduce(0, +) == 27)
        #expect(fit.costLevels[0].macsRatios == 1...1)
        #expect(fit.costLevels[1].macsRatios == 1.3...1.3)
        for (level, next) in zip(fit.costLevels, fit.costLevels.dropFirst()) {
            #expect(level.macsRatios.upperBound <= 1.15 * level.macsRatios.lowerBound)
            #expect(next.macsRatios.lowerBound > 1.15 * level.macsRatios.lowerBound)
        }
    }

    @Test func anAxisOfTwoValuesHasNoCurve() {
        let coarse = regularGrid([1, 1.2, 1.4, 1.7]).filter { [1, 1.4].contains($0.scale.depth) }
        let error = refusal(coarse.following(law))
        #expect(error == .tooFewValues(.depth, values: [1, 1.4]))
        #expect(
            error?.description
                == "realised depth takes only 1.00 and 1.40 times the baseline's, and a curve needs three "
                + "values; widen the range of α, or round less coarsely.")
    }

    @Test func axesThatVaryTogetherAreNamed() {
        // given: width follows depth, as in a table where the two factors are always equal
        var together = regularGrid([1, 1.2, 1.5, 1.8])
        for index in together.indices { together[index].scale.width = together[index].scale.depth }
        guard case .collinearAxes(let axes, let number)? = refusal(together.following(law)) else {
            Issue.record("\(String(describing: refusal(together.following(law))))")
            return
        }
        #expect(axes == [.depth, .width])
        #expect(number > 1e6)
    }

    @Test func termsThatCannotBeToldApartAreNamed() {
        // given: every network is deeper than wide or the reverse, never both, so depth·width is always 0
        let crossing = regularGrid([1, 1.2, 1.5, 1.8]).filter { $0.scale.depth == 1 || $0.scale.width == 1 }
        let error = refusal(crossing.following(law))
        guard case .collinearTerms(let terms, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(terms.contains("depth·width"))
        #expect(error?.description.contains("other combinations") == true)
    }

    @Test func errorsThatSayNothingAreRefused() {
        #expect(refusal(regularGrid()) == .equalErrors)
        var broken = regularGrid().following(law)
        broken[3].error = 1.5
        #expect(refusal(broken) == .impossibleError(network: "1.0 1.3 1.0", error: 1.5))
        broken[3].error = .nan
        guard case .impossibleError(_, let error)? = refusal(broken) else {
            Issue.record("NaN was taken for an error")
            return
        }
        #expect(error.isNaN)
        broken[3].error = 0.1
        broken[3].macsRatio = 0
        #expect(refusal(broken) == .impossibleScale(network: "1.0 1.3 1.0"))
    }

    @Test func budgetsOutOfReachNameWhatIsInReach() throws {
        let observations = regularGrid().following(law)
        #expect(refusal(observations, budget: 1) == .budgetTooSmall(1))
        #expect(refusal(observations, budget: .nan)?.description.contains("more than 1×") == true)
        guard case .budgetOutOfReach(20, let reachable)? = refusal(observations, budget: 20) else {
            Issue.record("\(String(describing: refusal(observations, budget: 20)))")
            return
        }
        #expect(abs(reachable.lowerBound - 1) < 1e-9)
        #expect(abs(reachable.upperBound - pow(1.7, 5)) < 1e-9)
    }

    @Test func anAxisThatCostsNothingIsRefused() {
        var free = regularGrid([1, 1.2, 1.5, 1.8])
        for index in free.indices { free[index].macsRatio /= free[index].scale.depth }
        #expect(refusal(free.following(law)) == .freeAxis(.depth))
    }
}
