// Weights: folding, and numbers made of a seed.

import NetworkExecution
import Networks
import Testing

@Test func foldingABatchNormKeepsTheFunction() {
    let norm = BatchNorm(
        scale: [2, -1], shift: [0.5, 3], mean: [1, 4], variance: [0.24, 3.99], epsilon: 0.01)
    let folded = MatrixWeights(weight: [3, 1], bias: [0.25, 0], norm: norm).folded
    // Channel 0: ((3x + 0.25) - 1) / 0.5 · 2 + 0.5; channel 1: (x - 4) / 2 · -1 + 3.
    #expect(folded.weight == [12, -0.5])
    #expect(folded.bias == [-2.5, 5])
    #expect(folded.norm == nil)
}

@Test func randomWeightsDependOnSeedAndPlaceAlone() throws {
    let network = try Network(PublishedNetworks.architecture(named: "resnet-18"))
    let first = NetworkWeights.random(for: network, seed: 7)
    let again = NetworkWeights.random(for: network, seed: 7)
    let other = NetworkWeights.random(for: network, seed: 8)
    #expect(first.layers[0][0].weight == again.layers[0][0].weight)
    #expect(first.layers[0][0].weight != other.layers[0][0].weight)
    #expect(Set(first.layers.flatMap { $0.map { $0.weight[0] } }).count == 21)
}

@Test func everyOperationSaysWhatMatricesItNeeds() throws {
    for architecture in PublishedNetworks.all {
        let network = try Network(architecture)
        let parameters = network.layers.flatMap(\.operation.matrices).map {
            $0.count + ($0.hasBias ? $0.outputs : 0) + ($0.normalised ? 2 * $0.outputs : 0)
        }
        #expect(parameters.reduce(0, +) == network.cost.parameters.value, "\(architecture.name)")
    }
}
