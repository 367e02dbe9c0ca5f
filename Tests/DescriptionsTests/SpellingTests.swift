// What people write in other words: activations in other libraries' spellings, images and windows of two sides, and
// the line of a block string that no network has.

import Descriptions
import Networks
import Testing

@Test(arguments: [
    ("swish", Activation.silu), ("Swish", .silu), ("SiLU", .silu), ("hardswish", .hardSwish),
    ("hard_swish", .hardSwish), ("h_swish", .hardSwish), ("h-swish", .hardSwish), ("HSwish", .hardSwish),
    ("hard_silu", .hardSwish), ("ReLU6", .relu6), ("relu_6", .relu6), ("RELU", .relu), ("linear", .identity),
    ("hard_sigmoid", .hardSigmoid), ("HardSigmoid", .hardSigmoid), ("gelu", .gelu), ("GELU", .gelu),
])
func anActivationIsReadInAnyonesSpelling(spelling: String, activation: Activation) throws {
    let network = try Architecture(
        yaml: """
            name: n
            stem: {channels: 8, activation: \(spelling)}
            stages:
              - {block: mbconv, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8, activation: \(spelling), se: {ratio: 0.25, activation: \(spelling)}}
            head: {channels: 8, activation: \(spelling)}
            """, file: "n.yaml")
    #expect(network.stem.activation == activation && network.head.activation == activation)
    #expect(network.stages[0].activation == activation)
    #expect(network.stages[0].squeezeExcitation?.activation == activation)
    #expect(network.yaml.contains("activation: \(activation.rawValue)\n"))
    let whole = "{base: resnet-18, activation: \(spelling)}"
    #expect(try Architecture(yaml: whole, file: "n.yaml").stages.allSatisfy { $0.activation == activation })
}

@Test func swishIsSiLUOfWhichB0IsMade() throws {
    let swish = try Architecture(
        yaml: "{base: efficientnet-b0, name: b0-swish, activation: swish}", file: "n.yaml")
    #expect(
        try Network(swish).contentHash
            == Network(PublishedNetworks.architecture(named: "efficientnet-b0")).contentHash)
    let gate = "{base: efficientnet-b0, head: {se: {ratio: 0.5, gate: hard_sigmoid}}}"
    #expect(try Architecture(yaml: gate, file: "n").head.squeezeExcitation?.gate == .hardSigmoid)
}

/// The nearest word to ELU is GELU or ReLU, which are other functions.
@Test(arguments: ["mish", "elu", "relu7", "quick-gelu"])
func anotherActivationIsNeverTakenForANearWord(word: String) {
    #expect(
        networkError("base: resnet-18\nactivation: \(word)\n")
            == """
            n.yaml:2: activation is '\(word)'; give identity, silu, relu, relu6, hard-swish, gelu, sigmoid or \
            hard-sigmoid.
            """)
}

@Test(arguments: [
    (
        "scaling: {resolution: [250, 1300]}",
        "resolution is 250×1300, and images are square here; give one side"
    ),
    ("scaling: {resolution: 250x1300}", "resolution is 250×1300, and images are square here; give one side"),
    ("scaling: {resolution: \"250 × 1300\"}", "resolution is 250×1300, and images are square here"),
    ("scaling: {resolution: {height: 64, width: 480}}", "resolution is 64×480, and images are square here"),
    ("scaling: {resolution: [224, 224]}", "resolution is 224×224, and images are square here"),
    (
        "scaling: {height: 250, width: 1300}",
        "the key 'height' is unknown; images are square here, and 'resolution:'"
    ),
    (
        "height: 250",
        "the key 'height' is unknown; images are square here, and 'resolution:' under 'scaling:'"
    ),
    ("input_size: [3, 224, 224]", "the key 'input_size' is unknown; images are square here"),
    ("image_width: 250", "the key 'image_width' is unknown; images are square here"),
    (
        "stem: {stride: [2, 1]}",
        "stride is 2×1, and windows and strides are square here; give one number for both"
    ),
    ("stem: {pool: {kernel: 3x3, stride: 2}}", "kernel is 3×3, and windows and strides are square here"),
])
func whatIsNotSquareIsRefusedAsThat(line: String, words: String) {
    let error = networkError("base: resnet-18\n" + line + "\n")
    #expect(error.hasPrefix("n.yaml:2: " + words), "\(error)")
}

@Test func aStageOfUnequalStridesIsRefusedInItsLine() {
    #expect(
        networkError(small.replacingOccurrences(of: "stride: 2\n", with: "stride: [2, 1]\n"))
            == """
            n.yaml:8: stride is 2×1, and windows and strides are square here; give one number for both directions.
            """)
}

/// A string is well formed, and its value none that a network has: the kernel is even.
@Test(arguments: [
    ("  - [ds_r1_k3_s1_e1_c16]\n  - [ir_r1_k4_s1_e4_c16]\n", 5),
    ("  - ds_r1_k3_s1_e1_c16\n  - ir_r1_k4_s1_e4_c16\n", 5),
    ("  [ds_r1_k3_s1_e1_c16,\n   ds_r1_k3_s1_e1_c16,\n   ir_r1_k4_s1_e4_c16]\n", 6),
    ("  [[ds_r1_k3_s1_e1_c16, ds_r1_k3_s1_e1_c16],\n\n   ['ir_r1_k4_s1_e4_c16']]\n", 6),
    ("  - - ds_r1_k3_s1_e1_c16\n    - \"ir_r1_k4_s1_e4_c16\"\n  - [ds_r1_k3_s1_e1_c16]\n", 5),
    ("  - ds_r1_k3_s1_e1_c16\n  - >-\n    ir_r1_k4_s1_e4_c16\n", 6),
    ("  - ds_r1_k3_s1_e1_c16\n  - |\n    ir_r1_k4_s1_e4_c16\n", 6),
    ("  # a comment\n  - ds_r1_k3_s1_e1_c16\n  -\n    ir_r1_k4_s1_e4_c16\n", 7),
])
func aBlockStringWithAWrongValueIsFoundInItsOwnLine(strings: String, line: Int) {
    let yaml = "name: n\nstem: {channels: 16, activation: silu}\ntimm:\n" + strings
    #expect(
        networkError(yaml)
            == "n.yaml:\(line): 'ir_r1_k4_s1_e4_c16': kernel: a kernel of 4 is even; give an odd one.")
}

@Test(arguments: [
    ("ir_r0_k3_s1_e4_c16", "repeats: 0 is out of range; give 1 to 10000."),
    ("ir_r1_k3_s17_e4_c16", "stride: 17 is out of range; give 1 to 16."),
    ("ir_r1_k3_s1_e65_c16", "expansion: 65 is out of range; give 0.125 to 64."),
    ("ir_r1_k3_s1_e4_c0", "channels: 0 is out of range; give 1 to 1048576."),
    ("ir_r1_k3_s1_e4_c16_se99", "se.ratio: 99 is out of range; give 1e-06 or more, below 64."),
])
func everyValueOfABlockStringIsNamed(string: String, sentence: String) {
    let yaml = "base: efficientnet-b0\n\ntimm:\n  - [ds_r1_k3_s1_e1_c16]\n  - [\(string)]\n"
    #expect(networkError(yaml) == "n.yaml:5: '\(string)': \(sentence)")
}
