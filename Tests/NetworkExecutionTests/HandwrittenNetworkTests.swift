// Compiled networks against the reference where operations stand that no description leads to.

import ConvolutionKernels
import NetworkExecution
import Networks
import ReferenceExecution
import Testing

@Suite struct HandwrittenNetworkTests {
    @Test(arguments: HandwrittenNetwork.all + HandwrittenNetwork.beginning, [1, 3])
    func matchesReference(_ written: HandwrittenNetwork, batch: Int) throws {
        let network = try written.network
        let weights = NetworkWeights.random(for: network, seed: 3)
        let images = NetworkCase(name: "", resolution: 1, batch: batch).images(network)
        let expected = network.referenceLogits(images, weights: weights)
        let largest = expected.values.map(abs).max() ?? 0
        #expect(largest > 0.01 && largest.isFinite, "a dull network proves nothing")
        for set in InstructionSet.allCases where set.isSupported {
            var first: Tensor?
            for threads in 1...3 {
                let compiled = try CompiledNetwork(
                    network, weights: weights, batch: batch, threads: threads, instructionSet: set)
                let plan = try ExecutionPlan(network, batch: batch, threads: threads, instructionSet: set)
                #expect(plan.arenaBytes == compiled.arenaBytes && plan.weightBytes == compiled.weightBytes)
                for _ in 1...2 {
                    let logits = compiled.run(images)
                    let error = zip(logits.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
                    #expect(error <= 1e-4 * largest, "\(set.rawValue), \(threads) threads")
                    if first == nil { first = logits }
                    #expect(logits == first, "\(threads) threads change a bit")
                }
            }
        }
    }

    /// An image of zeros has no length to divide by.
    @Test func aScalarGateOfZerosGivesZeros() throws {
        let written = try #require(HandwrittenNetwork.all.first { $0.description.contains("elsewhere") })
        let network = try written.network
        var weights = NetworkWeights.random(for: network, seed: 3)
        weights.layers[0][0].weight = weights.layers[0][0].weight.map { _ in 0 }
        weights.layers[0][0].norm?.shift = [Float](repeating: 0, count: 11)
        weights.layers[0][0].norm?.mean = [Float](repeating: 0, count: 11)
        let images = NetworkCase(name: "", resolution: 1, batch: 2).images(network)
        let logits = try CompiledNetwork(network, weights: weights, batch: 2).run(images)
        let expected = network.referenceLogits(images, weights: weights)
        #expect(zip(logits.values, expected.values).allSatisfy { abs($0 - $1) <= 1e-4 })
    }

    @Test func windowsOfAnAveragePoolBeginInside() {
        for size in 1...20 {
            for kernel in 1...5 {
                for stride in 1...4 {
                    let count = Pooling(kernel: kernel, stride: stride).outputsInside(size)
                    let last = (count - 1) * stride
                    #expect(count >= 1 && last < size, "a window begins outside")
                    #expect(last + stride >= size || last + kernel >= size, "a window is missing")
                    #expect(count == 1 || last - stride + kernel < size, "a window too many")
                }
            }
        }
    }
}
