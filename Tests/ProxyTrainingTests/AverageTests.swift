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

    @Test func theAverageIsTheWeightedSumOfAllSteps() throws {
        let network = try TrainingRunTests.network()
        let trainable = try TrainableNetwork(network, weights: .initial(for: network, seed: 1), batch: 8)
        let images = (0..<8 * network.input.elements).map { Float($0 % 7) - 3 }
        let optimiser = try Optimiser(.momentum(0.9), decay: 1e-4, averageKeep: 0.3, for: trainable)
        let steps = 6
        var parameters = [trainable.parameters.array]
        var statistics = [trainable.statistics.array]
        for _ in 0..<steps {
            _ = trainable.step(images, [0, 1, 2, 3, 0, 1, 2, 3], update: optimiser.step(rate: 0.05))
            parameters.append(trainable.parameters.array)
            statistics.append(trainable.statistics.array)
        }
        // keep is 1/10, 2/11, 3/12, 4/13 and from then on 0.3: what is of step n is multiplied by each later one.
        let keeps = [0.1, 2 / 11.0, 0.25, 0.3, 0.3, 0.3]
        var shares: [Double] = []
        for step in 0...steps {
            let own = step == 0 ? 1 : 1 - keeps[step - 1]
            shares.append(keeps[step...].reduce(own, *))
        }
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
        func expect(_ average: [Float]?, _ seen: [[Float]]) throws {
            let average = try #require(average)
            for index in average.indices {
                var sum = 0.0
                for (share, values) in zip(shares, seen) { sum += share * Double(values[index]) }
                #expect(abs(Double(average[index]) - sum) <= 1e-6 * max(1, abs(sum)))
            }
        }
        try expect(optimiser.average?.array, parameters)
        try expect(optimiser.averageStatistics?.array, statistics)
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
