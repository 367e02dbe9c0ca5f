// What differs between two networks, block by block.

import Networks
import Testing

private func network(_ name: String, edit: (inout Architecture) -> Void = { _ in }) throws -> Network {
    var architecture = try PublishedNetworks.architecture(named: name)
    edit(&architecture)
    return try Network(architecture)
}

private func lines(_ from: Network, _ to: Network) -> [String] {
    BlockDifference.between(from, to).map { "\($0.name): " + $0.changes.map(\.text).joined(separator: ", ") }
}

@Test func deeperNetworksHaveMoreBlocks() throws {
    #expect(
        lines(try network("efficientnet-b0"), try network("efficientnet-b1")) == [
            "stages.0.1: none → 16 channels", "stages.1.2: none → 24 channels",
            "stages.2.2: none → 40 channels", "stages.3.3: none → 80 channels",
            "stages.4.3: none → 112 channels", "stages.5.4: none → 192 channels",
            "stages.6.1: none → 320 channels",
        ])
}

@Test func runsOfBlocksThatDifferAlikeStandTogether() throws {
    let wide = try network("efficientnet-b0") { $0.stages[5].gate = nil }
    let differences = BlockDifference.between(try network("efficientnet-b0"), wide)
    #expect(differences.map(\.name) == ["stages.5.0", "stages.5.1…3"])
    #expect(differences[1].changes == differences[1].changes.filter { $0.part == "gate" && $0.to == nil })
    #expect(lines(wide, try network("efficientnet-b0"))[1] == "stages.5.1…3: with gate 48")
}

@Test func onlyWhatDiffersOfALayerIsSaid() throws {
    let other = try network("efficientnet-b0") {
        $0.stages[6].kernel = 5
        $0.stages[6].channels = 160
        $0.classes = 10
    }
    #expect(
        lines(try network("efficientnet-b0"), other) == [
            "stages.6.0: depthwise 3×3 1152 silu → 5×5 1152 silu, project 320 → 160",
            "classifier: classifier 1000 → 10",
        ])
}

@Test func imagesOfAnotherSizeDifferInNoBlock() throws {
    let large = try network("efficientnet-b0") { $0.scaling.resolution = 300 }
    #expect(lines(try network("efficientnet-b0"), large).isEmpty)
}
