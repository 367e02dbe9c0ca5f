// What is no run, or leaves nothing to compare, is refused in a sentence.

import CompoundSearch
import Foundation
import Networks
import Testing

@Suite struct ScalingRefusal {
    private let law = QuadraticSurface.convex(bestAt: SIMD3(0.2, 0.13, 0.12), slope: 0.1 * SIMD3(1, 2, 2))

    /// The refusal of these runs.
    private func refusal(_ runs: [TrainedRun], budget: Double = 2) -> ScalingFitError? {
        do {
            _ = try ScalingFit(runs, options: .init(budget: budget, draws: 100))
            return nil
        } catch {
            return error
        }
    }

    @Test func threeNetworksAreTooFew() {
        let three = Array(regularGrid().following(law).prefix(3))
        #expect(refusal(three) == .tooFewNetworks(3, needed: 4))
        // and: the same networks again are no further ones
        #expect(refusal(three + three) == .tooFewNetworks(3, needed: 4))
    }

    @Test func oneCostLevelSaysWhereToSpendThough() throws {
        let study = try SyntheticStudy.aroundB0()
        let one = study.observed(noise: 0.002, seed: 1).filter { abs($0.macsRatio / 2 - 1) <= 0.05 }
        let fit = try ScalingFit(one, options: .init(budget: 2, draws: 500))
        #expect(!fit.tellsNothing)
        #expect(abs(fit.optimum.shares[0].value - 0.3) < 0.1)
    }

    @Test func fewNoisyNetworksTellNothingAndSaySo() throws {
        let study = try SyntheticStudy.aroundB0()
        let noisy = study.observed(noise: 0.5, seed: 1, every: 20)
        #expect(try ScalingFit(noisy, options: .init(budget: 2, draws: 500)).tellsNothing)
    }

    @Test func levelsAreBandsOfFifteenPercent() throws {
        let fit = try ScalingFit(regularGrid().following(law), options: .init(budget: 2, draws: 100))
        #expect(fit.costLevels.map(\.networks).reduce(0, +) == 27)
        #expect(fit.costLevels[0].ratios == 1...1)
        for (level, next) in zip(fit.costLevels, fit.costLevels.dropFirst()) {
            #expect(level.ratios.upperBound <= 1.15 * level.ratios.lowerBound)
            #expect(next.ratios.lowerBound > 1.15 * level.ratios.lowerBound)
        }
    }

    @Test func errorsAndSizesThatAreNoneNameTheirNetwork() {
        var runs = regularGrid().following(law)
        runs[5].error = 1.5
        #expect(refusal(runs) == .impossibleError(network: runs[5].label, error: 1.5))
        runs[5].error = .nan
        if case .impossibleError(let network, _) = refusal(runs) {
            #expect(network == runs[5].label)
        } else {
            Issue.record("an error of NaN was taken")
        }
        runs = regularGrid().following(law)
        runs[7].scale.width = 0
        #expect(refusal(runs) == .impossibleScale(network: runs[7].label))
        runs = regularGrid().following(law)
        runs[7].images = 0
        #expect(refusal(runs) == .impossibleScale(network: runs[7].label))
    }

    @Test func equalErrorsTellNothing() {
        #expect(refusal(regularGrid()) == .equalErrors)
    }

    @Test func budgetsThatNothingRealisesSayWhatCanBe() {
        let runs = regularGrid().following(law)
        #expect(refusal(runs, budget: 1) == .budgetTooSmall(1))
        guard case .budgetOutOfReach(let budget, let reachable)? = refusal(runs, budget: 40) else {
            Issue.record("a budget of 40× was taken")
            return
        }
        #expect(budget == 40)
        #expect(abs(reachable.lowerBound - 1) < 1e-6)
        #expect(abs(reachable.upperBound - pow(1.7, 5)) < 1e-3)
    }

    @Test func anAxisThatCostsNothingHasNoBudgetToShare() {
        let free = regularGrid().following(law).map { run in
            var free = run
            free.macsRatio = run.scale.width * run.scale.width * run.scale.resolution * run.scale.resolution
            return free
        }
        #expect(refusal(free) == .freeAxis(.depth))
    }
}
