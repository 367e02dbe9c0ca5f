// timm's names: which there are, what comes back, and what is said of files that do not fit.

import ConvolutionKernels
import ModelExchange
import NetworkExecution
import Networks
import TensorFiles
import Testing

@Suite struct TimmWeightsTests {
    private static let norm = ["bias", "num_batches_tracked", "running_mean", "running_var", "weight"]

    private func network(_ name: String, _ change: (inout Architecture) -> Void = { _ in }) throws -> Network
    {
        var architecture = try PublishedNetworks.architecture(named: name)
        architecture.scaling = Scaling(width: 0.25, depth: 0.3, resolution: 32)
        architecture.classes = 10
        change(&architecture)
        return try Network(architecture)
    }

    /// Every name of a network's file.
    private func names(_ network: Network) throws -> [String] {
        let file = try NetworkWeights.random(for: network, seed: 1).timmTensors(for: network)
        return (file.tensors.map(\.name) + file.counters.keys).sorted()
    }

    /// The names of one block, as timm's `state_dict` has them.
    private func block(_ prefix: String, norms: [String], _ others: [String]) -> [String] {
        (norms.flatMap { norm in Self.norm.map { "\(norm).\($0)" } } + others).map { prefix + $0 }.sorted()
    }

    private let gates = ["conv_expand", "conv_reduce"].flatMap { ["se.\($0).bias", "se.\($0).weight"] }

