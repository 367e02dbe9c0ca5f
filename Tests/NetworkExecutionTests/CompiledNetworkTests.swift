// The compiled network against the reference execution, on networks of every kind.

import ConvolutionKernels
import NetworkExecution
import Networks
import ReferenceExecution
import Testing

/// A network small enough for the reference, named so that a failure can be repeated.
struct NetworkCase: CustomStringConvertible, Sendable {
    let name: String
    let resolution: Int
    var width = 1.0
    var padding = Padding.symmetric
    var batch = 1
    var seed: UInt64 = 1

    var description: String {
        "\(name) --resolution \(resolution) --width \(width) \(padding) --batch \(batch) seed \(seed)"
    }

    var network: Network {
        get throws {
            var architecture = try PublishedNetworks.architecture(named: name)
            architecture.scaling.resolution = Double(resolution)
            architecture.scaling.width *= width
            architecture.padding = padding
            architecture.classes = 37
            return try Network(architecture)
        }
    }

    /// Images of this case, in -1..<1.
    func images(_ network: Network) -> Tensor {
        let shape = network.input
        var images = Tensor(batch: batch, height: shape.height, width: shape.width, channels: shape.channels)
        for index in images.values.indices {
            var z = (UInt64(index) &+ seed) &* 0x9e37_79b9_7f4a_7c15
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            images.values[index] = Float(z >> 40) * 0x1p-23 - 1
        }
        return images
    }

    static let all = [
        NetworkCase(name: "efficientnet-b0", resolution: 64),
        NetworkCase(name: "efficientnet-b0", resolution: 47, width: 0.5, padding: .same, batch: 2, seed: 2),
        NetworkCase(name: "efficientnet-b0", resolution: 97, width: 0.25, seed: 3),
        NetworkCase(name: "efficientnet-b0", resolution: 224, width: 0.25, padding: .same, seed: 4),
        NetworkCase(name: "efficientnet-lite0", resolution: 40, width: 0.5, batch: 3, seed: 5),
        NetworkCase(name: "efficientnet-b1", resolution: 32, width: 0.3, padding: .same, seed: 6),
        NetworkCase(name: "tinynet-e", resolution: 53, batch: 2, seed: 7),
        NetworkCase(name: "mobilenet-v2", resolution: 45, width: 0.5, seed: 8),
        NetworkCase(name: "resnet-18", resolution: 37, width: 0.25, batch: 2, seed: 9),
        NetworkCase(name: "resnet-18", resolution: 32, width: 0.5, padding: .same, seed: 10),
        NetworkCase(name: "resnet-50", resolution: 33, width: 0.25, seed: 11),
        NetworkCase(name: "resnet-18", resolution: 90, batch: 2, seed: 15),
        NetworkCase(name: "se-resnet-18", resolution: 41, width: 0.25, batch: 3, seed: 12),
        NetworkCase(name: "se-resnet-50", resolution: 32, width: 0.25, seed: 13),
        NetworkCase(name: "efficientnet-b0", resolution: 5, width: 0.25, seed: 14),
    ]
}

@Suite struct CompiledNetworkTests {
    @Test(arguments: NetworkCase.all)
    func matchesReference(_ test: NetworkCase) throws {
        let network = try test.network
        let weights = NetworkWeights.random(for: network, seed: test.seed)
        let images = test.images(network)
        let expected = network.referenceLogits(images, weights: weights)
        let largest = expected.values.map(abs).max() ?? 0
        #expect(largest > 0.01 && largest.isFinite, "a dull network proves nothing")
        for set in InstructionSet.allCases where set.isSupported {
            for threads in 1...3 {
                let compiled = try CompiledNetwork(
                    network, weights: weights, batch: test.batch, threads: threads, instructionSet: set)
                for run in 1...2 {
                    let logits = compiled.run(images)
                    let error = zip(logits.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
                    #expect(
                        error <= 1e-4 * largest, "\(test), \(set.rawValue), \(threads) threads, run \(run)")
                }
            }
        }
    }

    @Test(arguments: [NetworkCase.all[0], NetworkCase.all[3], NetworkCase.all[11]])
    func threadsDoNotChangeABit(_ test: NetworkCase) throws {
        let network = try test.network
        let weights = NetworkWeights.random(for: network, seed: 1)
        let images = test.images(network)
        let one = try CompiledNetwork(network, weights: weights, batch: test.batch).run(images)
        let two = try CompiledNetwork(network, weights: weights, batch: test.batch, threads: 2).run(images)
        #expect(one == two)
    }

