// What a network's YAML may say, and the sentence for what it may not.

import Descriptions
import Foundation
import Networks
import Testing

/// A network of one stage in eleven lines.
let small = """
    name: small
    stem: {channels: 8, kernel: 3, stride: 2}
    stages:
      - {block: mbconv, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 16, se: 0.25}
      - block: mbconv
        repeats: 2
        kernel: 5
        stride: 2
        expansion: 6
        channels: 24
    activation: silu
    """

/// The keys of a network, as errors list them.
let networkKeys = """
    name, base, stem, stages, regnet, timm, generator, head, activation, scaling, rules, channels, classes, \
    padding, batch_norm_epsilon, drop_path and realised
    """

/// The error that reading a network gives, or nothing.
func networkError(_ yaml: String) -> String {
    do throws(DescriptionError) {
        _ = try Architecture(yaml: yaml, file: "n.yaml")
        return ""
    } catch {
        return error.description
    }
}

@Test func aStageTableNeedsNoMoreThanThis() throws {
    #expect(
        try Architecture(yaml: small, file: "n.yaml")
            == Architecture(
                name: "small", stem: Stem(channels: 8, activation: .silu),
                stages: [
                    Stage(
                        .mbconv, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 16,
                        gate: .squeezeExcitation(SqueezeExcitation(ratio: 0.25)), activation: .silu),
                    Stage(
                        .mbconv, repeats: 2, kernel: 5, stride: 2, expansion: 6, channels: 24,
                        activation: .silu),
                ], head: Head(channels: nil, activation: .silu)))
}

@Test func aBaseIsOverriddenKeyByKey() throws {
    var expected = try PublishedNetworks.architecture(named: "se-resnet-18")
    expected.name = "mine"
    expected.stem.pooling = nil
    expected.stem.kernel = 3
    expected.scaling.width = 0.5
    expected.rules.resolutionMultiple = 32
    expected.classes = 10
    expected.padding = .same
    let yaml = """
        base: se-resnet-18
        name: mine
        stem: {kernel: 3, pool: none}
        scaling: {width: 0.5}
        rules: {resolution_multiple: 32}
        classes: 10
        padding: same
        """
    #expect(try Architecture(yaml: yaml, file: "n.yaml") == expected)
}

@Test func anActivationReplacesEveryOneOfTheBase() throws {
    var expected = try PublishedNetworks.architecture(named: "efficientnet-b0")
    expected.stem.activation = .relu6
    expected.head.activation = .relu6
    for index in expected.stages.indices {
        expected.stages[index].activation = .relu6
        expected.stages[index].squeezeExcitation?.activation = .relu6
    }
    #expect(try Architecture(yaml: "{base: efficientnet-b0, activation: relu6}", file: "n.yaml") == expected)
}

@Test func aStemOfItsOwnLeavesTheStagesOfTheBaseAlone() throws {
    let yaml = """
        base: resnet-18
        stem: {activation: silu}
        stages:
          - {block: basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 32}
        """
    let network = try Architecture(yaml: yaml, file: "n.yaml")
    #expect(network.stem.activation == .silu)
    #expect(network.stages.map(\.activation) == [.relu])
}

@Test func stagesReplaceTheTableOfTheBase() throws {
    let yaml = """
        base: resnet-18
        stages:
          - {block: basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 32}
        head: {channels: 64, se: {ratio: 0.5}, dropout: 0.1}
        """
    let network = try Architecture(yaml: yaml, file: "n.yaml")
    #expect(
        network.stages == [
            Stage(.basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 32, activation: .relu)
        ])
    #expect(
        network.head
            == Head(
                channels: 64, activation: .relu,
                gate: .squeezeExcitation(SqueezeExcitation(ratio: 0.5, activation: .relu)), dropout: 0.1))
}

