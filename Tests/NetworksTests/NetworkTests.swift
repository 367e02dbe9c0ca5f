// Networks: identity, memory, borders and refusals.

import Networks
import Testing

private func b0(_ change: (inout Architecture) -> Void = { _ in }) throws -> Network {
    var architecture = try PublishedNetworks.architecture(named: "efficientnet-b0")
    change(&architecture)
    return try Network(architecture)
}

@Test func hashTellsNetworksApartAndNothingElse() throws {
    let hash = try b0().contentHash
    #expect(hash.count == 16)
    #expect(try b0 { $0.name = "mine" }.contentHash == hash)
    // A width of 1.001 rounds to the same channels.
    #expect(try b0 { $0.scaling.width = 1.001 }.contentHash == hash)
    #expect(try b0 { $0.scaling.resolution = 225 }.contentHash != hash)
    #expect(try b0 { $0.padding = .same }.contentHash != hash)
    #expect(try b0 { $0.batchNormEpsilon = 1e-3 }.contentHash != hash)
    #expect(try b0 { $0.classes = 10 }.contentHash != hash)
    #expect(try b0 { $0.stages[2].squeezeExcitation = nil }.contentHash != hash)
    #expect(try b0 { $0.stages[2].activation = .relu }.contentHash != hash)
}

@Test func publishedNetworksDifferExceptB2OfTheTwoTables() throws {
    // Depths 1.1 and 1.2 round to the same repeats, so both tables' B2 is one network.
    let hashes = try PublishedNetworks.all.filter { $0.name != "efficientnet-b2-article" }
        .map { try Network($0).contentHash }
    #expect(Set(hashes).count == hashes.count)
    let both = try ["efficientnet-b2", "efficientnet-b2-article"].map {
        try Network(PublishedNetworks.architecture(named: $0)).contentHash
    }
    #expect(both[0] == both[1])
}

@Test func hashOfB0IsWhatDatabasesHold() throws {
    #expect(try b0().contentHash == "7c9451aa63c0355d")
}

@Test func peakMemoryOfB0IsItsFirstStridedDepthwise() throws {
    // Expanded 112×112×96 beside the 56×56×96 made of it, in Float32.
    #expect(try b0().cost.peakActivationBytes.value == (112 * 112 * 96 + 56 * 56 * 96) * 4)
}

@Test func shortcutsCountTowardsThePeak() throws {
    // ResNet-50's peak: the 56×56×256 shortcut waits while the last 1×1 reads 64 and writes 256 channels.
    let network = try Network(PublishedNetworks.architecture(named: "resnet-50"))
    #expect(network.cost.peakActivationBytes.value == 56 * 56 * (256 + 64 + 256) * 4)
}

@Test func gateOnTheHeadCostsItsTwoLayers() throws {
    let plain = try b0()
    let gated = try b0 { $0.head.squeezeExcitation = SqueezeExcitation(ratio: 0.25, reference: .gated) }

    let squeezed = 320
    #expect(gated.cost.macs.value - plain.cost.macs.value == 2 * 1280 * squeezed)
    #expect(
        gated.cost.parameters.value - plain.cost.parameters.value
            == 2 * 1280 * squeezed + 1280 + squeezed)
    #expect(gated.layers.map { "\($0.name)" }.contains("head.gate"))
}

@Test func paddingDecidesTheSizeOfOddImages() {
    #expect(Padding.symmetric.outputs(7, kernel: 3, stride: 2) == 4)
    #expect(Padding.same.outputs(7, kernel: 3, stride: 2) == 4)
    #expect(Padding.symmetric.outputs(224, kernel: 7, stride: 2) == 112)
    #expect(Padding.symmetric.outputs(1, kernel: 5, stride: 1) == 1)
    // TensorFlow puts the smaller half first: 224 with k3 s2 pads 0 before and 1 after.
    #expect(Padding.same.before(224, kernel: 3, stride: 2) == 0)
    #expect(Padding.same.before(225, kernel: 3, stride: 2) == 1)
    #expect(Padding.same.before(14, kernel: 5, stride: 2) == 1)
    #expect(Padding.symmetric.before(14, kernel: 5, stride: 2) == 2)
}

