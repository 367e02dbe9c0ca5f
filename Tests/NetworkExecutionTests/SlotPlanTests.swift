// Slots of tensors: their sizes, how long they live, and places in memory that none shares with another of its time.

import ConvolutionKernels
import NetworkExecution
import Networks
import Testing

/// The layers that `write` appends to an image of 6×6 pixels and 3 channels.
func writtenLayers(_ write: (inout LayerWriter) -> Void) throws -> [Layer] {
    let architecture = Architecture(
        name: "written", stem: Stem(channels: 8, activation: .relu),
        stages: [
            Stage(.basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8, activation: .relu)
        ],
        head: Head(channels: nil, activation: .relu), scaling: Scaling(resolution: 6), channels: 3, classes: 5
    )
    return try Network(architecture, layers: write).layers
}

@Suite struct SlotPlanTests {
    /// Four floats a vector, on every machine.
    private static let set = InstructionSet.portable.kernels

    /// A convolution of the image to 6 channels, and one of that to 10.
    private static func layers() throws -> [Layer] {
        try writtenLayers { layers in
            layers.convolution(to: 6, kernel: 3, .silu)
            layers.convolution(to: 10, .silu)
        }
    }

    @Test func tensorsOfABatchHavePaddedChannels() throws {
        let layers = try Self.layers()
        var plan = SlotPlan(layers, batch: 2, Self.set)
        let slots = layers.map { plan.newSlot($0.output.shape) }
        #expect(slots == [0, 1])
        #expect(slots.map { plan.count(of: $0) } == [2 * 36 * 8, 2 * 36 * 12])
        #expect(plan.widest == 12)
        let other = plan.newSlot(100)
        plan.widen(other, to: 90)
        #expect(plan.count(of: other) == 100)
        plan.widen(other, to: 110)
        #expect(plan.count(of: other) == 110)
    }

    @Test func theImageStandsWithItsCallerUntilItIsCopied() throws {
        let layers = try Self.layers()
        let image = layers[0].input
        var plan = SlotPlan(layers, batch: 1, Self.set)
        #expect(plan.place(of: image) == .image && plan.stride(of: image) == 3)
        // A tensor that does not stand anywhere yet will have its channels padded.
        #expect(plan.stride(of: layers[1].input) == 8)
        plan.place(-1, at: plan.newSlot(image.shape))
        #expect(plan.slot(of: image) == 0 && plan.stride(of: image) == 4)
    }

    @Test func whatNobodyReadsAnyMoreMakesRoom() throws {
        var plan = SlotPlan(try Self.layers(), batch: 1, Self.set)
        let chain = [64, 32, 48, 16].map { plan.newSlot($0) }
        for step in 0..<3 { plan.use([chain[step], chain[step + 1]], in: step) }
        // The largest two of a time are 64 + 32 floats, and then 32 + 48.
        #expect(plan.arena(keeping: chain[3]).count == 96)
        #expect(plan.arena(keeping: chain[3]).offsets == [0, 64, 0, 48])
        // The first is read once more, when the last is written.
        plan.use([chain[0]], in: 2)
        #expect(plan.arena(keeping: chain[3]).count == 64 + 32 + 48)
    }

    @Test func tensorsThatWaitShareNothing() throws {
        var plan = SlotPlan(try Self.layers(), batch: 1, Self.set)
        let waiting = (0..<50).map { _ in plan.newSlot(16) }
        for (step, slot) in waiting.enumerated() { plan.use([slot], in: step) }
        #expect(plan.arena(keeping: waiting[49]).count == 16)
        plan.use(waiting, in: 50)
        let arena = plan.arena(keeping: waiting[49])
        #expect(arena.count == 50 * 16)
        #expect(Set(arena.offsets).count == 50)
    }

    @Test func whatIsKeptOutlivesAllSteps() throws {
        var plan = SlotPlan(try Self.layers(), batch: 1, Self.set)
        let (kept, other) = (plan.newSlot(16), plan.newSlot(16))
        plan.use([kept], in: 0)
        plan.use([other], in: 1)
        #expect(plan.arena(keeping: kept).count == 32)
        #expect(plan.arena(keeping: other).count == 16)
    }

    @Test func marginsLieAroundAllSlots() throws {
        var plan = SlotPlan(try Self.layers(), batch: 1, Self.set)
        let slot = plan.newSlot(16)
        plan.use([slot], in: 0)
        plan.reserve(margin: 20)
        plan.reserve(margin: 10)
        // In whole lines of 16 floats.
        #expect(plan.arena(keeping: slot).count == 32 + 16 + 32)
        #expect(plan.arena(keeping: slot).offsets == [32])
    }

    @Test func whatStandsNowhereIsNamed() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let layers = try SlotPlanTests.layers()
            _ = SlotPlan(layers, batch: 1, SlotPlanTests.set).slot(of: layers[1].input)
        }
        let error = try #require(result).standardErrorContent
        #expect(
            String(decoding: error, as: UTF8.self).contains(
                "stages.0.0.convolution is read and stands nowhere"))
    }

    @Test func anImageIsInNoSlot() async throws {
        await #expect(processExitsWith: .failure) {
            let layers = try SlotPlanTests.layers()
            _ = SlotPlan(layers, batch: 1, SlotPlanTests.set).slot(of: layers[0].input)
        }
    }
}
