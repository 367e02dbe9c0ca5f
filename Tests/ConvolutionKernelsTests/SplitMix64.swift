// Reproducible numbers for tests.

import ConvolutionKernels

/// A counter-based generator: the same seed gives the same numbers everywhere.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Floats for a tensor: integers in -3...3, whose sums are exact, or reals in -1..<1.
    mutating func floats(_ count: Int, integers: Bool) -> [Float] {
        (0..<count).map { _ in
            integers ? Float(next() % 7) - 3 : Float(next() >> 40) * 0x1p-23 - 1
        }
    }
}
