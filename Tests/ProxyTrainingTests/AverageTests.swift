// The running average of weights: what it is after n steps, and that short runs are none the worse for it.

import Datasets
import NetworkExecution
import Networks
import ProxyTraining
import Recipes
import Testing

@Suite struct AverageTests {
    @Test func keepWarmsUpFromATenth() {
        #expect(Optimiser.averageKeep(0.97, after: 0) == 0.1)
        #expect(Optimiser.averageKeep(0.97, after: 5) == 0.4)
        #expect(Optimiser.averageKeep(0.97, after: 289) == Float(290.0 / 299))
        #expect(Optimiser.averageKeep(0.97, after: 290) == 0.97)
        #expect(Optimiser.averageKeep(0.5, after: 1_000_000) == 0.5)
    }

    @Test func statisticsLagAsFarBehindAsWeights() {
        // Running statistics lag 9 steps by themselves, as what keeps 0.9.
        for keep: Float in [0, 0.1, 0.5, 0.9] { #expect(Optimiser.statisticsKeep(keep) == 0) }
        for (keep, statistics) in [(0.95, 10 / 11.0), (0.97, 70 / 73.0), (0.999, 990 / 991.0)] {
            let found = Double(Optimiser.statisticsKeep(Float(keep)))
            #expect(abs(found - statistics) < 1e-5, "\(keep): \(found)")
        }
        #expect(Optimiser.statisticsKeep(Float(1).nextDown) < 1 && Optimiser.statisticsKeep(1) == 1)
    }

    @Test func theAverageIsTheWeightedSumOfAllSteps() throws {
        let network = try TrainingRunTests.network()
        let trainable = try TrainableNetwork(network, weights: .initial(for: network, seed: 1), batch: 8)
        let images = (0..<8 * network.input.elements).map { Float($0 % 7) - 3 }
        let optimiser = try Optimiser(.momentum(0.9), decay: 1e-4, averageKeep: 0.95, for: trainable)
        // Counted, not taken, so that the average is warm.
        for _ in 0..<150 { _ = optimiser.step(rate: 0.05) }
        let steps = 6
        var parameters = [trainable.parameters.array]
        var statistics = [trainable.statistics.array]
        for _ in 0..<steps {
            _ = trainable.step(images, [0, 1, 2, 3, 0, 1, 2, 3], update: optimiser.step(rate: 0.05))
            parameters.append(trainable.parameters.array)
            statistics.append(trainable.statistics.array)
        }
        // keep is 151/160, then 152/161 and so on up to 0.95: what is of step n is multiplied by each later one.
        let keeps = (150..<150 + steps).map { step -> Double in
            min(0.95, Double(1 + step) / Double(10 + step))
        }
        func shares(_ keeps: [Double]) -> [Double] {
            (0...steps).map { step -> Double in
                let own: Double = step == 0 ? 1 : 1 - keeps[step - 1]
                return keeps[step...].reduce(own, *)
            }
        }
        #expect(abs(shares(keeps).reduce(0, +) - 1) < 1e-12)
        func expect(_ average: [Float]?, _ seen: [[Float]], _ keeps: [Double]) throws {
            let average = try #require(average)
            for index in average.indices {
                var sum = 0.0
                for (share, values) in zip(shares(keeps), seen) { sum += share * Double(values[index]) }
                #expect(abs(Double(average[index]) - sum) <= 1e-6 * max(1, abs(sum)))
            }
        }
        try expect(optimiser.average?.array, parameters, keeps)
        try expect(
            optimiser.averageStatistics?.array, statistics,
            keeps.map { Double(Optimiser.statisticsKeep(Float($0))) })
    }

    @Test func aShortRunIsNoWorseWithAnAverage() throws {
        let (network, images) = (try TrainingRunTests.network(), try TrainingRunTests.images())
        func accuracy(_ keep: Double?) throws -> Double {
            var recipe = TrainingRecipe(pretraining: .init(epochs: 8))
            recipe.batch = 32
            recipe.rate = 0.2
            recipe.flips = false
            recipe.averageDecay = keep
            let run = try TrainingRun(
                network, on: images, stretch: TrainingStretch(pretraining: recipe, seed: 0))
            while !run.isFinished { _ = try run.epoch() }
            return try run.evaluate(on: images).accuracy
        }
        let plain = try accuracy(nil)
        #expect(plain > 0.6)
        for keep in [0.97, 0.999] {
            let averaged = try accuracy(keep)
            #expect(averaged > plain - 0.05, "\(keep): \(averaged), without \(plain)")
        }
    }
}
