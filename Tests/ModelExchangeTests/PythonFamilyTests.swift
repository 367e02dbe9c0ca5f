// Families beyond EfficientNet and ResNet in Python files: what is written for them, and what each tool refuses.

import ModelExchange
import Networks
import Testing

private func text(_ network: Network, _ target: PythonTarget) throws -> String {
    try PythonFile(network, for: target, test: nil, toolVersion: "1").text
}

@Test func stagesOfSeveralRowsAreListsOfStringsInTimm() throws {
    let large = try text(published("mobilenetv3-large"), .timm)
    #expect(large.contains(#"    ["ir_r1_k3_s2_e4_c24_nre", "ir_r1_k3_s1_e3_c24_nre"],"#))
    #expect(large.contains("return MobileNetV3(**{**settings, **options})"))
    let fourth = try text(published("mobilenetv4-conv-small"), .timm)
    #expect(fourth.contains(#"    ["cn_r1_k3_s2_e1_c32", "cn_r1_k1_s1_e1_c32"],"#))
    #expect(
        fourth.contains(#"["uir_r1_k5_s2_e3_c96_a5", "uir_r4_k3_s1_e2_c96_a0", "uir_r1_k0_s1_e4_c96_a3"],"#))
    #expect(fourth.contains("head_norm=True,"))
}

@Test func prunedNetworksAreListsOfShapesInTimm() throws {
    let text = try text(published("efficientnet-b1-pruned"), .timm)
    #expect(text.contains(#"    "blocks.1.0.conv_pw.weight:[48,16,1,1]", "blocks.1.0.bn1.weight:[48]","#))
    #expect(text.contains(#"    "blocks.1.0.se.conv_reduce.weight:[4,48,1,1]","#))
}

@Test func torchvisionHasMobileNetV3RegNetAndMNASNet() throws {
    let third = try text(published("mobilenetv3-small-075"), .torchvision)
    #expect(third.contains(#"    InvertedResidualConfig(16, 3, 16, 16, True, "RE", 2, 1, 1.0),"#))
    #expect(third.contains("last_channel=1024,"))
    let regnet = try text(published("regnety-004"), .torchvision)
    #expect(regnet.contains("    depths=[1, 3, 6, 6],\n    widths=[48, 104, 208, 440],"))
    #expect(regnet.contains("    se_ratio=0.25,"))
    let mnasnet = try text(published("mnasnet-b1") { $0.scaling.width = 1.3 }, .torchvision)
    #expect(mnasnet.contains("settings = dict(alpha=1.3, num_classes=1000, dropout=0.2)"))
    let second = try text(published("efficientnetv2-s"), .torchvision)
    #expect(second.contains("    FusedMBConvConfig(4, 3, 2, 24, 48, 4),"))
}

@Test func kerasHasEfficientNetV2AndMobileNetV3() throws {
    let second = try text(published("efficientnetv2-b2"), .keras)
    #expect(second.contains("    block(3, 3, 2, 4, 16, 32, 0.0, 1),"))
    #expect(second.contains("width_coefficient=1.1,"))
    let third = try text(
        published("mobilenetv3-large") {
            $0.padding = .same
            $0.batchNormEpsilon = 1e-3
        }, .keras)
    #expect(third.contains("    (2.3, 80, 3, 1, 0.0, hard_swish),"))
}

@Test(arguments: [
    ("mobilenetv4-conv-small", "torchvision has no universal inverted bottlenecks; export to timm."),
    ("efficientnet-es", "torchvision has no 'expanded_channels' in its blocks; export to timm."),
    ("mobilenetv1", "torchvision has no 'output_activation' in its blocks; export to timm."),
    ("lcnet-100", "torchvision has no 'output_activation' in its blocks; export to timm."),
    ("mnasnet-a1", "torchvision's EfficientNet activates by silu, not relu; export to timm."),
    (
        "spnasnet",
        "torchvision's MNASNet has the kernels, strides, expansions and repeats of MnasNet-B1; export to timm."
    ),
    ("fbnetc", "torchvision has no 'expand' in its blocks; export to timm."),
    ("resnet-18d", "torchvision's ResNet has no 'shortcut_pool' in its blocks; export to timm."),
    ("seresnext-50-32x4d", "torchvision's ResNet has no squeeze-and-excitation; export to timm."),
    ("efficientnet-b1-pruned", "torchvision pads symmetrically, not as TensorFlow does; export to timm."),
])
func torchvisionSaysWhatItLacks(name: String, sentence: String) throws {
    try expect(sentence, of: published(name), .torchvision)
}

@Test(arguments: [
    ("mobilenetv1", "Keras' EfficientNet has no 'output_activation' in its blocks; export to timm."),
    ("efficientnet-es", "Keras' EfficientNetV2 has no 'expanded_channels' in its blocks; export to timm."),
    ("lcnet-100", "Keras' MobileNetV3 has no 'output_activation' in its blocks; export to timm."),
    (
        "efficientnet-b1-pruned",
        "Keras' EfficientNet expands 16 channels by 6 exactly, not to 48; export to timm."
    ),
    (
        "mobilenetv4-conv-small",
        "Keras' EfficientNet is made of mbconv and fused-mbconv blocks alone; export to timm."
    ),
])
func kerasSaysWhatItLacks(name: String, sentence: String) throws {
    try expect(sentence, of: published(name), .keras)
}

@Test func scaledFamiliesAreRefusedWhereAToolsRulesGiveOthers() throws {
    try expect(
        "torchvision's RegNet has no dropout and no stochastic depth; export to timm.",
        of: published("regnetx-002") { $0.head.dropout = 0.1 }, .torchvision)
    try expect(
        "timm's RegNet has four stages, not 3; export to onnx.",
        of: published("regnetx-002") { $0.stages.removeLast() }, .timm)
    try expect(
        """
        torchvision's MobileNetV3 ends in a 1×1 convolution with hard-swish to six times the channels before it; \
        export to timm.
        """,
        of: published("mobilenetv3-large") { $0.stages[$0.stages.count - 1].channels = 640 }, .torchvision)
    try expect(
        "timm's MobileNetV3 strides by 32 in all, not 64; export to onnx.",
        of: published("mobilenetv3-large") { $0.stages[7].stride = 2 }, .timm)
    try expect(
        """
        Keras' MobileNetV3 has a stem of 16 channels, kernel 3 and stride 2 without pooling; export to timm.
        """,
        of: published("mobilenetv3-large") {
            $0.scaling.width = 1.5
            $0.padding = .same
            $0.batchNormEpsilon = 1e-3
        }, .keras)
    try expect(
        """
        Keras' EfficientNetV2 scales its stem and its head of 1280 as the stages, to the nearest multiple; export \
        to timm.
        """,
        of: published("efficientnetv2-b0") {
            $0.scaling.width = 1.5
            $0.rules.stemFixedBelow = .infinity
        }, .keras)
}

@Test(arguments: PythonTarget.allCases)
func theGateOfAScalarIsOnnxsAlone(target: PythonTarget) throws {
    let tool =
        ["timm": "timm's EfficientNet", "keras": "Keras' EfficientNet"][target.rawValue] ?? "torchvision"
    try expect(
        "\(tool) has no l2-scalar gate; export to onnx.",
        of: smallMobile {
            $0.stages[0].gate = .l2Scalar
            if target == .keras {
                $0.padding = .same
                $0.batchNormEpsilon = 1e-3
            }
        }, target)
}
