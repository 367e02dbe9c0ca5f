// timm's block strings as a stage table, and the sentence for those that no stage here is.

import Descriptions
import Networks
import Testing

/// The arch_def of timm's EfficientNet-B0.
private let b0 = """
    name: b0
    stem: {channels: 32, activation: silu}
    timm:
      - [ds_r1_k3_s1_e1_c16_se0.25]
      - [ir_r2_k3_s2_e6_c24_se0.25]
      - [ir_r2_k5_s2_e6_c40_se0.25]
      - [ir_r3_k3_s2_e6_c80_se0.25]
      - [ir_r3_k5_s1_e6_c112_se0.25]
      - [ir_r4_k5_s2_e6_c192_se0.25]
      - [ir_r1_k3_s1_e6_c320_se0.25]
    head: {channels: 1280, activation: silu}
    """

@Test func b0sBlockStringsAreItsStageTable() throws {
    let network = try Architecture(yaml: b0, file: "n.yaml")
    let expected = try PublishedNetworks.architecture(named: "efficientnet-b0")
    #expect(network.stages.map(\.channels) == expected.stages.map(\.channels))
    #expect(try Network(network).contentHash == Network(expected).contentHash)
}

@Test func aFlatListOfBlockStringsIsTheSameTable() throws {
    let flat = b0.replacing("- [", with: "- ").replacing("]\n", with: "\n")
    #expect(
        try Architecture(yaml: flat, file: "n.yaml").stages == Architecture(yaml: b0, file: "n.yaml").stages)
}

@Test func blockStringsNameFusedBlocksAndActivations() throws {
    let yaml = """
        name: mixed
        stem: {channels: 16, activation: hard-swish}
        timm: [[cn_r2_k3_s1_e1_c16_skip], [er_r2_k3_s2_e4_c24_nre, ir_r1_k5_s1_e4_c24_se0.25_nr6]]
        """
    let gate = SqueezeExcitation(
        ratio: 0.25, reference: .unexpanded, rounding: .nearest, activation: .relu6)
    #expect(
        try Architecture(yaml: yaml, file: "n.yaml").stages == [
            Stage(
                .fusedMBConv, repeats: 2, kernel: 3, stride: 1, expansion: 1, channels: 16,
                activation: .hardSwish),
            Stage(
                .fusedMBConv, repeats: 2, kernel: 3, stride: 2, expansion: 4, channels: 24,
                activation: .relu),
            Stage(
                .mbconv, repeats: 1, kernel: 5, stride: 1, expansion: 4, channels: 24,
                gate: .squeezeExcitation(gate), activation: .relu6, continues: true),
        ])
}

@Test(arguments: [
    ("mqa_r1_k3_h4_s1_v2_d64_c160", "'mqa' is attention, and networks here are convolutional."),
    ("xx_r1_k3_s1_c16", "timm has no block called 'xx'; its blocks are ir, ds, dsa, er, cn and uir."),
    ("ir_r1_k3_s1_c16", "'e' is missing; add it."),
    (
        "ds_r1_k3_s1_e2_c16",
        "timm's 'ds' does not expand and takes no notice of 'e'; write e1, or leave it out."
    ),
    ("cn_r1_k3_s1_e1_c16_se0.25_skip", "timm's 'cn' knows no 'se0.25'."),
    ("ir_r1_k3_s1_e4_c16_nmi", "'nmi' is no activation here; give nre, nr6, nhs or nsw."),
    (
        "ir_r1_k3_s1_e4_c16_cc4",
        "'cc' mixes several convolutions by their input (CondConv), which no block here does."
    ),
    (
        "ir_r1_k3_s1_e4_c16_d1",
        "'d' turns pixels into channels first (space to depth), which no block here does."
    ),
    ("ir_r1_a3_k3_s1_e4_c16", "'a3' makes the expansion a 3×3 convolution, which no block here has."),
    ("ir_r1_k3_p3_s1_e4_c16", "'p3' makes the projection a 3×3 convolution, which no block here has."),
    (
        "uir_r1_a3_k3_p3_s1_e4_c16",
        "'p' adds a third depthwise convolution after the projection, which 'uib' lacks."
    ),
    ("ir_r1_k3.5_s1_e4_c16", "k3.5 mixes kernels in one convolution (MixNet), which no block here does."),
    (
        "ir_r1_k3.5.7_s1_e4_c16",
        "k3.5.7 mixes kernels in one convolution (MixNet), which no block here does."
    ),
    ("ir_rx_k3_s1_e4_c16", "'rx' is no key with a number."),
    ("ir_r1_r2_k3_s1_e4_c16", "'r' is given more than once; keep one of them."),
    (
        "r1_k3_s21_e1_i32_o16_se0.25",
        "s21 strides differently in height and width, and strides are square here; give one number."
    ),
])
func aBlockStringThatNoStageIsSaysWhy(string: String, sentence: String) {
    let yaml =
        "name: n\nstem: {channels: 16, activation: silu}\ntimm:\n  - [ds_r1_k3_s1_e1_c16]\n  - [\(string)]\n"
    #expect(networkError(yaml) == "n.yaml:5: '\(string)': \(sentence)")
}

@Test func aSecondStrideOrTableIsRefused() {
    let head = "name: n\nstem: {channels: 16, activation: silu}\n"
    #expect(
        networkError(head + "timm:\n  - - ir_r1_k3_s1_e4_c16\n    - ir_r1_k3_s2_e4_c16\n")
            == """
            n.yaml:5: timm strides in the first block of a stage alone; write s1 here, or begin a new list.
            """)
    #expect(
        networkError(head + "timm: [ds_r1_k3_s1_e1_c16]\nstages: []\n")
            == "n.yaml:3: stages and timm both give the stage table; keep one of them.")
}
