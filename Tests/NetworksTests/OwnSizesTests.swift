// Networks whose integers are given: built as they stand, and scaled block by block.

import Networks
import Testing

private func pruned(_ change: (inout Architecture) -> Void = { _ in }) throws -> Network {
    var architecture = try PublishedNetworks.architecture(named: "efficientnet-b1-pruned")
    change(&architecture)
    return try Network(architecture)
}

@Test func givenWidthsAreTheNetworksAndNothingIsRounded() throws {
    let expansions = try pruned().layers.filter { $0.name.part == .expand }.map(\.output.shape.channels)
    #expect(expansions.prefix(6) == [48, 62, 48, 70, 61, 51])
    let squeezed = try pruned().layers.compactMap { layer in
        if case .squeezeExcitation(let gate) = layer.operation { gate.squeezed } else { nil }
    }
    #expect(squeezed.prefix(5) == [8, 4, 4, 6, 6])
}

@Test func aWidthFactorScalesEachBlockToTheNearestInteger() throws {
    let wide = try pruned { $0.scaling.width = 1.5 }
    let expansions = wide.layers.filter { $0.name.part == .expand }.map(\.output.shape.channels)
    #expect(expansions.prefix(6) == [72, 93, 72, 105, 92, 77])
    #expect(wide.dimensions.widths.stem == [48] && wide.dimensions.widths.head == 1920)
}

@Test func aDepthFactorRepeatsTheLastBlock() throws {
    let deep = try pruned { $0.scaling.depth = 2.2 }
    #expect(deep.dimensions.repeats == [4, 6, 6, 8, 8, 10, 4])
    let second = deep.layers.filter { $0.name.part == .expand && $0.name.stage == 1 }
    #expect(second.map(\.output.shape.channels) == [48, 62, 48, 48, 48, 48])
}

@Test func sizesOfAnotherTableAreRefused() {
    #expect(
        throws: NetworkError.invalid(
            path: ["realised"], "the sizes are not those of this stem, stage table and head.")
    ) { try pruned { $0.stages.removeLast() } }
    #expect(
        throws: NetworkError.invalid(
            path: ["realised"],
            "no mbconv block is 48 channels wide inside and 12 outside, with 0 squeezed.")
    ) {
        try pruned {
            $0.ownSizes?.dimensions.widths.rows[1].first.squeezed = 0
            $0.ownSizes?.dimensions.widths.rows[1].own = []
        }
    }
}

@Test func manyTensorsMayWaitAndAllCountAtThePeak() throws {
    // given: a strided ResNet-D block, whose input waits while its shortcut is pooled
    let plain = try Network(PublishedNetworks.architecture(named: "resnet-18"))
    let pooled = try Network(PublishedNetworks.architecture(named: "resnet-18d"))
    #expect(pooled.cost.peakActivationBytes.value >= plain.cost.peakActivationBytes.value)
    for layer in pooled.layers where layer.name.part == .add {
        #expect(layer.shortcuts == layer.inputs[1...] && layer.shortcuts.count == 1)
    }
}
