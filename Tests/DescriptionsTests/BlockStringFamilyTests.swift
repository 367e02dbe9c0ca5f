// Block strings of timm's and TensorFlow's model definitions, pasted: they are the networks that those build, scaled too.

import Descriptions
import Networks
import Testing

private func cost(_ yaml: String, width: Double = 1, depth: Double = 1, resolution: Double = 224) throws
    -> [Int]
{
    var network = try Architecture(yaml: yaml, file: "n.yaml")
    network.scaling = Scaling(width: width, depth: depth, resolution: resolution)
    let cost = try Network(network).cost
    return [cost.parameters.value, cost.macs.value]
}

private func refusal(_ yaml: String) -> String {
    do throws(DescriptionError) {
        _ = try Architecture(yaml: yaml, file: "n.yaml")
        return ""
    } catch { return error.description }
}

/// timm's EfficientNet-EdgeTPU: an expansion of 24 channels where 32 come in, and a block without its shortcut.
@Test func stringsOfEdgeTPUAreItsNetworks() throws {
    let yaml = """
        name: edge
        stem: {channels: 32, activation: relu}
        timm:
          - [er_r1_k3_s1_e4_c24_fc24_noskip]
          - [er_r2_k3_s2_e8_c32]
          - [er_r4_k3_s2_e8_c48]
          - [ir_r5_k5_s2_e8_c96]
          - [ir_r4_k5_s1_e8_c144]
          - [ir_r2_k5_s2_e8_c192]
        head: {channels: 1280}
        """
    #expect(try cost(yaml) == [5_438_392, 1_788_731_008])
    #expect(try cost(yaml, width: 1.2, depth: 1.4, resolution: 300) == [10_589_712, 7_936_082_848])
}

@Test(arguments: [(0.5, 2_218_512), (0.75, 3_170_208), (1, 4_383_312), (1.3, 6_282_256)])
func blocksWithoutShortcutStayThoseWhenScaled(_ width: Double, parameters: Int) throws {
    let yaml = """
        name: mnasnet-b1
        stem: {channels: 32, activation: relu}
        timm:
          - [ds_r1_k3_s1_c16_noskip]
          - [ir_r3_k3_s2_e3_c24]
          - [ir_r3_k5_s2_e3_c40]
          - [ir_r3_k5_s2_e6_c80]
          - [ir_r2_k3_s1_e6_c96]
          - [ir_r4_k5_s2_e6_c192]
          - [ir_r1_k3_s1_e6_c320_noskip]
        head: {channels: 1280}

        """
    #expect(try cost(yaml, width: width)[0] == parameters)
    #expect(try cost(yaml + "rules: {head: fixed}\n", width: width)[0] == parameters)
    var network = try Architecture(yaml: yaml, file: "n.yaml")
    network.scaling.depth = 2
    let added = try Network(network).layers.filter { $0.name.part == .add }.compactMap(\.name.stage)
    #expect(Set(added) == [1, 2, 3, 4, 5])
}

private let mobileNetV3 = """
    name: pasted
    stem: {channels: 16, activation: hard-swish}
    timm:
      - [ds_r1_k3_s1_e1_c16_nre]
      - [ir_r1_k3_s2_e4_c24_nre, ir_r1_k3_s1_e3_c24_nre]
      - [ir_r3_k5_s2_e3_c40_se0.25_nre]
      - [ir_r1_k3_s2_e6_c80, ir_r1_k3_s1_e2.5_c80, ir_r2_k3_s1_e2.3_c80]
      - [ir_r2_k3_s1_e6_c112_se0.25]
      - [ir_r3_k5_s2_e6_c160_se0.25]
      - [cn_r1_k1_s1_c960]
    head: {channels: 1280}

    """

@Test func stringsOfMobileNetV3AreItWithItsGatesAndItsHeadAfterPooling() throws {
    #expect(try cost(mobileNetV3) == [5_483_032, 216_589_760])
    #expect(try cost(mobileNetV3, width: 1.25, depth: 1.4) == [12_301_408, 608_581_472])
    let small = """
        name: small
        stem: {channels: 16, activation: hard-swish}
        timm:
          - [ds_r1_k3_s2_e1_c16_se0.25_nre]
          - [ir_r1_k3_s2_e4.5_c24_nre, ir_r1_k3_s1_e3.67_c24_nre]
          - [ir_r1_k5_s2_e4_c40_se0.25, ir_r2_k5_s1_e6_c40_se0.25]
          - [ir_r2_k5_s1_e3_c48_se0.25]
          - [ir_r3_k5_s2_e6_c96_se0.25]
          - [cn_r1_k1_s1_c576]
        head: {channels: 1024}
        """
    #expect(try cost(small, width: 0.35, depth: 2) == [1_547_832, 26_263_904])
}

