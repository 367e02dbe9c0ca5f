// Randomness by position: what is drawn depends on what it is for, never on what was drawn before.

/// Random numbers addressed by a counter, so that threads and resumed runs draw the same ones.
package struct CounterStream: Sendable {
    private let origin: UInt64

    /// The stream of a seed and a path of purposes, such as epoch and image.
    package init(_ seed: UInt64, _ path: UInt64...) {
        origin = path.reduce(Self.mixed(seed &+ 0x9e37_79b9_7f4a_7c15)) {
            Self.mixed($0 &+ Self.mixed($1 &+ 1))
        }
    }

    /// A number in 0..<1 with 24 bits.
    package func uniform(_ index: UInt64) -> Float {
        Float(Self.mixed(origin &+ index &* 0x9e37_79b9_7f4a_7c15) >> 40) * 0x1p-24
    }

    /// SplitMix64's mixer.
    private static func mixed(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