@Test(arguments: [
    ("repeats: 2", "repeats: two", "n.yaml:6: repeats is 'two'; give a whole number."),
    ("repeats: 2", "repeats: '2'", "n.yaml:6: repeats is the text \"2\"; give a whole number."),
    ("repeats: 2", "repeats: 2.5", "n.yaml:6: repeats is '2.5'; give a whole number."),
    (
        "repeats: 2", "repeats: 99999999999999999999",
        "n.yaml:6: repeats is '99999999999999999999'; give a whole number."
    ),
    ("repeats: 2", "repeats:", "n.yaml:6: repeats has no value; give a whole number."),
    ("repeats: 2", "repeats: [2]", "n.yaml:6: repeats is a list; give a whole number."),
    ("repeats: 2", "repeats: {a: 2}", "n.yaml:6: repeats is a mapping; give a whole number."),
    ("repeats: 2", "repeats: 0", "n.yaml:6: repeats: 0 is out of range; give 1 to 10000."),
    (
        "repeats: 2", "repeats: !!int 2",
        "n.yaml:6: repeats carries the tag 'tag:yaml.org,2002:int'; tags are not read, remove it."
    ),
    ("repeats: 2", "repaets: 2", "n.yaml:6: the key 'repaets' is unknown; did you mean 'repeats'?"),
    ("repeats: 2", "channels: 2", "n.yaml:6: 'channels' is given more than once; keep one of them."),
    ("    repeats: 2\n", "", "n.yaml:5: stages[1] lacks 'repeats'; add 'repeats:'."),
    ("kernel: 5", "kernel: 4", "n.yaml:7: kernel: a kernel of 4 is even; give an odd one."),
    (
        "se: 0.25", "se: much",
        "n.yaml:4: se is 'much'; give a ratio such as 0.25, a mapping, l2-scalar, or none."
    ),
    ("se: 0.25", "se: {of: input}", "n.yaml:4: se lacks 'ratio'; add 'ratio:'."),
    ("se: 0.25", "se: 0", "n.yaml:4: ratio: 0 is out of range; give 1e-06 or more, below 64."),
    (
        "se: 0.25", "se: {ratio: 0.25, gate: relu}",
        "n.yaml:4: gate: 'relu' is no gate; give sigmoid or hard-sigmoid."
    ),
    ("block: mbconv\n", "block: mbconf\n", "n.yaml:5: block is 'mbconf'; did you mean 'mbconv'?"),
    (
        "block: mbconv\n", "block: transformer\n",
        "n.yaml:5: block is 'transformer'; give mbconv, fused-mbconv, basic, bottleneck, regnet or uib."
    ),
    (
        "activation: silu", "",
        "n.yaml:2: stem lacks 'activation'; add 'activation:' to it, or to the whole network."
    ),
    (
        "activation: silu", "activation: silu\nclases: 3",
        "n.yaml:12: the key 'clases' is unknown; did you mean 'classes'?"
    ),
    (
        "activation: silu", "activation: silu\nx: 3",
        "n.yaml:12: the key 'x' is unknown; the keys here are \(networkKeys)."
    ),
    ("activation: silu", "activation: silu\n[a]: 3", "n.yaml:12: a key is no word; give a word."),
    (
        "activation: silu", "activation: silu\nscaling: {width: -1}",
        "n.yaml:12: width is -1; give 1e-06 to 10000."
    ),
    (
        "activation: silu", "activation: silu\nscaling: {depth: .inf}",
        "n.yaml:12: depth is '.inf'; give a number."
    ),
    (
        "activation: silu", "activation: silu\nscaling: {depth: nan}",
        "n.yaml:12: depth is 'nan'; give a number."
    ),
    (
        "activation: silu", "activation: silu\nscaling: {depth: 1e999}",
        "n.yaml:12: depth is '1e999'; give a number."
    ),
    (
        "activation: silu", "activation: silu\nscaling:\n  width: 1e9",
        "n.yaml:13: width is 1000000000; give 1e-06 to 10000."
    ),
    (
        "activation: silu", "activation: silu\nscaling:\n  depth: 1\n  resolution: 0.2",
        "n.yaml:14: resolution is 0.2; give 0.5 to 16384."
    ),
    (
        "activation: silu", "activation: silu\nrules:\n  stem: scald\n",
        "n.yaml:13: stem is 'scald'; did you mean 'scaled'?"
    ),
    (
        "activation: silu", "activation: silu\nrules:\n  width_floor: 1\n",
        "n.yaml:13: width_floor: 1 is out of range; give 0 or more, below 1."
    ),
    (
        "activation: silu", "activation: silu\npadding: valid",
        "n.yaml:12: padding is 'valid'; give symmetric or same."
    ),
    ("name: small", "name:", "n.yaml:1: name has no value; give a text."),
    (
        "name: small", "base: small",
        "n.yaml:1: no built-in network is called 'small'; 'compound show --list' names them all."
    ),
    (
        "name: small", "base: efficentnet-b0",
        "n.yaml:1: no built-in network is called 'efficentnet-b0'; did you mean 'efficientnet-b0'?"
    ),
    ("channels: 8, ", "", "n.yaml:2: stem lacks 'channels'; add 'channels:'."),
    ("stride: 2}", "stride: 2, pool: {kernel: 3}}", "n.yaml:2: pool lacks 'stride'; add 'stride:'."),
    (
        "stride: 2}", "stride: 2, pool: 3}",
        "n.yaml:2: pool is '3'; give a mapping of kernel, stride and kind."
    ),
])
func mistakesInANetworkAreNamed(_ old: String, _ new: String, _ message: String) {
    #expect(networkError(small) == "")
    #expect(small.contains(old))
    #expect(networkError(small.replacingOccurrences(of: old, with: new)) == message)
}

@Test(arguments: [
    (
        "base: efficientnet-b0",
        """
        n.yaml:1: 'base: efficientnet-b0' and nothing else is efficientnet-b0; override a key such as \
        'classes:', or use the name itself.
        """
    ),
    ("name: a", "n.yaml:1: the file lacks 'stem'; add 'stem:'."),
    ("{name: a, stages: []}", "n.yaml:1: the file lacks 'stem'; add 'stem:'."),
    ("base: resnet-18\nstages: []", "n.yaml:2: stages is an empty list; give at least one value."),
    ("base: resnet-18\nstages: 3", "n.yaml:2: stages is '3'; give a list."),
    ("base: resnet-18\nclasses: 0", "n.yaml:2: classes: 0 is out of range; give 1 to 1048576."),
    ("base: [a]", "n.yaml:1: base is a list; give the name of a built-in network."),
    (
        "base: resnet-18\nname: tiny\nchannels: 5000",
        "n.yaml:3: channels: 5000 is out of range; give 1 to 4096."
    ),
    (
        "base: resnet-18\nstem:\n  pool: {kernel: 2, stride: 1}",
        "n.yaml:3: kernel: a kernel of 2 is even; give an odd one."
    ),
    (
        "name: a\nbaseline: resnet-18",
        "n.yaml:1: this is a search space, not a network; search it with 'compound search'."
    ),
])
func mistakesInAWholeNetworkAreNamed(_ yaml: String, _ message: String) {
    #expect(networkError(yaml) == message)
}

@Test func aStageTableHasAtMostAThousandRows() {
    let table = "\n  - {block: basic, repeats: 1, kernel: 3, stride: 2, expansion: 1, channels: 8}"
    let yaml = "base: resnet-18\nstages:" + String(repeating: table, count: 1001)
    #expect(networkError(yaml) == "n.yaml:2: stages has 1001 rows; give at most 1000.")
}
