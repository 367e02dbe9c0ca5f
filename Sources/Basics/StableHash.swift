// A hash that is the same on every machine and in every run, for identities that are stored.

/// FNV-1a over 64-bit words, finished by SplitMix64's mixer.
package struct StableHash: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    /// An empty hash.
    package init() {}

    /// Takes in a word.
    package mutating func combine(_ word: UInt64) {
        var word = word
        for _ in 0..<8 {
            state = (state ^ (word & 0xff)) &* 0x100_0000_01b3
            word >>= 8
        }
    }

    /// Takes in an integer.
    package mutating func combine(_ integer: Int) { combine(UInt64(bitPattern: Int64(integer))) }

    /// Takes in a text, its length first.
    package mutating func combine(_ text: String) {
        combine(text.utf8.count)
        for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    /// The 64-bit result.
    package var value: UInt64 {
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// The result as 16 hexadecimal digits.
    package var hexadecimal: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
