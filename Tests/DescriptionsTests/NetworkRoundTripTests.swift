// What is written reads back as the same value: all published networks, and random ones.

import Descriptions
import Foundation
import Networks
import Testing

@Test(arguments: PublishedNetworks.all)
func publishedNetworksReadBackAsTheyWere(_ network: Architecture) throws {
    #expect(try Architecture(yaml: network.yaml, file: "n.yaml") == network)
    #expect(try Architecture(yaml: network.json, file: "n.json") == network)
}

@Test func randomNetworksReadBackAsTheyWere() throws {
    let seed = SeededRandom.newSeed()
    print("random networks of seed \(seed)")
    var random = SeededRandom(seed: seed)
    var count = 0
    while count < 2000 {
        let network = Architecture.random(using: &random)
        // Some random tables shrink the image to nothing; those are no networks.
        guard (try? Network(network)) != nil else { continue }
        count += 1
        #expect(try Architecture(yaml: network.yaml, file: "n.yaml") == network, "seed \(seed)")
        #expect(try Architecture(yaml: network.json, file: "n.json") == network, "seed \(seed)")
    }
}

@Test func mobileNetV2IsWrittenCanonically() throws {
    #expect(
        try PublishedNetworks.architecture(named: "mobilenet-v2").yaml == """
            name: mobilenet-v2
            stem: {channels: 32, kernel: 3, stride: 2}
            stages:
              - {block: mbconv, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 16}
              - {block: mbconv, repeats: 2, kernel: 3, stride: 2, expansion: 6, channels: 24}
              - {block: mbconv, repeats: 3, kernel: 3, stride: 2, expansion: 6, channels: 32}
              - {block: mbconv, repeats: 4, kernel: 3, stride: 2, expansion: 6, channels: 64}
              - {block: mbconv, repeats: 3, kernel: 3, stride: 1, expansion: 6, channels: 96}
              - {block: mbconv, repeats: 3, kernel: 3, stride: 2, expansion: 6, channels: 160}
              - {block: mbconv, repeats: 1, kernel: 3, stride: 1, expansion: 6, channels: 320}
            head: {channels: 1280, dropout: 0.2}
            activation: relu6
            scaling: {width: 1.0, depth: 1.0, resolution: 224}
            rules:
              width_divisor: 8
              width_floor: 0.9
              depth: ceil
              stem: scaled
              head: grows
              first_stage_depth: scaled
              last_stage_depth: scaled
              resolution_multiple: 1
            channels: 3
            classes: 1000
            padding: symmetric
            batch_norm_epsilon: 1.0e-05
            drop_path: 0.0

            """)
}

@Test func aGateOfItsOwnIsWrittenInFull() throws {
    let row = "{block: bottleneck, repeats: 3, kernel: 3, stride: 1, expansion: 4, channels: 64, "
    let gate = "se: {ratio: 0.0625, of: gated, divisor: 8, activation: relu, gate: sigmoid}}"
    let lines = try PublishedNetworks.architecture(named: "se-resnet-50").yaml.split(separator: "\n")
    #expect(lines[1] == "stem: {channels: 64, kernel: 7, stride: 2, pool: {kernel: 3, stride: 2}}")
    #expect(lines[3] == "  - " + row + gate)
    #expect(lines[7] == "head: {dropout: 0.0}")
}

@Test(arguments: [
    "null", "yes", "1.5", "a: b", "a #b", "-x", "\"", "\\", "it's", "two\nlines", "\t\u{1}", "Ünï",
    "𝛼 😀", "*bomb", "& *a", " blank ", "{a}", "[b", "", "e\u{301}", "a\u{feff}", "\u{2028}", "\u{fffe}",
])
func anyNameSurvives(_ name: String) throws {
    var network = PublishedNetworks.all[0]
    network.name = "x" + name
    #expect(try Architecture(yaml: network.yaml, file: "n.yaml").name == "x" + name)
    network.name = name
    if !name.isEmpty {
        #expect(try Architecture(yaml: network.yaml, file: "n.yaml").name == name)
        #expect(try Architecture(yaml: network.json, file: "n.json").name == name)
    }
}

