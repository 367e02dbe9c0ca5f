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
    #expect(network.stages == expected.stages)
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
                squeezeExcitation: SqueezeExcitation(ratio: 0.25, activation: .relu6), activation: .relu6),
        ])
}

@Test(arguments: [
    ("uir_r1_k3_s1_e4_c16", "no block here is timm's 'uir'; give ds, ir, er or cn."),
    (
        "ir_r1_k3_s1_e4_c16_noskip",
        "blocks here add their input wherever shapes agree; leave out 'noskip'."
    ),
    ("ir_r1_k3_s1_e3.5_c16", "e3.5 is no whole number, which blocks here need."),
    ("ir_r1_k3_s1_c16", "'e' is missing; add it."),
    ("ir_r1_k3_s1_e1_c16", "timm's 'ir' of e1 keeps a 1×1 convolution that mbconv lacks; write ds."),
    ("er_r1_k3_s1_e1_c16", "timm's 'er' of e1 keeps a 1×1 convolution that fused blocks lack; write cn."),
    ("ds_r1_k3_s1_e2_c16", "'ds' does not expand; write e1, or ir."),
    ("cn_r1_k3_s1_e1_c16", "blocks here add their input wherever shapes agree; add 'skip'."),
    ("cn_r1_k3_s1_e1_c16_se0.25_skip", "timm's 'cn' takes no 'se'; leave it out."),
    ("ir_r1_k3_s1_e4_c16_nmi", "'nmi' is no activation here; give nre, nr6, nhs or nsw."),
    ("ir_r1_k3_s1_e4_c16_cc4", "no block here has 'cc4'; leave it out."),
    ("ir_r1_k3.5_s1_e4_c16", "k3.5 is no whole number, which blocks here need."),
    ("ir_rx_k3_s1_e4_c16", "no block here has 'rx'; leave it out."),
    ("ir_r1_r2_k3_s1_e4_c16", "'r' is given more than once; keep one of them."),
    (
        "ir_r1_k3_s1_e4_c16_se0.3",
        """
        timm rounds se0.3 to the nearest channel and blocks here down; give a multiple of 0.125, or write the \
        stage under 'stages:'.
        """
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
