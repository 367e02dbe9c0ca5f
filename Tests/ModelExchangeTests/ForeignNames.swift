// Files as other tools write them: the tensors of a file with timm's names under names written out here.

import ConvolutionKernels
import ModelExchange
import NetworkExecution
import Networks
import TensorFiles
import Testing

extension Safetensors {
    /// The file with every tensor and counter under another name; what is not renamed is a fault of the test.
    func renamed(_ rename: (String) -> String?) throws -> Safetensors {
        var file = self
        for index in file.tensors.indices {
            file.tensors[index].name = try #require(rename(tensors[index].name), "\(tensors[index].name)")
        }
        file.counters = [:]
        for (name, value) in counters { file.counters[try #require(rename(name), "\(name)")] = value }
        file.metadata = ["format": "pt"]
        return file
    }

    /// The file with every name behind a prefix.
    func behind(_ prefix: String) throws -> Safetensors { try renamed { prefix + $0 } }

    /// The file with a 1×1 convolution as the matrix that a linear layer has.
    func flattening(_ name: String) throws -> Safetensors {
        var file = self
        let index = try #require(tensors.firstIndex { $0.name == name })
        let tensor = tensors[index]
        #expect(tensor.shape.suffix(2) == [1, 1])
        file.tensors[index] = NamedTensor(name, shape: Array(tensor.shape.prefix(2)), values: tensor.values)
        return file
    }
}

/// The logits of a network for one drawn image.
func logits(_ network: Network, _ weights: NetworkWeights) throws -> [Float] {
    let side = network.dimensions.resolution
    let channels = network.architecture.channels
    var image = Tensor(batch: 1, height: side, width: side, channels: channels)
    for index in 0..<side * side * channels { image.values[index] = Float((index * 37) % 101) / 50 - 1 }
    return Array(
        try CompiledNetwork(network, weights: weights, threads: 1, instructionSet: .portable).run(image)
            .values)
}

/// What reading a file for a network says, where it refuses it.
func readingRefusal(_ file: Safetensors, _ network: Network) -> String? {
    do {
        _ = try WeightsFile(file, path: "w").read(for: network)
        return nil
    } catch { return "\(error)" }
}
