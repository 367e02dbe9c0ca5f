// Every published network's exact cost, counted independently by forward hooks in PyTorch.

import Foundation
import Networks
import Testing

/// One entry of `golden/costs.json`.
struct GoldenCost: Decodable, Sendable {
    let width: Double?
    let depth: Double?
    let resolution: Double
    let timmName: String?
    let macs, biasAdds, normElements, activations, parameters: Int

    /// The networks of the first versions, at their own factors and at others.
    static let all = read("costs")
    /// The families that came later, of those that are built.
    static let zoo = read("zoo-costs").filter { name, _ in
        !["densenet", "convnext", "ghostnet"].contains { name.hasPrefix($0) }
    }

    private static func read(_ file: String) -> [String: GoldenCost] {
        struct File: Decodable { let networks: [String: GoldenCost] }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard
            let url = Bundle.module.url(forResource: file, withExtension: "json", subdirectory: "golden"),
            let data = try? Data(contentsOf: url), let file = try? decoder.decode(File.self, from: data)
        else { return [:] }
        return file.networks
    }
}

@Test func thereAre37GoldenNetworks() {
    #expect(GoldenCost.all.count == 37)
}

@Test func thereAre52GoldenNetworksOfLaterFamilies() {
    #expect(GoldenCost.zoo.count == 52)
}

@Test(arguments: GoldenCost.zoo.keys.sorted())
func costsOfLaterFamiliesEqualTheGoldenOnes(_ name: String) throws {
    let golden = try #require(GoldenCost.zoo[name])
    var architecture = try PublishedNetworks.architecture(named: name)
    architecture.scaling.resolution = golden.resolution

    let cost = try Network(architecture).cost

    #expect(cost.macs.value == golden.macs)
    #expect(cost.parameters.value == golden.parameters)
    #expect(cost.biasAdds.value == golden.biasAdds)
    #expect(cost.normElements.value == golden.normElements)
    #expect(cost.activations.value == golden.activations)
}

@Test(arguments: GoldenCost.zoo.keys.sorted())
func timmsNamesAreUnderstood(_ name: String) throws {
    let timm = try #require(GoldenCost.zoo[name]?.timmName)
    #expect(try PublishedNetworks.architecture(named: timm).name == name)
    #expect(PublishedNetworks.find(name.uppercased())?.name == name)
}

/// TensorFlow's B0 pads otherwise; what is another network has no other name.
@Test func namesOfOtherNetworksAreNotUnderstood() {
    for name in ["tf_efficientnet_b0", "resnetv2_50", "efficientnetv2_rw_s", "regnetz_040"] {
        #expect(PublishedNetworks.find(name) == nil)
    }
}

@Test(arguments: GoldenCost.all.keys.sorted())
func costsEqualTheGoldenOnes(_ key: String) throws {
    let golden = try #require(GoldenCost.all[key])
    let name = String(key.split(separator: " ")[0])
    var architecture = try PublishedNetworks.architecture(named: name)
    if let width = golden.width { architecture.scaling.width = width }
    if let depth = golden.depth { architecture.scaling.depth = depth }
    if golden.width == nil {
        #expect(architecture.scaling.resolution == golden.resolution)
    }
    architecture.scaling.resolution = golden.resolution

    let network = try Network(architecture)

    #expect(network.cost.macs.value == golden.macs)
    #expect(network.cost.parameters.value == golden.parameters)
    #expect(network.cost.biasAdds.value == golden.biasAdds)
    #expect(network.cost.normElements.value == golden.normElements)
    #expect(network.cost.activations.value == golden.activations)
}

@Test(arguments: PublishedNetworks.all.map(\.name))
func layersAddUpToTheCost(_ name: String) throws {
    let network = try Network(PublishedNetworks.architecture(named: name))

    var sum = Cost()
    for layer in network.layers { sum += layer.cost }

    #expect(sum.macs == network.cost.macs)
    #expect(sum.parameters == network.cost.parameters)
    #expect(sum.activations == network.cost.activations)
    #expect(sum.weightBytes == network.cost.weightBytes)
}

@Test(arguments: [
    ("efficientnet-b1-pruned", 6_331_916, 391_208_019), ("efficientnet-b2-pruned", 8_309_737, 715_749_145),
    ("efficientnet-b3-pruned", 9_855_020, 1_020_257_090),
])
func networksWhoseBlocksHaveWidthsOfTheirOwnCostWhatTimmsDo(_ name: String, parameters: Int, macs: Int) throws
{
    let network = try Network(PublishedNetworks.architecture(named: name))
    #expect(network.cost.parameters.value == parameters)
    #expect(network.cost.macs.value == macs)
}