@Test func fusedMBConvWithoutExpansionIsOneConvolution() throws {
    let network = try b0 {
        $0.stages = [
            Stage(
                .fusedMBConv, repeats: 2, kernel: 3, stride: 1, expansion: 1, channels: 32, activation: .silu),
            Stage(
                .fusedMBConv, repeats: 1, kernel: 3, stride: 2, expansion: 4, channels: 48, activation: .silu),
        ]
    }
    #expect(
        network.layers.map { "\($0.name)" } == [
            "stem", "stages.0.0.expand", "stages.0.0.add", "stages.0.1.expand", "stages.0.1.add",
            "stages.1.0.expand", "stages.1.0.project", "head.convolution", "head.pool", "classifier",
        ])
    let stage0 = 9 * 32 * 32 + 2 * 32
    let stage1 = 9 * 32 * 128 + 2 * 128 + 128 * 48 + 2 * 48
    let rest = 9 * 3 * 32 + 2 * 32 + 48 * 1280 + 2 * 1280 + 1280 * 1000 + 1000
    #expect(network.cost.parameters.value == 2 * stage0 + stage1 + rest)
}

@Test func everyFieldOutOfRangeIsNamed() {
    func message(_ change: (inout Architecture) -> Void) -> String {
        do {
            _ = try b0(change)
            return "built"
        } catch {
            return "\(error)"
        }
    }
    #expect(message { $0.stages[2].kernel = 4 } == "stages.2.kernel: a kernel of 4 is even; give an odd one.")
    #expect(message { $0.stages[1].repeats = 0 } == "stages.1.repeats: 0 is out of range; give 1 to 10000.")
    #expect(message { $0.stages = [] } == "stages: the stage table is empty; give at least one stage.")
    #expect(
        message { $0.stages[0].squeezeExcitation?.gate = .relu }
            == "stages.0.se.gate: 'relu' is no gate; give sigmoid or hard-sigmoid.")
    #expect(
        message { $0.scaling.resolution = 0 }
            == "a resolution of 0.0 is out of range; give 1 to 16384 pixels.")
    #expect(message { $0.scaling.resolution = 100_000 }.contains("give 1 to 16384 pixels"))
    #expect(message { $0.scaling.width = 1e9 }.contains("out of range"))
    #expect(message { $0.scaling.depth = 1e9 }.contains("out of range"))
    #expect(message { $0.batchNormEpsilon = .nan }.hasPrefix("batch_norm_epsilon: "))
    #expect(message { $0.rules.widthDivisor = 0 }.hasPrefix("rules.width_divisor: "))
}

@Test func costsBeyond64BitsAreRefused() {
    #expect(throws: NetworkError.overflow) {
        try b0 {
            $0.scaling = Scaling(width: 500, depth: 500, resolution: 16_000)
            for index in $0.stages.indices { $0.stages[index].expansion = 64 }
        }
    }
}

@Test func theLargestKernelIsTheSmallestImageOfAPaddedNetwork() throws {
    let network = try b0 { $0.scaling.resolution = 5 }
    #expect(network.layers.last { $0.name.stage != nil }?.output.shape.height == 1)
    #expect(
        throws: NetworkError.invalid(
            path: ["stages", "2", "kernel"],
            "a kernel of 5 is larger than the image of 4 pixels; give a smaller one, or a larger resolution.")
    ) { try b0 { $0.scaling.resolution = 4 } }
}

@Test func unknownNamesGetTheNearestOne() {
    #expect(throws: NetworkError.unknownName("efficentnet-b0", nearest: "efficientnet-b0")) {
        try PublishedNetworks.architecture(named: "efficentnet-b0")
    }
    #expect(throws: NetworkError.unknownName("vit", nearest: nil)) {
        try PublishedNetworks.architecture(named: "vit")
    }
}
