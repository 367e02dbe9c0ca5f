// Networks with grouped convolutions against the reference execution.

import ConvolutionKernels
import NetworkExecution
import Networks
import ReferenceExecution
import Testing

/// A network whose k×k convolutions are grouped, in turn by these numbers.
struct GroupedCase: CustomStringConvertible, Sendable {
    let network: NetworkCase
    let groups: [Int]

    var description: String { "\(network) groups \(groups)" }

    static let all = [
        GroupedCase(network: NetworkCase(name: "resnet-50", resolution: 64, width: 0.5), groups: [4, 8, 32]),
        GroupedCase(
            network: NetworkCase(
                name: "resnet-50", resolution: 63, width: 0.25, padding: .same, batch: 2, seed: 2),
            groups: [2, 4]),
        GroupedCase(
            network: NetworkCase(name: "resnet-18", resolution: 90, width: 0.75, batch: 2, seed: 3),
            groups: [3, 2, 6]),
        GroupedCase(
            network: NetworkCase(name: "resnet-18", resolution: 57, padding: .same, batch: 3, seed: 4),
            groups: [2, 8]),
        GroupedCase(
            network: NetworkCase(name: "se-resnet-50", resolution: 48, width: 0.25, seed: 5), groups: [8, 2]),
        GroupedCase(
            network: NetworkCase(name: "se-resnet-18", resolution: 41, width: 0.5, batch: 2, seed: 6),
            groups: [4, 32]),
    ]
}

@Suite struct GroupedNetworkTests {
    @Test(arguments: GroupedCase.all)
    func groupedConvolutionsMatchTheReference(_ test: GroupedCase) throws {
        let network = try test.network.network
        let layers = network.groupedLayers(test.groups)
        #expect(layers.contains { $0.operation.isGrouped })
        let weights = layers.weights(of: .random(for: network, seed: test.network.seed))
        let images = test.network.images(network)
        let expected = layers.referenceLogits(images, weights: weights).values
        let largest = expected.map(abs).max() ?? 0
        #expect(largest > 0.01 && largest.isFinite, "a dull network proves nothing")
        for set in InstructionSet.allCases where set.isSupported {
            var first: [Float]?
            for threads in 1...3 {
                let compiled = try CompiledNetwork(
                    network, layers: layers, weightSource: WeightSource { weights.layers[$0] },
                    batch: test.network.batch, pool: ThreadPool(count: threads), instructionSet: set)
                let plan = try ExecutionPlan(
                    network, layers: layers, batch: test.network.batch, threads: threads, instructionSet: set)
                #expect(plan.arenaBytes == compiled.arenaBytes)
                #expect(plan.weightBytes == compiled.weightBytes)
                let logits = compiled.run(images).values
                let error = zip(logits, expected).map { abs($0 - $1) }.max() ?? .infinity
                #expect(error <= 1e-4 * largest, "\(test), \(set.rawValue), \(threads) threads")
                #expect(logits == first ?? logits, "threads changed a bit")
                first = logits
            }
        }
    }
}

extension Operation {
    fileprivate var isGrouped: Bool {
        if case .convolution(let convolution) = self { convolution.isGrouped } else { false }
    }
}