@Test func stringsOfMobileNetV4AndLCNetHaveHeadsOfTheirOwn() throws {
    let small = """
        name: v4
        stem: {channels: 32, activation: relu}
        timm:
          - [cn_r1_k3_s2_e1_c32, cn_r1_k1_s1_e1_c32]
          - [cn_r1_k3_s2_e1_c96, cn_r1_k1_s1_e1_c64]
          - [uir_r1_a5_k5_s2_e3_c96, uir_r4_a0_k3_s1_e2_c96, uir_r1_a3_k0_s1_e4_c96]
          - [uir_r1_a3_k3_s2_e6_c128, uir_r1_a5_k5_s1_e4_c128, uir_r1_a0_k5_s1_e4_c128, uir_r1_a0_k5_s1_e3_c128, uir_r2_a0_k3_s1_e4_c128]
          - [cn_r1_k1_s1_c960]
        head: {channels: 1280}
        """
    #expect(try cost(small) == [3_774_024, 186_005_568])
    #expect(try cost(small, width: 0.5) == [2_238_952, 64_741_408])
    let lcnet = """
        name: lcnet
        stem: {channels: 16, activation: hard-swish}
        timm:
          - [dsa_r1_k3_s1_c32]
          - [dsa_r2_k3_s2_c64]
          - [dsa_r2_k3_s2_c128]
          - [dsa_r1_k3_s2_c256, dsa_r1_k5_s1_c256]
          - [dsa_r4_k5_s1_c256]
          - [dsa_r2_k5_s2_c512_se0.25]
        head: {channels: 1280}
        """
    #expect(try cost(lcnet, width: 0.35) == [1_644_370, 27_357_832])
}

@Test func stringsThatCouldBeOfSeveralGeneratorsAskForOne() throws {
    // given: MobileNetV3's strings with another last stage, which no published network has
    let changed = mobileNetV3.replacing("c160", with: "c168")
    #expect(
        refusal(changed).hasPrefix(
            "n.yaml:3: such strings are of timm's MobileNetV3, LCNet, FBNetV3 or MobileNetV4, which differ"))
    let large = try cost(mobileNetV3.replacing("c160", with: "c160") + "generator: mobilenetv3\n")
    #expect(large == [5_483_032, 216_589_760])
    // The class of EfficientNet gates and heads otherwise; asked for by name, it is built.
    #expect(try cost(changed + "generator: mobilenetv3\n") != cost(changed + "generator: efficientnet\n"))
    #expect(
        refusal("name: n\nstem: {channels: 8, activation: relu}\nstages: []\ngenerator: lcnet\n")
            == "n.yaml:4: 'generator' says what strings under 'timm:' leave open; leave it out.")
}

@Test func theRoundingOfEfficientNetV2sStringsIsThatOfItsGenerator() throws {
    let yaml = """
        name: v2
        stem: {channels: 32, activation: silu}
        timm:
          - [cn_r1_k3_s1_e1_c16_skip]
          - [er_r2_k3_s2_e4_c32]
          - [er_r2_k3_s2_e4_c48]
          - [ir_r3_k3_s2_e4_c96_se0.25]
          - [ir_r5_k3_s1_e6_c112_se0.25]
          - [ir_r8_k3_s2_e6_c192_se0.25]
        head: {channels: 1280, dropout: 0.2}
        padding: same
        batch_norm_epsilon: 1.0e-3

        """
    #expect(try cost(yaml, width: 1.2, depth: 1.4, resolution: 300) == [14_358_406, 3_011_458_816])
    let asked = yaml + "rules: {width_floor: 0.9}\n"
    #expect(try cost(asked, width: 1.2, depth: 1.4, resolution: 300) == [14_377_062, 3_213_058_816])
}

