// What an evaluation says beside accuracy: recall a class, and whether anything was learned at all.

import Datasets
import NetworkExecution
import Networks
import ProxyTraining
import Testing

@Suite struct EvaluationTests {
    /// Images of which only labels matter.
    private func images(_ labels: [UInt16]) throws -> ScaledImages {
        let images = LabelledImages(
            height: 12, width: 12, channels: 1, pixels: (0..<labels.count * 144).map { UInt8($0 % 251) },
            labels: labels)
        return try ScaledImages(
            images, resolution: 12, normalisation: try Normalisation(of: images, resolution: 12))
    }

    /// Weights that take every image for one class.
    private func constant(_ label: Int, _ network: Network) -> NetworkWeights {
        var weights = NetworkWeights.initial(for: network, seed: 1)
        let last = weights.layers.count - 1
        weights.layers[last][0].weight = weights.layers[last][0].weight.map { _ in 0 }
        weights.layers[last][0].bias = (0..<network.architecture.classes).map { $0 == label ? 5 : 0 }
        return weights
    }

    @Test func theCommonestClassIsNoAchievement() throws {
        let network = try TrainingRunTests.network()
        let labels = [UInt16](repeating: 2, count: 95) + [0, 0, 0, 1, 1]
        let found = try Evaluation(of: network, weights: constant(2, network), on: images(labels))
        #expect(found.accuracy == 0.95 && found.commonestShare == 0.95)
        // Of three classes with images, one is found.
        #expect(abs(found.balancedAccuracy - 1.0 / 3) < 1e-12)
        #expect(found.onlyPrediction == 2)
        #expect(found.classes.map(\.images) == [3, 2, 95, 0])
        #expect(found.classes.map(\.hits) == [0, 0, 95, 0])
        #expect(found.classes.map(\.predictions) == [0, 0, 100, 0])
        #expect(found.classes.map(\.recall) == [0, 0, 1, nil])
    }

    @Test func imagesOfOneClassAllowOnePrediction() throws {
        let network = try TrainingRunTests.network()
        let found = try Evaluation(of: network, weights: constant(1, network), on: images([1, 1, 1]))
        #expect(found.onlyPrediction == nil && found.balancedAccuracy == 1)
    }

    @Test func countsOfClassesAddUp() throws {
        let network = try TrainingRunTests.network()
        let images = try TrainingRunTests.images()
        let found = try Evaluation(of: network, weights: .random(for: network, seed: 3), on: images)
        #expect(found.classes.map(\.images).reduce(0, +) == images.count)
        #expect(found.classes.map(\.predictions).reduce(0, +) == images.count)
        #expect(found.classes.map(\.hits).reduce(0, +) == found.hits)
    }
}