/// SplitMix64 (Steele et al. 2014).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A seed that was never used, or that of the environment: `SEED=42 swift test` repeats a failure.
    static func newSeed() -> UInt64 {
        ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

extension Architecture {
    /// Any network that validation admits, every field drawn.
    static func random(using random: inout SeededRandom) -> Architecture {
        func odd(_ most: Int) -> Int { Int.random(in: 0...most / 2, using: &random) * 2 + 1 }
        func any<T>(_ values: [T]) -> T { values.randomElement(using: &random)! }
        func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        func real(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }
        func gate() -> SqueezeExcitation? {
            if whole(0...2) == 0 { return nil }
            if whole(0...1) == 0 { return SqueezeExcitation(ratio: 0.25, activation: .silu) }
            let rounding = any(SqueezeExcitation.Rounding.allCases)
            return SqueezeExcitation(
                ratio: real(1e-6...4), reference: any(SqueezeExcitation.Reference.allCases),
                divisor: rounding == .nearest ? 1 : whole(1...16), rounding: rounding,
                activation: any(Activation.allCases),
                gate: any([.sigmoid, .hardSigmoid]))
        }
        func options(_ block: BlockKind) -> BlockOptions {
            var options = BlockOptions()
            for key in block.optionKeys.sorted() where whole(0...2) == 0 {
                switch key {
                case "groups" where options.groupWidth == nil: options.groups = whole(1...4)
                case "group_width" where options.groups == nil: options.groupWidth = whole(1...4)
                case "base_width": options.baseWidth = whole(4...128)
                case "shortcut": options.hasShortcut = false
                case "expand": options.keepsExpansion = true
                case "expanded_channels": options.expandedChannels = whole(1...64)
                case "output_activation": options.outputActivation = any(Activation.allCases)
                case "start_kernel": options.startKernel = odd(7)
                case "shortcut_pool": options.poolsShortcut = true
                default: break
                }
            }
            return options
        }
        func row(_ index: Int) -> Stage {
            let block = any(BlockKind.allCases)
            let continues = index > 0 && whole(0...2) == 0
            return Stage(
                block, repeats: whole(1...5), kernel: odd(7), stride: continues ? 1 : whole(1...2),
                expansion: block.expandsByFractions ? real(0.5...8) : Double(whole(1...8)),
                channels: whole(1...400),
                gate: whole(0...5) == 0 ? .l2Scalar : gate().map { .squeezeExcitation($0) },
                activation: any(Activation.allCases), options: options(block), continues: continues)
        }
        var rules = RoundingRules()
        rules.widthDivisor = whole(1...32)
        rules.widthFloor = real(0...0.99)
        rules.depth = any(RoundingRules.DepthRounding.allCases)
        rules.stemFixedBelow = any([0, 0.75, .infinity])
        rules.innerDivisor = any([1, 8])
        rules.head = any(RoundingRules.HeadWidth.allCases)
        rules.firstDepthFixed = any([true, false])
        rules.lastDepthFixed = any([true, false])
        rules.resolutionMultiple = whole(1...32)
        let stages = (0..<whole(1...8)).map(row)
        let count = stages.indices.count { $0 == 0 || !stages[$0].continues }
        func factors() -> [Double] { (0..<count).map { _ in real(0.5...2) } }
        return Architecture(
            name: "network \(whole(0...999))",
            stem: Stem(
                channels: whole(1...64), kernel: odd(9), stride: whole(1...3),
                activation: any(Activation.allCases), before: any([[], [whole(1...64)], [8, 16]]),
                pooling: any([nil, Pooling(kernel: odd(5), stride: whole(1...3))])),
            stages: stages,
            head: Head(
                channels: any([nil, whole(1...2000)]), activation: any(Activation.allCases),
                gate: gate().map { .squeezeExcitation($0) },
                pooled: any([
                    nil,
                    PooledConvolution(
                        channels: whole(1...64), isNormalised: whole(0...1) == 0, activation: .relu),
                ]), dropout: real(0...0.99)),
            scaling: Scaling(
                width: 1 + Double(whole(0...40)) * 0.05, depth: real(0.1...3),
                resolution: any([Double(whole(16...600)), real(16...600)]),
                stages: StageFactors(depths: any([[], factors()]), widths: any([[], factors()]))),
            rules: rules, channels: whole(1...4), classes: whole(1...2000), padding: any(Padding.allCases),
            batchNormEpsilon: any([1e-5, 1e-3, real(1e-12...0.5)]), dropPath: real(0...0.99))
    }
}
