// Memory of the tests, which are small: a test that cannot have it ends.

import ConvolutionKernels
import KernelTasks
import Testing

/// `count` floats, zero at first.
func aligned(count: Int) -> AlignedFloats {
    had { () throws(AllocationError) in try AlignedFloats(count: count) }
}

/// A copy of values.
func aligned(_ values: [Float]) -> AlignedFloats {
    had { () throws(AllocationError) in try AlignedFloats(values) }
}

/// Packed weights of a product.
func packedWeights(
    dense source: [Float]?, bias: [Float]?, outputs: Int, inputs: Int, kernel: Int, isPaired: Bool = false,
    for set: KernelSet
) -> PackedWeights {
    had { () throws(AllocationError) in
        try PackedWeights(
            dense: source, bias: bias, outputs: outputs, inputs: inputs, kernel: kernel, isPaired: isPaired,
            for: set)
    }
}

/// Packed weights of a depthwise convolution.
func packedWeights(
    depthwise source: [Float]?, bias: [Float]?, channels: Int, groupWidth: Int = 1, kernel: Int,
    for set: KernelSet
) -> PackedWeights {
    had { () throws(AllocationError) in
        try PackedWeights(
            depthwise: source, bias: bias, channels: channels, groupWidth: groupWidth, kernel: kernel,
            for: set)
    }
}

/// Packed weights for Winograd's algorithm.
func packedWeights(
    winograd source: [Float]?, bias: [Float]?, outputs: Int, inputs: Int, tile: WinogradTile,
    isPaired: Bool = false, for set: KernelSet
) -> PackedWeights {
    had { () throws(AllocationError) in
        try PackedWeights(
            winograd: source, bias: bias, outputs: outputs, inputs: inputs, tile: tile, isPaired: isPaired,
            for: set)
    }
}

/// Packed weights of a grouped convolution.
func packedWeights(
    grouped source: [Float]?, bias: [Float]?, panels: GroupedPanels, kernel: Int, for set: KernelSet
) -> PackedWeights {
    had { () throws(AllocationError) in
        try PackedWeights(grouped: source, bias: bias, panels: panels, kernel: kernel, for: set)
    }
}

/// Packed weights of a grouped convolution for Winograd's algorithm.
func packedWeights(
    winograd source: [Float]?, bias: [Float]?, panels: GroupedPanels, tile: WinogradTile, for set: KernelSet
) -> PackedWeights {
    had { () throws(AllocationError) in
        try PackedWeights(winograd: source, bias: bias, panels: panels, tile: tile, for: set)
    }
}

private func had<T>(_ make: () throws(AllocationError) -> T) -> T {
    do { return try make() } catch { preconditionFailure("\(error)") }
}

@Test func memoryThatCannotBeHadIsAnErrorWithASentence() {
    for count in [Int.max, Int.max / 4, 1 << 55] {
        do {
            _ = try AlignedFloats(count: count)
            Issue.record("\(count) floats were had")
        } catch {
            #expect("\(error)".contains("MiB of memory cannot be had; raise the memory limit"))
        }
        #expect(throws: AllocationError.self) { try FloatPool().floats(count: count) }
    }
}
