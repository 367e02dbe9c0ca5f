// SHA-256 (FIPS 180-4), for those who ask for it by name: a page's policy of which scripts may run.

/// The SHA-256 of bytes.
///     SHA256.digest(of: "abc".utf8).first   // 0xba
package enum SHA256 {
    /// The 32 bytes of the digest. Cost: about 20 cycles a byte.
    package static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var message = Array(bytes)
        let bits = UInt64(message.count) * 8
        message.append(0x80)
        while message.count % 64 != 56 { message.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            message.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
            0x5be0_cd19,
        ]
        for start in stride(from: 0, to: message.count, by: 64) {
            add(message[start..<start + 64], to: &state)
        }
        return state.flatMap { word in
            stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
        }
    }

    private static func add(_ block: ArraySlice<UInt8>, to state: inout [UInt32]) {
        var words = [UInt32](repeating: 0, count: 64)
        for index in 0..<16 {
            words[index] = block.dropFirst(4 * index).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<64 {
            let (old, recent) = (words[index - 15], words[index - 2])
            let first = rotated(old, 7) ^ rotated(old, 18) ^ old >> 3
            let second = rotated(recent, 17) ^ rotated(recent, 19) ^ recent >> 10
            words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let mixed = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let chosen = e & f ^ ~e & g
            let first = h &+ mixed &+ chosen &+ constants[index] &+ words[index]
            let spread = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let second = spread &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word >> count | word << (32 - count)
    }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, in integers: ⌊∛(p · 2⁹⁶)⌋.
    private static let constants: [UInt32] = {
        var primes: [UInt64] = []
        var candidate: UInt64 = 2
        while primes.count < 64 {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes.map { prime in
            var root: UInt64 = 0
            for bit in (0..<36).reversed() {
                let next = root | 1 << UInt64(bit)
                if isCube(next, atMost: prime) { root = next }
            }
            return UInt32(truncatingIfNeeded: root)
        }
    }()

    /// Whether root³ ≤ prime · 2⁹⁶.
    private static func isCube(_ root: UInt64, atMost prime: UInt64) -> Bool {
        // root < 2³⁵, so that its square takes two words and its cube three, whose highest must stay within the prime's.
        let square = root.multipliedFullWidth(by: root)
        let low = square.low.multipliedFullWidth(by: root)
        let high = square.high.multipliedFullWidth(by: root)
        let (middle, carry) = low.high.addingReportingOverflow(high.low)
        let top = high.high + (carry ? 1 : 0)
        let limit = prime << 32
        return top == 0 && (middle < limit || middle == limit && low.low == 0)
    }
}
