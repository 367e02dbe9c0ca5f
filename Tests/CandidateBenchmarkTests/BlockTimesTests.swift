// Predicting latency from blocks: what a block's key holds, which networks to time, what the sum is.

import CandidateBenchmark
import ConvolutionKernels
import Networks
import Testing

private func b0(width: Double = 1, depth: Double = 1, resolution: Double = 224) throws -> Network {
    var b0 = try PublishedNetworks.architecture(named: "efficientnet-b0")
    b0.scaling = Scaling(width: width, depth: depth, resolution: resolution)
    return try Network(b0)
}

@Test func blocksCoverTheNetworkOnceInOrder() throws {
    for name in ["efficientnet-b0", "se-resnet-50", "mobilenet-v2"] {
        let network = try Network(PublishedNetworks.architecture(named: name))
        let blocks = network.blockSignatures
        #expect(blocks.count == network.dimensions.blocks + 2)
        #expect(blocks.flatMap { Array($0.layers) } == Array(network.layers.indices))
    }
}

@Test func aBlocksKeyHoldsAllThatItsTimeDependsOn() throws {
    let blocks = try b0().blockSignatures
    #expect(blocks[0].signature == "224×224×3 conv3/2 32 silu")
    #expect(
        blocks[2].signature
            == "112×112×16 conv1 96 silu | depthwise3/2 96 silu | gate4 silu sigmoid | conv1 24 identity")
    #expect(
        blocks[3].signature
            == "56×56×24 conv1 144 silu | depthwise3 144 silu | gate6 silu sigmoid | conv1 24 identity | add identity"
    )
    #expect(blocks[17].signature == "7×7×320 conv1 1280 silu | meanpool | linear 1000")
}

@Test func equalBlocksOfDifferentNetworksShareAKey() throws {
    let shallow = Set(try b0().blockSignatures.map(\.signature))
    let deep = Set(try b0(depth: 2).blockSignatures.map(\.signature))
    let wide = Set(try b0(width: 1.5).blockSignatures.map(\.signature))
    #expect(shallow.isStrictSubset(of: deep))
    #expect(deep.count - shallow.count == 2)
    #expect(shallow.isDisjoint(with: wide))
}

@Test func theSumOfTheBlocksIsTheLatency() throws {
    let network = try b0(depth: 1.4)
    var times = BlockTimes(
        Dictionary(network.blockSignatures.map { ($0.signature, 0.25) }, uniquingKeysWith: { a, _ in a }))

    #expect(times.latencyRatio(of: network) == 0.25 * Double(network.dimensions.blocks + 2))
    #expect(times.latencyRatio(of: try b0(width: 2)) == nil)

    // A time that is known stands.
    times.add([network.blockSignatures[0].signature: 9])
    #expect(times.latencyRatio(of: network) == 0.25 * Double(network.dimensions.blocks + 2))
}

@Test func fewNetworksHaveTheBlocksOfMany() throws {
    let networks = try [1.0, 1.2, 1.4].flatMap { width in
        try [1.0, 1.5, 2.0, 2.5].map { try b0(width: width, depth: $0) }
    }
    let chosen = BlockTimes().networksToMeasure(of: networks)

    #expect(chosen.count == 3)
    // At depth 1 two stages have a first block only; more than 1.5 adds none but copies.
    #expect(chosen.allSatisfy { $0.architecture.scaling.depth == 1.5 })
    let known = Set(chosen.flatMap { $0.blockSignatures.map(\.signature) })
    #expect(
        networks.allSatisfy { network in network.blockSignatures.allSatisfy { known.contains($0.signature) } }
    )
    let table = BlockTimes(Dictionary(uniqueKeysWithValues: known.map { ($0, 1) }))
    #expect(table.networksToMeasure(of: networks).isEmpty)
}

@Test func measuredBlocksPredictTheNetworkTheyComeFrom() throws {
    let benchmark = try LatencyBenchmark(
        instructionSet: .detected, threads: 1, batch: 1, secondsCap: 1)
    let network = try b0(width: 0.5, resolution: 64)
    let times = BlockTimes(try benchmark.blockTimes(of: network))

    // No time is asserted: only that every block has one, and that a deeper network is slower.
    let ratio = try #require(times.latencyRatio(of: network))
    let deeper = try #require(
        times.latencyRatio(of: try b0(width: 0.5, depth: 1.5, resolution: 64)) ?? ratio * 2)
    #expect(ratio > 0 && deeper > ratio)
}