    @Test func aFusedGeneratorRunsToo() throws {
        var architecture = try PublishedNetworks.architecture(named: "efficientnet-b0")
        architecture.scaling = Scaling(width: 0.25, depth: 1, resolution: 31)
        for index in 0..<3 { architecture.stages[index].block = .fusedMBConv }
        architecture.stages[1].squeezeExcitation = nil
        architecture.classes = 10
        let network = try Network(architecture)
        let weights = NetworkWeights.random(for: network, seed: 3)
        let test = NetworkCase(name: "fused", resolution: 31, batch: 2)
        let expected = network.referenceLogits(test.images(network), weights: weights)
        let logits = try CompiledNetwork(network, weights: weights, batch: 2).run(test.images(network))
        let largest = expected.values.map(abs).max() ?? 0
        #expect(zip(logits.values, expected.values).allSatisfy { abs($0 - $1) <= 1e-4 * largest })
    }

    /// Large tensors exist only in strips, whatever the kernel, the stride, the padding and the batch.
    @Test(arguments: [(5, 1), (5, 2), (3, 1)], [Padding.same, .symmetric])
    func stripsMatchTheReference(_ window: (kernel: Int, stride: Int), _ padding: Padding) throws {
        var architecture = try PublishedNetworks.architecture(named: "efficientnet-b0")
        architecture.scaling = Scaling(width: 0.2, depth: 0.5, resolution: 231)
        architecture.padding = padding
        architecture.stages[0].kernel = 5
        architecture.stages[1].kernel = window.kernel
        architecture.stages[1].stride = window.stride
        architecture.stages.removeLast(4)
        architecture.classes = 10
        let network = try Network(architecture)
        let weights = NetworkWeights.random(for: network, seed: 4)
        let test = NetworkCase(name: "strips", resolution: 231, batch: 2)
        let images = test.images(network)
        let expected = network.referenceLogits(images, weights: weights)
        let largest = expected.values.map(abs).max() ?? 0
        for threads in 1...3 {
            let compiled = try CompiledNetwork(network, weights: weights, batch: 2, threads: threads)
            #expect(compiled.arenaBytes < network.cost.peakActivationBytes.value * 2)
            let logits = compiled.run(images)
            #expect(zip(logits.values, expected.values).allSatisfy { abs($0 - $1) <= 1e-4 * largest })
        }
    }

    @Test func networksThatShareThreadsTakeTurns() throws {
        let pool = ThreadPool(count: 2)
        let cases = NetworkCase.all.prefix(2)
        let networks = try cases.map { test in
            try CompiledNetwork(
                test.network, weightSource: .random(for: test.network, seed: 1), batch: test.batch, pool: pool
            )
        }
        for _ in 0..<3 {
            for (test, network) in zip(cases, networks) {
                let alone = try CompiledNetwork(
                    test.network, weights: .random(for: test.network, seed: 1), batch: test.batch)
                let images = test.images(network.network)
                #expect(network.run(images).values == alone.run(images).values)
            }
        }
    }

    @Test func timesEveryLayerThatIsNotFused() throws {
        let network = try NetworkCase.all[0].network
        let compiled = try CompiledNetwork(network, weights: .random(for: network, seed: 1))
        let images = NetworkCase.all[0].images(network)
        var logits = [Float](repeating: 0, count: network.architecture.classes)
        let times = images.values.withUnsafeBufferPointer { images in
            logits.withUnsafeMutableBufferPointer { logits in
                images.baseAddress.flatMap { images in
                    logits.baseAddress.map { compiled.runTimed(images, $0) }
                } ?? []
            }
        }
        #expect(logits == compiled.run(images).values)
        for (layer, time) in zip(network.layers, times) {
            if case .add = layer.operation { continue }
            #expect(time > 0, "\(layer.name)")
        }
    }

    @Test func memoryIsPlannedOverLifetimes() throws {
        let network = try Network(PublishedNetworks.architecture(named: "efficientnet-b0"))
        let compiled = try CompiledNetwork(network, weights: .random(for: network, seed: 1))
        // Less than the peak of whole tensors: the largest exist only in strips.
        #expect(compiled.arenaBytes >= network.cost.peakActivationBytes.value / 3)
        #expect(compiled.arenaBytes < network.cost.peakActivationBytes.value)
        #expect(compiled.weightBytes >= network.cost.weightBytes.value)
        #expect(compiled.weightBytes < network.cost.weightBytes.value * 5 / 4)
    }

    @Test func weightsMustFit() throws {
        let network = try NetworkCase.all[0].network
        var weights = NetworkWeights.random(for: network, seed: 1)
        weights.layers[0][0].weight.removeLast()
        #expect { try CompiledNetwork(network, weights: weights) } throws: { error in
            "\(error)" == "stem needs 864 weights, not 863."
        }
    }
}