@Test(arguments: [
    (1.4, 6_999_048, 561_689_472), (0.5, 3_348_096, 245_850_368), (2.3, 10_634_472, 860_142_592),
])
func stringsOfOneStageShareItsDepth(_ depth: Double, parameters: Int, macs: Int) throws {
    let yaml = """
        name: spnasnet
        stem: {channels: 32, activation: relu}
        timm:
          - [ds_r1_k3_s1_c16_noskip]
          - [ir_r3_k3_s2_e3_c24]
          - [ir_r1_k5_s2_e6_c40, ir_r3_k3_s1_e3_c40]
          - [ir_r1_k5_s2_e6_c80, ir_r3_k3_s1_e3_c80]
          - [ir_r1_k5_s1_e6_c96, ir_r3_k5_s1_e3_c96]
          - [ir_r4_k5_s2_e6_c192]
          - [ir_r1_k3_s1_e6_c320_noskip]
        head: {channels: 1280}
        """
    #expect(try cost(yaml, depth: depth) == [parameters, macs])
}

@Test func blocksOfStringsAreNamedByListAndIndex() throws {
    let network = try Network(PublishedNetworks.architecture(named: "spnasnet"))
    let blocks = network.layers.filter { $0.name.part == .expand }.map { "\($0.name)" }
    #expect(blocks.contains("stages.2.0.expand") && blocks.contains("stages.2.3.expand"))
    #expect(!blocks.contains { $0.hasPrefix("stages.7.") })
}

/// lukemelas', qubvel's and TensorFlow's own B0.
@Test func tensorFlowsNotationIsRead() throws {
    let yaml = """
        name: google-b0
        stem: {channels: 32, activation: silu}
        timm:
          - r1_k3_s11_e1_i32_o16_se0.25
          - r2_k3_s22_e6_i16_o24_se0.25
          - r2_k5_s22_e6_i24_o40_se0.25
          - r3_k3_s2_e6_i40_o80_se0.25
          - r3_k5_s11_e6_i80_o112_se0.25
          - r4_k5_s22_e6_i112_o192_se0.25
          - r1_k3_s11_e6_i192_o320_se0.25
        head: {channels: 1280, dropout: 0.2}
        """
    #expect(try cost(yaml) == [5_288_548, 385_814_752])
}

/// Fractions, groups, kernels of 0, a block with its expansion by 1: what timm builds of them was counted there.
@Test func oddStringsAreWhatTimmBuilds() throws {
    let yaml = """
        name: odd
        stem: {channels: 16, activation: silu}
        timm:
          - [ir_r2_k3_s2_e2.5_c20_se0.3_gs8, uir_r1_a3_k0_s1_e3_c20_se0.25]
          - [er_r2_k3_s2_e3.3_c36_se0.2_nhs, cn_r1_k3_s1_c36_skip]
          - [ds_r2_k5_s1_c40_se0.33, ir_r1_k3_s1_e1_c40]
        head: {channels: 64}
        generator: efficientnet
        rules: {width_divisor: 1}
        """
    #expect(try cost(yaml, resolution: 64) == [165_728, 9_291_088])
}

@Test func theNumbersOfRegNetAreItsStageTable() throws {
    let yaml = """
        name: own
        stem: {channels: 32, activation: relu}
        regnet: {d: 25, w0: 88, wa: 26.31, wm: 2.25, g: 48}
        """
    #expect(try cost(yaml) == [15_296_552, 3_176_621_952])
    let rows = """
        name: rows
        stem: {channels: 32, kernel: 3, stride: 2, activation: relu}
        stages:
          - {block: bottleneck, repeats: 2, kernel: 3, stride: 2, expansion: 1, channels: 96, groups: 2}
          - {block: bottleneck, repeats: 6, kernel: 3, stride: 2, expansion: 1, channels: 192, groups: 4}
          - {block: bottleneck, repeats: 15, kernel: 3, stride: 2, expansion: 1, channels: 432, groups: 9}
          - {block: bottleneck, repeats: 2, kernel: 3, stride: 2, expansion: 1, channels: 1008, groups: 21}
        """
    #expect(try cost(rows) == [15_296_552, 3_176_621_952])
}

@Test func groupsThatDoNotDivideNameTheirRow() {
    let yaml = """
        name: n
        stem: {channels: 32, activation: relu}
        stages:
          - {block: bottleneck, repeats: 1, kernel: 3, stride: 1, expansion: 4, channels: 64}
          - {block: mbconv, repeats: 1, kernel: 3, stride: 1, expansion: 1.5, channels: 64, group_width: 100}
        """
    #expect(
        refusal(yaml)
            == "n.yaml:5: group_width: groups of 100 do not divide 384 channels; give a divisor of 384, or other channels."
    )
}
