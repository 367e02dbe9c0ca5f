// Networks that nobody published, for what has to hold for every network: all kinds of blocks, mixed.

import Networks

/// Draws architectures; the same seed draws the same ones.
struct RandomNetworks {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + Int((state >> 33) % UInt64(range.count))
    }

    private mutating func one<Choice>(of choices: [Choice]) -> Choice {
        choices[number(0...choices.count - 1)]
    }

    private mutating func gate() -> SqueezeExcitation? {
        number(0...1) == 0
            ? nil : SqueezeExcitation(ratio: one(of: [0.25, 1]), reference: one(of: [.input, .gated]))
    }

    /// The next network.
    mutating func next() throws -> Network {
        let stages = (0..<number(1...4)).map { _ in
            let block = one(of: BlockKind.allCases)
            return Stage(
                block, repeats: number(1...3), kernel: one(of: [1, 3, 5]), stride: number(1...2),
                expansion: Double(number(1...3)), channels: number(1...9),
                gate: gate().map { .squeezeExcitation($0) },
                activation: one(of: [.silu, .relu, .hardSwish]))
        }
        var rules = RoundingRules()
        rules.widthDivisor = 1
        return try Network(
            Architecture(
                name: "random", stem: Stem(channels: number(1...8), activation: .relu),
                stages: stages,
                head: Head(
                    channels: number(0...1) == 0 ? nil : number(1...12), activation: .silu,
                    gate: gate().map { .squeezeExcitation($0) }),
                scaling: Scaling(resolution: Double(number(16...24))), rules: rules, channels: number(1...4),
                classes: number(1...7)))
    }
}
