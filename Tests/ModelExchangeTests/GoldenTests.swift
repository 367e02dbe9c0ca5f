// The logits that timm computes in PyTorch, from the same weights and images; see `golden/README.md`.

import ConvolutionKernels
import Foundation
import ModelExchange
import NetworkExecution
import Networks
import ReferenceExecution
import TensorFiles
import Testing

extension GoldenNetwork {
    /// One of the network's files.
    func path(_ file: String) throws -> String {
        try #require(
            Bundle.module.url(forResource: file, withExtension: nil, subdirectory: "golden/\(name)")
        ).path
    }
}

@Suite struct GoldenTests {
    @Test(arguments: GoldenNetwork.all)
    func logitsAreThoseOfPyTorch(_ golden: GoldenNetwork) throws {
        let network = try golden.network
        let weights = try NetworkWeights(timm: golden.path("weights.safetensors"), for: network)
        let input = try NumpyArray(contentsOf: golden.path("input.npy"))
        let expected = try NumpyArray(contentsOf: golden.path("logits.npy"))
        let size = network.dimensions.resolution
        #expect(input.shape == [8, 3, size, size] && expected.shape == [8, 10])
        let images = Tensor(nchw: input.values, batch: 8, height: size, width: size, channels: 3)
        let largest = expected.values.map(abs).max() ?? 0
        func error(_ logits: Tensor) -> Float {
            (zip(logits.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity) / largest
        }

        #expect(error(network.referenceLogits(images, weights: weights)) <= 1e-5)
        for set in InstructionSet.allCases where set.isSupported {
            for threads in 1...2 {
                let compiled = try CompiledNetwork(
                    network, weights: weights, batch: 8, threads: threads, instructionSet: set)
                let found = error(compiled.run(images))
                #expect(found <= 1e-4, "\(set.rawValue), \(threads) threads: \(found)")
            }
        }
    }

    @Test(arguments: GoldenNetwork.all)
    func timmsFilesAreWrittenAgainToTheByte(_ golden: GoldenNetwork) throws {
        let path = try golden.path("weights.safetensors")
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(try Safetensors(contentsOf: path).bytes == bytes)
        let network = try golden.network
        var written = try NetworkWeights(timm: path, for: network).timmTensors(for: network)
        #expect(written.metadata == ["format": "pt"])
        written.metadata = [:]
        #expect(written.counters.keys.allSatisfy { $0.hasSuffix(".num_batches_tracked") })
        written.counters = [:]
        #expect(written.bytes == bytes)
        let input = try [UInt8](Data(contentsOf: URL(fileURLWithPath: golden.path("input.npy"))))
        #expect(try NumpyArray(contentsOf: golden.path("input.npy")).bytes == input)
    }
}