    @Test func invertedResidualsHaveTheNamesOfEfficientNet() throws {
        let names = try names(network("efficientnet-b0"))
        #expect(
            names.filter { !$0.hasPrefix("blocks.") }
                == block(
                    "", norms: ["bn1", "bn2"],
                    ["classifier.bias", "classifier.weight", "conv_head.weight", "conv_stem.weight"]))
        #expect(
            names.filter { $0.hasPrefix("blocks.0.") }
                == block(
                    "blocks.0.0.", norms: ["bn1", "bn2"], ["conv_dw.weight", "conv_pw.weight"] + gates))
        #expect(
            names.filter { $0.hasPrefix("blocks.6.") }
                == block(
                    "blocks.6.0.", norms: ["bn1", "bn2", "bn3"],
                    ["conv_dw.weight", "conv_pw.weight", "conv_pwl.weight"] + gates))
    }

    @Test func fusedBlocksHaveTheNamesOfEdgeResiduals() throws {
        let network = try network("efficientnet-b0") {
            $0.stages[0].block = .fusedMBConv
            $0.stages[0].squeezeExcitation = nil
            $0.stages[1].block = .fusedMBConv
        }
        let names = try names(network)
        #expect(
            names.filter { $0.hasPrefix("blocks.0.") }
                == block("blocks.0.0.", norms: ["bn1"], ["conv.weight"]))
        #expect(
            names.filter { $0.hasPrefix("blocks.1.") }
                == block(
                    "blocks.1.0.", norms: ["bn1", "bn2"], ["conv_exp.weight", "conv_pwl.weight"] + gates))
    }

    @Test func residualBlocksHaveTheNamesOfResNet() throws {
        let names = try names(network("se-resnet-50"))
        #expect(
            names.filter { !$0.hasPrefix("layer") }
                == block("", norms: ["bn1"], ["conv1.weight", "fc.bias", "fc.weight"]))
        #expect(
            names.filter { $0.hasPrefix("layer2.0.") }
                == block(
                    "layer2.0.", norms: ["bn1", "bn2", "bn3", "downsample.1"],
                    [
                        "conv1.weight", "conv2.weight", "conv3.weight", "downsample.0.weight", "se.fc1.bias",
                        "se.fc1.weight", "se.fc2.bias", "se.fc2.weight",
                    ]))
        #expect(try self.names(network("resnet-18")).contains("layer4.0.conv2.weight"))
    }

    @Test(arguments: PublishedNetworks.all.map(\.name))
    func whatIsWrittenIsReadAgain(_ name: String) throws {
        let network = try network(name)
        let weights = NetworkWeights.random(for: network, seed: 9)
        let file = try weights.timmTensors(for: network)
        let read = try NetworkWeights(timm: file, file: "w", for: network)
        for (before, after) in zip(weights.layers.joined(), read.layers.joined()) {
            #expect(before.weight == after.weight && before.bias == after.bias)
            #expect(before.norm?.scale == after.norm?.scale && before.norm?.shift == after.norm?.shift)
            #expect(before.norm?.mean == after.norm?.mean && before.norm?.variance == after.norm?.variance)
            #expect(before.norm?.epsilon == after.norm?.epsilon)
        }
        #expect(read.layers.map(\.count) == weights.layers.map(\.count))
        #expect(file.tensors.reduce(0) { $0 + $1.values.count } >= network.cost.parameters.value)
    }

    /// The sentence with which a network refuses a file.
    private func refusal(_ file: Safetensors, _ network: Network) -> String? {
        do {
            _ = try NetworkWeights(timm: file, file: "w.safetensors", for: network)
            return nil
        } catch { return "\(error)" }
    }

    @Test func everythingThatDoesNotFitIsNamedAtOnce() throws {
        let network = try network("resnet-18")
        var file = try NetworkWeights.random(for: network, seed: 1).timmTensors(for: network)
        file.tensors.removeAll { $0.name == "fc.bias" || $0.name == "bn1.running_var" }
        file.tensors.append(NamedTensor("head.weight", shape: [1], values: [1]))
        file.counters["steps"] = 4
        let index = try #require(file.tensors.firstIndex { $0.name == "fc.weight" })
        file.tensors[index] = NamedTensor("fc.weight", shape: [2], values: [1, 2])
        #expect(
            refusal(file, network)
                == "w.safetensors does not fit resnet-18: tensors are 2 missing (bn1.running_var, fc.bias), "
                + "2 unknown (head.weight, steps), 1 of another shape (fc.weight: 2 instead of 10×128); "
                + "name the network, --width, --depth, --classes and --channels that the weights are of.")
        file.counters = [:]
        file.tensors = []
        #expect(
            refusal(file, network)
                == "w.safetensors does not fit resnet-18: tensors are 67 missing (conv1.weight, bn1.weight, "
                + "bn1.bias and 64 more); "
                + "name the network, --width, --depth, --classes and --channels that the weights are of.")
    }

    @Test func countsOfBatchesMayBeAbsent() throws {
        let network = try network("resnet-18")
        var file = try NetworkWeights.random(for: network, seed: 1).timmTensors(for: network)
        #expect(file.counters["layer1.0.bn2.num_batches_tracked"] == 0)
        file.counters = [:]
        #expect(refusal(file, network) == nil)
    }

    @Test func aNegativeVarianceIsNamed() throws {
        let network = try network("resnet-18")
        var file = try NetworkWeights.random(for: network, seed: 1).timmTensors(for: network)
        let index = try #require(file.tensors.firstIndex { $0.name == "layer3.0.bn1.running_var" })
        file.tensors[index].values[5] = -0.1
        #expect(
            refusal(file, network)
                == "w.safetensors: tensor 'layer3.0.bn1.running_var' holds a negative variance; write "
                + "the file again from running statistics.")
    }

    @Test func whatTimmHasNoNameForIsRefused() throws {
        func refusal(_ network: Network) -> String? {
            do {
                _ = try NetworkWeights.random(for: network, seed: 1).timmTensors(for: network)
                return nil
            } catch { return "\(error)" }
        }
        let gated = try network("efficientnet-b0") { $0.stages[0].block = .fusedMBConv }
        #expect(
            refusal(gated)
                == "efficientnet-b0: timm has no name for the layer stages.0.0.gate; leave it out of the "
                + "network to exchange weights with timm.")
        let headed = try network("resnet-18") { $0.head.channels = 64 }
        #expect(
            refusal(headed)
                == "resnet-18: timm has no name for the layer head.convolution; leave it out of the network "
                + "to exchange weights with timm.")
        let mixed = try network("efficientnet-b0") { $0.stages[3].block = .basic }
        #expect(
            refusal(mixed)
                == "efficientnet-b0 mixes blocks of several families, and no network of timm does; "
                + "keep to basic and bottleneck, to mbconv, fused-mbconv and uib, or to regnet.")
    }

    @Test func foldedWeightsAreRefused() throws {
        let network = try network("resnet-18")
        var weights = NetworkWeights.random(for: network, seed: 1)
        weights.layers[0][0] = weights.layers[0][0].folded
        #expect {
            try weights.timmTensors(for: network)
        } throws: {
            "\($0)"
                == "the batch norm of stem is folded away, and files keep it apart; write the weights as they "
                + "were before folding."
        }
    }

    @Test func imagesAreTurnedFromPlanesToPixels() {
        let planes: [Float] = [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]
        let image = Tensor(nchw: planes, batch: 1, height: 2, width: 3, channels: 2)
        #expect(image.values == [0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15])
        #expect(Tensor(nchw: planes, batch: 2, height: 3, width: 1, channels: 2)[1, 2, 0, 1] == 15)
    }
}
