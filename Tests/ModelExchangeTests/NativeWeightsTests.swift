// Files with the layers' own names: every network has them, and readers take them and timm's alike.

import ModelExchange
import NetworkExecution
import Networks
import TensorFiles
import Testing

private func expectSame(_ weights: NetworkWeights, _ others: NetworkWeights, _ comment: Comment? = nil) {
    #expect(weights.layers.map(\.count) == others.layers.map(\.count), comment)
    for (before, after) in zip(weights.layers.joined(), others.layers.joined()) {
        #expect(before.weight == after.weight && before.bias == after.bias, comment)
        #expect(before.norm?.scale == after.norm?.scale && before.norm?.shift == after.norm?.shift, comment)
        #expect(before.norm?.mean == after.norm?.mean, comment)
        #expect(before.norm?.variance == after.norm?.variance, comment)
    }
}

/// What reading a file for a network says.
private func refusal(_ file: Safetensors, _ network: Network) -> String? {
    do {
        _ = try WeightsFile(file, path: "w.safetensors").weights(for: network)
        return nil
    } catch { return "\(error)" }
}

@Test func everyNetworkIsSavedAndReadBitByBit() throws {
    let seed = UInt64.random(in: 0..<1 << 32)
    var networks = RandomNetworks(seed: seed)
    for index in 0..<60 {
        let network = try networks.next()
        let weights = NetworkWeights.random(for: network, seed: UInt64(index))
        let bytes = try weights.nativeTensors(for: network).bytes
        let file = try WeightsFile(Safetensors(bytes: bytes, file: "w"), path: "w")
        expectSame(try file.weights(for: network), weights, "seed \(seed), network \(index)")
        #expect(Set(file.tensors.tensors.map(\.name)).count == file.tensors.tensors.count)
    }
}

@Test func layersAreNamedAsEverywhereElse() throws {
    let network = try smallMobile { $0.stages[0].repeats = 1 }
    let file = try NetworkWeights.random(for: network, seed: 1).nativeTensors(for: network)
    let names = file.tensors.map(\.name).sorted()
    func convolution(_ name: String) -> [String] {
        ["norm.bias", "norm.running_mean", "norm.running_var", "norm.weight", "weight"].map {
            "\(name).\($0)"
        }
    }
    let gates: [String] = ["excite.bias", "excite.weight", "squeeze.bias", "squeeze.weight"]
    let block: [String] =
        convolution("stages.0.0.depthwise") + gates.map { "stages.0.0.gate.\($0)" }
        + convolution("stages.0.0.project")
    #expect(names.filter { $0.hasPrefix("stages.0.0.") } == block)
    let ends: [String] =
        ["classifier.bias", "classifier.weight"] + convolution("head.convolution") + convolution("stem")
    #expect(names.filter { !$0.hasPrefix("stages") } == ends)
    #expect(file.metadata == ["format": "compound", "network_hash": network.contentHash])
    #expect(file.counters.isEmpty)
}

/// Metadata may be lost on the way; the names are enough.
@Test func bothKindsOfNamesAreRead() throws {
    let network = try smallMobile()
    let weights = NetworkWeights.random(for: network, seed: 3)
    var native = try weights.nativeTensors(for: network)
    expectSame(try WeightsFile(native, path: "w").weights(for: network), weights)
    native.metadata = [:]
    expectSame(try WeightsFile(native, path: "w").weights(for: network), weights)
    var timm = try weights.timmTensors(for: network)
    expectSame(try WeightsFile(timm, path: "w").weights(for: network), weights)
    timm.metadata = [:]
    expectSame(try WeightsFile(timm, path: "w").weights(for: network), weights)
}

@Test func weightsForOthersHaveTimmsNamesWhereThereAreSuch() throws {
    let network = try smallMobile()
    let weights = NetworkWeights.random(for: network, seed: 3)
    let (file, note) = try weights.exchangeTensors(for: network)
    #expect(file == (try weights.timmTensors(for: network)) && note == nil)

    let mixed = try smallMobile { $0.stages[1].block = .basic }
    let (own, why) = try NetworkWeights.random(for: mixed, seed: 3).exchangeTensors(for: mixed)
    #expect(own.tensors.contains { $0.name == "stem.weight" })
    #expect(
        why == """
            note: the tensors have the layers' own names, not timm's, since small mixes blocks of several \
            families, and no network of timm does.
            """)
}

@Test func anotherNumberOfClassesOrChannelsIsSaidAsThat() throws {
    let network = try smallMobile()
    let weights = NetworkWeights.random(for: network, seed: 3)
    for file in [try weights.nativeTensors(for: network), try weights.timmTensors(for: network)] {
        #expect(
            refusal(file, try smallMobile { $0.classes = 2 })
                == """
                w.safetensors has 3 classes, and small 2; give --classes 3 for the network that the weights are of.
                """)
        #expect(
            refusal(file, try smallMobile { ($0.classes, $0.channels) = (2, 3) })
                == """
                w.safetensors has 3 classes and 1 channel, and small 2 and 3; give --classes 3 --channels 1 for the \
                network that the weights are of.
                """)
    }
    let colour = try smallMobile { $0.channels = 3 }
    let file = try NetworkWeights.random(for: colour, seed: 3).nativeTensors(for: colour)
    #expect(
        refusal(file, try smallMobile { $0.classes = 4 })
            == """
            w.safetensors has 3 classes and 3 channels, and small 4 and 1; give --classes 3 --channels 3 for the \
            network that the weights are of.
            """)
    #expect(
        refusal(file, try smallMobile { ($0.head.channels, $0.classes) = (16, 4) })?.contains(
            "w.safetensors does not fit small: tensors are ") == true)
}
