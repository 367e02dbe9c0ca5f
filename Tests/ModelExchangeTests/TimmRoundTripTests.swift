// Which built-in networks have names of timm, and that nothing is lost on the way there and back.

import ModelExchange
import NetworkExecution
import Networks
import TensorFiles
import Testing

/// The built-in networks that timm has no names for.
private let unnamed: Set<String> = []

private func narrow(_ architecture: Architecture) throws -> Network {
    var architecture = architecture
    architecture.scaling = Scaling(width: 0.25, depth: 0.3, resolution: 32)
    architecture.classes = 10
    return try Network(architecture)
}

@Test func everyBuiltInNetworkHasNamesOfTimmButThoseListed() throws {
    var found: Set<String> = []
    for architecture in PublishedNetworks.all {
        let network = try narrow(architecture)
        let weights = NetworkWeights.random(for: network, seed: 1)
        if try weights.exchangeTensors(for: network).note != nil { found.insert(architecture.name) }
    }
    #expect(found == unnamed, "timm has no names for \(found.sorted().joined(separator: ", "))")
}

@Test(arguments: [
    "efficientnet-b0", "efficientnet-lite0", "tinynet-e", "efficientnetv2-s", "efficientnetv2-b0",
    "efficientnet-es", "mobilenetv1", "mobilenet-v2", "mobilenetv3-small", "mobilenetv4-conv-small",
    "mnasnet-a1", "fbnetc", "spnasnet", "lcnet-050", "resnet-18", "se-resnet-50", "resnet-50d",
    "resnext-50-32x4d", "wide-resnet-50-2", "resnetrs-50", "regnetx-002", "regnety-002",
])
func namesOfTimmAndBackAreTheSameFile(_ name: String) throws {
    let network = try narrow(PublishedNetworks.architecture(named: name))
    let native = try NetworkWeights.random(for: network, seed: 4).nativeTensors(for: network)
    let timm = try WeightsFile(native, path: "w").read(for: network).weights.timmTensors(for: network)
    let (weights, notes) = try WeightsFile(timm, path: "w").read(for: network)
    #expect(notes == [])
    #expect(try weights.nativeTensors(for: network).bytes == native.bytes)
}
