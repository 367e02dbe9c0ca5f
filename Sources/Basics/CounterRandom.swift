// Randomness without a state, so that what is drawn does not depend on what was drawn before.

import Foundation

/// Random numbers that are functions of a counter instead of a state (after SplitMix64, Steele et al. 2014).
package enum CounterRandom {
    /// A number in 0..<1 with 53 random bits.
    package static func fraction(seed: UInt64, index: Int, lane: UInt64) -> Double {
        let counter = UInt64(bitPattern: Int64(index)) &* 4 &+ lane
        let bits = mix(mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ mix(counter &* 0x9e37_79b9_7f4a_7c15 &+ 1))
        return Double(bits >> 11) * 0x1p-53
    }

    /// Two independent standard normal numbers (Box & Muller 1958).
    package static func normals(seed: UInt64, index: Int) -> (Double, Double) {
        let radius = (-2 * log(1 - fraction(seed: seed, index: index, lane: 0))).squareRoot()
        let angle = 2 * Double.pi * fraction(seed: seed, index: index, lane: 1)
        return (radius * cos(angle), radius * sin(angle))
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
