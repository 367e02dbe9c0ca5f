// Networks with grouped convolutions against the reference execution.

import ConvolutionKernels
import NetworkExecution
import Networks
import ReferenceExecution
import Testing

/// A network whose spatial convolutions are grouped, stage by stage in turn by these numbers.
struct GroupedCase: CustomStringConvertible, Sendable {
    let test: NetworkCase
    let groups: [Int]

    var description: String { "\(test) groups \(groups)" }

    var network: Network {
        get throws {
            var architecture = try test.network.architecture
            for index in architecture.stages.indices {
                architecture.stages[index].options.groups = groups[index % groups.count]
            }
            return try Network(architecture)
        }
    }

    static let all = [
        GroupedCase(test: NetworkCase(name: "resnet-50", resolution: 64, width: 0.5), groups: [4, 8, 32]),
        GroupedCase(
            test: NetworkCase(
                name: "resnet-50", resolution: 63, width: 0.25, padding: .same, batch: 2, seed: 2),
            groups: [2, 4]),
        GroupedCase(
            test: NetworkCase(name: "resnet-50", resolution: 90, width: 0.375, batch: 2, seed: 3),
            groups: [3, 2, 6]),
        GroupedCase(
            test: NetworkCase(name: "resnet-50", resolution: 57, padding: .same, batch: 3, seed: 4),
            groups: [2, 8]),
        GroupedCase(
            test: NetworkCase(name: "se-resnet-50", resolution: 48, width: 0.25, seed: 5), groups: [8, 2]),
        GroupedCase(
            test: NetworkCase(name: "se-resnet-50", resolution: 41, width: 0.5, batch: 2, seed: 6),
            groups: [4, 32]),
    ]

    static let published = [
        NetworkCase(name: "regnety-002", resolution: 64),
        NetworkCase(name: "regnetx-004", resolution: 47, seed: 2),
        NetworkCase(name: "regnety-016", resolution: 33, width: 0.5, batch: 2, seed: 3),
        NetworkCase(name: "resnext-50-32x4d", resolution: 64, seed: 4),
        NetworkCase(name: "seresnext-50-32x4d", resolution: 35, width: 0.5, padding: .same, seed: 5),
    ]
}

@Suite struct GroupedNetworkTests {
    @Test(arguments: GroupedCase.all)
    func groupedConvolutionsMatchTheReference(_ grouped: GroupedCase) throws {
        try check(grouped.network, grouped.test)
    }

    @Test(arguments: GroupedCase.published)
    func networksThatGroupMatchTheReference(_ test: NetworkCase) throws { try check(test.network, test) }

    private func check(_ network: Network, _ test: NetworkCase) throws {
        #expect(network.layers.contains { $0.operation.isGrouped })
        let weights = NetworkWeights.random(for: network, seed: test.seed)
        let images = test.images(network)
        let expected = network.referenceLogits(images, weights: weights).values
        let largest = expected.map(abs).max() ?? 0
        #expect(largest > 0.01 && largest.isFinite, "a dull network proves nothing")
        for set in InstructionSet.allCases where set.isSupported {
            var first: [Float]?
            for threads in 1...3 {
                let compiled = try CompiledNetwork(
                    network, weights: weights, batch: test.batch, threads: threads, instructionSet: set)
                let plan = try ExecutionPlan(
                    network, batch: test.batch, threads: threads, instructionSet: set)
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
