// Networks that nobody published: random stage tables with channels that are a multiple of nothing.

import ConvolutionKernels
import Foundation
import NetworkExecution
import Networks
import ReferenceExecution
import Testing

/// Draws sizes and choices for one network.
private struct Draw {
    private var generator: Counter

    private struct Counter: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    init(seed: UInt64) { generator = Counter(state: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func one<Choice>(of choices: [Choice]) -> Choice { choices[number(0...choices.count - 1)] }

    mutating func gate(_ activation: Activation) -> SqueezeExcitation? {
        guard number(0...2) > 0 else { return nil }
        return SqueezeExcitation(
            ratio: one(of: [0.1, 0.25, 1]), reference: one(of: [.input, .gated]), divisor: one(of: [1, 8]),
            activation: activation, gate: one(of: [.sigmoid, .hardSigmoid]))
    }

    private mutating func expansion(_ block: BlockKind) -> Double {
        if block == .basic { return 1 }
        return block.expandsByFractions ? one(of: [1, 1.5, 2, 3.67, 4]) : Double(number(1...4))
    }

    private mutating func options(_ block: BlockKind) -> BlockOptions {
        var options = BlockOptions()
        let known = block.optionKeys
        if known.contains("shortcut") { options.hasShortcut = number(0...2) > 0 }
        if known.contains("expand") { options.keepsExpansion = number(0...1) > 0 }
        if known.contains("output_activation"), number(0...2) == 0 { options.outputActivation = .relu }
        if known.contains("shortcut_pool") { options.poolsShortcut = number(0...1) > 0 }
        if block == .bottleneck, number(0...1) > 0 {
            options.groups = number(1...4)
            options.baseWidth = number(64...128)
        }
        if block == .regnet, number(0...2) > 0 { options.groupWidth = number(1...12) }
        if known.contains("start_kernel") { options.startKernel = one(of: [0, 3, 5]) }
        if options.keepsExpansion, number(0...2) == 0 {
            options.expandedChannels = number(1...20)
        }
        return options
    }

    mutating func architecture() -> Architecture {
        let activation = one(of: [Activation.silu, .relu, .relu6, .hardSwish, .gelu, .sigmoid, .identity])
        let stages = (0..<number(1...4)).map { _ in
            let block = one(of: BlockKind.allCases)
            return Stage(
                block, repeats: number(1...3), kernel: one(of: [1, 3, 5, 7]), stride: number(1...3),
                expansion: expansion(block), channels: number(1...37),
                gate: number(0...5) == 0 ? .l2Scalar : gate(activation).map { .squeezeExcitation($0) },
                activation: activation, options: options(block))
        }
        var rules = RoundingRules()
        rules.widthDivisor = 1
        return Architecture(
            name: "random",
            stem: Stem(
                channels: number(1...33), kernel: one(of: [1, 3, 7]), stride: number(1...2),
                activation: activation,
                pooling: number(0...1) == 0 ? nil : Pooling(kernel: 3, stride: number(1...2))),
            stages: stages,
            head: Head(
                channels: number(0...1) == 0 ? nil : number(1...70), activation: activation,
                gate: gate(activation).map { .squeezeExcitation($0) }),
            scaling: Scaling(resolution: Double(number(7...40))), rules: rules, channels: number(1...5),
            classes: number(1...40), padding: one(of: Padding.allCases))
    }
}

@Test func randomNetworksMatchTheReferenceInEveryBuild() throws {
    let seed =
        ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 32)
    print("random networks to run: seed \(seed)")
    for index in 0..<UInt64(60) {
        var draw = Draw(seed: seed &+ index)
        let network = try Network(draw.architecture())
        let test = NetworkCase(name: "random", resolution: 0, batch: draw.number(1...3), seed: index)
        let weights = NetworkWeights.random(for: network, seed: index)
        let images = test.images(network)
        let expected = network.referenceLogits(images, weights: weights).values
        let largest = expected.map(abs).max() ?? 0
        // Some networks turn a rounding of an image into a thousand of a logit: nobody computes them better.
        var shaken = images
        for place in shaken.values.indices where place % 2 == 0 { shaken.values[place] *= 1 + 0x1p-22 }
        let shakenLogits = network.referenceLogits(shaken, weights: weights).values
        let noise = zip(shakenLogits, expected).map { abs($0 - $1) }.max() ?? 0
        for set in InstructionSet.allCases where set.isSupported {
            let compiled = try CompiledNetwork(
                network, weights: weights, batch: test.batch, threads: draw.number(1...3), instructionSet: set
            )
            let error = zip(compiled.run(images).values, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(
                error <= 1e-4 * largest + 10 * noise + 1e-6,
                "seed \(seed &+ index), \(set.rawValue), noise \(noise)")
        }
    }
}
