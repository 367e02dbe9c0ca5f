// Random numbers that are functions of a counter instead of a state (after SplitMix64, Steele et al. 2014),
// so that neither the order of calls nor the number of threads can change them.

/// The random numbers of one purpose, by index.
struct RandomCounter {
    private let key: UInt64

    /// The numbers of a seed and whatever else tells this purpose from others.
    init(_ seed: UInt64, _ purposes: UInt64...) {
        var key = RandomCounter.mixed(seed &+ 0x9e37_79b9_7f4a_7c15)
        for purpose in purposes { key = RandomCounter.mixed(key ^ RandomCounter.mixed(purpose &+ 1)) }
        self.key = key
    }

    /// 64 random bits.
    func bits(_ index: Int) -> UInt64 {
        RandomCounter.mixed(key &+ UInt64(bitPattern: Int64(index)) &* 0x9e37_79b9_7f4a_7c15)
    }

    /// A number in 0..<1.
    func unit(_ index: Int) -> Double { Double(bits(index) >> 11) * 0x1p-53 }

    /// The numbers 0..<count in random order.
    func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(bits(last).multipliedFullWidth(by: UInt64(last + 1)).high))
        }
        return order
    }

    /// Spreads every bit of a word over all.
    static func mixed(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A hash of bytes that is the same in every run (FNV-1a, mixed).
    static func hash(_ bytes: some Sequence<UInt8>, seed: UInt64) -> UInt64 {
        var hash = 0xcbf2_9ce4_8422_2325 ^ mixed(seed)
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return mixed(hash)
    }
}
