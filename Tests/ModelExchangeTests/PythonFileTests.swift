// Python files: their exact text, what each tool cannot express, and what proves them. That they build the
// network is what `make parity` checks.

import Foundation
import ModelExchange
import NetworkExecution
import Networks
import Testing

@Test(arguments: PythonTarget.allCases)
func aFileHasThisText(target: PythonTarget) throws {
    let network = try smallMobile {
        if target == .keras {
            $0.stem = Stem(channels: 32, activation: .silu)
            $0.head.channels = 1280
            $0.padding = .same
            $0.batchNormEpsilon = 1e-3
        }
    }
    // Weights that are easily written down, so that the logits are the same on every machine.
    var weights = NetworkWeights.random(for: network, seed: 1)
    let last = weights.layers.count - 1
    weights.layers[last][0].weight = weights.layers[last][0].weight.map { _ in 0 }
    weights.layers[last][0].bias = [1, -2.5, 0.25]
    let text = try PythonFile(
        network, for: target, test: TestVector(network, weights: weights), toolVersion: "1.0"
    ).text
    let golden = try #require(
        Bundle.module.url(
            forResource: "small-\(target.rawValue)", withExtension: "py", subdirectory: "golden"))
    #expect(try text == String(contentsOf: golden, encoding: .utf8))
}

@Test func theTestImageIsTheFormula() throws {
    let network = try smallMobile { $0.channels = 2 }
    let image = network.testImage
    #expect(image.values.count == 162)
    // The first value of channel 1 is number 82; by hand: 82·73244475 mod 2³², and so on.
    var h = 82 * 73_244_475 % 4_294_967_296
    h ^= h >> 16
    h = h * 73_244_475 % 4_294_967_296
    h ^= h >> 16
    #expect(image.values[1] == Float(h / 256) / 8_388_608 - 1)
}

/// Where batch norm triples what it should keep, B7's depth turns the image's last bits into other logits, in every program.
@Test func weightsThatAmplifyRoundingGiveNoTestVector() throws {
    let deep = try published("efficientnet-b7") { $0.scaling.resolution = 64 }
    var weights = NetworkWeights.random(for: deep, seed: 1)
    #expect(try TestVector(deep, weights: weights) != nil)
    for layer in weights.layers.indices {
        for matrix in weights.layers[layer].indices {
            guard let norm = weights.layers[layer][matrix].norm else { continue }
            weights.layers[layer][matrix].norm?.scale = norm.scale.map { $0 * 3 }
        }
    }
    #expect(try TestVector(deep, weights: weights) == nil)
    let shallow = try published("efficientnet-b0") { $0.scaling.resolution = 32 }
    #expect(try TestVector(shallow, weights: .random(for: shallow, seed: 1)) != nil)
}

@Test func squeezedChannelsThatTimmRoundsOtherwiseGetARatioOfTheirOwn() throws {
    let network = try smallMobile {
        $0.stages[1].repeats = 2
        $0.stages[1].squeezeExcitation = SqueezeExcitation(ratio: 0.2)
    }
    let text = try PythonFile(network, for: .timm, test: nil, toolVersion: "1").text
    // 8·0.2 and 16·0.2 are 1 and 3 here, but would be 2 and 3 there.
    #expect(text.contains(#"["ir_r1_k5_s2_e4_c16_se0.125", "ir_r1_k5_s1_e4_c16_se0.2"],"#))
}

@Test func channelsThatTimmRoundsOtherwiseAreGivenAsAPrunedNetworks() throws {
    let network = try smallMobile {
        $0.rules.widthDivisor = 4
        $0.stages[1].expansion = 3
        $0.stages[0].channels = 12
    }
    let text = try PythonFile(network, for: .timm, test: nil, toolVersion: "1").text
    // 12·3 would be 40 there.
    #expect(
        text.contains(
            #"    "blocks.1.0.conv_pw.weight:[36,12,1,1]", "blocks.1.0.bn1.weight:[36]","# + "\n"
                + #"    "blocks.1.0.conv_dw.weight:[36,1,5,5]", "blocks.1.0.bn2.weight:[36]","#))
    #expect(text.contains(#"network = adapt_model_from_string(network, "***".join(SHAPES)).train()"#))
}

@Test(arguments: [
    (PythonTarget.timm, "timm's blocks stride by 1 or 2, not 3; export to onnx."),
    (
        .torchvision, "torchvision's networks of inverted residuals stride by 1 or 2, not 3; export to onnx."
    ),
    (
        .keras,
        """
        Keras' EfficientNet pads as TensorFlow does and has an epsilon of 0.001; set 'padding: same' and \
        'batch_norm_epsilon: 1.0e-3'; export to timm as it is.
        """
    ),
])
func aWideStrideIsRefused(target: PythonTarget, sentence: String) throws {
    try expect(sentence, of: smallMobile { $0.stages[1].stride = 3 }, target)
}

@Test func geluIsEveryToolsOwn() throws {
    let network = try smallMobile {
        $0.stem.activation = .gelu
        $0.head.activation = .gelu
        for index in $0.stages.indices { $0.stages[index].activation = .gelu }
    }
    let text = try PythonFile(network, for: .timm, test: nil, toolVersion: "1").text
    #expect(text.contains("act_layer=nn.GELU,"))
    try expect(
        "timm's blocks cannot be told to activate by gelu alone; export to onnx.",
        of: smallMobile { $0.stages[1].activation = .gelu }, .timm)
}

@Test(arguments: PythonTarget.allCases)
func mixedFamiliesAreRefused(target: PythonTarget) throws {
    let network = try smallMobile { $0.stages[1].block = .basic }
    let sentence =
        target == .keras
        ? "Keras' EfficientNet is made of mbconv and fused-mbconv blocks alone; export to timm."
        : "\(target.rawValue) has no network of several families of blocks; export to onnx."
    try expect(sentence, of: network, target)
}

@Test func eachToolSaysWhatItCannotExpress() throws {
    try expect(
        """
        timm gives grouped convolutions other widths than the 36 channels of a block here; export to onnx, or set \
        'rules: {inner_divisor: 8}'.
        """,
        of: smallMobile {
            $0.rules.widthDivisor = 4
            $0.stages[1].expansion = 3
            $0.stages[0].channels = 12
            $0.stages[1].options.groupWidth = 4
        }, .timm)
    try expect(
        "timm's ResNet has a stem of 64 channels, not 32; export to onnx.",
        of: published("resnet-18") { $0.stem.channels = 32 }, .timm)
    try expect(
        "torchvision's ResNet has no squeeze-and-excitation; export to timm.",
        of: published("se-resnet-18"), .torchvision)
    try expect(
        "torchvision pads symmetrically, not as TensorFlow does; export to timm.",
        of: published("efficientnet-b0") { $0.padding = .same }, .torchvision)
    try expect(
        "torchvision's MobileNetV2 has inverted residuals of kernel 3, not mbconv of 5; export to timm.",
        of: published("efficientnet-lite0"), .torchvision)
    try expect(
        "torchvision's EfficientNet squeezes 32 input channels to 8, not 4; export to timm.",
        of: published("efficientnet-b0") { $0.stages[0].squeezeExcitation?.ratio = 0.125 }, .torchvision)
    try expect(
        """
        Keras' EfficientNet scales its stem from 32 and its head from 1280 by the paper's rule; export to \
        timm.
        """,
        of: published("efficientnet-b4") {
            $0.rules.stemFixedBelow = .infinity
            $0.padding = .same
            $0.batchNormEpsilon = 1e-3
        }, .keras)
}

/// What torchvision and timm call width per group: wide_resnet50_2 has 128.
@Test func wideResNetsAreWideInsideTheirBlocks() throws {
    let network = try published("resnet-50") {
        for (stage, channels) in zip($0.stages.indices, [128, 256, 512, 1024]) {
            ($0.stages[stage].channels, $0.stages[stage].expansion) = (channels, 2)
        }
    }
    #expect(network.cost.parameters.value == 68_883_240)
    let timm = try PythonFile(network, for: .timm, test: nil, toolVersion: "1").text
    #expect(timm.contains("channels=(64, 128, 256, 512),\n        base_width=128,"))
    let torchvision = try PythonFile(network, for: .torchvision, test: nil, toolVersion: "1").text
    #expect(torchvision.contains("CHANNELS = {64: 64, 128: 128, 256: 256, 512: 512}"))
    #expect(
        torchvision.contains("ScaledResNet(Bottleneck, [3, 4, 6, 3], width_per_group=128, norm_layer=norm"))
    #expect(torchvision.contains("network.fc = nn.Linear(2048, num_classes)"))
}

@Test(arguments: [(1, 256), (4, 64), (8, 32), (64, 4)])
func expansionsThatAWidthPerGroupGivesAreExported(expansion: Int, width: Int) throws {
    let network = try published("resnet-50") {
        for stage in $0.stages.indices { $0.stages[stage].expansion = Double(expansion) }
    }
    let planes = [64, 128, 256, 512].map { "\($0 * expansion / 4)" }.joined(separator: ", ")
    let text = try PythonFile(network, for: .timm, test: nil, toolVersion: "1").text
    #expect(text.contains("channels=(\(planes)),"))
    #expect(text.contains("base_width=\(width),") == (width != 64))
}

@Test(arguments: PythonTarget.allCases.filter { $0 != .keras })
func otherExpansionsAreRefusedWithTheReason(target: PythonTarget) throws {
    let tool = target.rawValue
    let sameWidth = """
        \(tool)'s ResNet has one width per group for all stages, and no whole one gives these inner channels; \
        export to onnx.
        """
    try expect(
        sameWidth,
        of: published("resnet-50") { for stage in $0.stages.indices { $0.stages[stage].expansion = 3 } },
        target)
    try expect(
        sameWidth,
        of: published("resnet-50") { $0.stages[2].expansion = 2 }, target)
    try expect(
        """
        \(tool)'s ResNet writes four times its channels in a stage, and 130 channels are no multiple of 4; export \
        to onnx.
        """,
        of: published("resnet-50") {
            $0.rules.widthDivisor = 1
            $0.rules.stemFixedBelow = .infinity
            for stage in $0.stages.indices { $0.stages[stage].expansion = 2 }
            $0.stages[0].channels = 65
        }, target)
    try expect(
        "\(tool)'s ResNet does not expand in basic blocks, so not by 2 either; export to onnx.",
        of: published("resnet-18") { $0.stages[1].expansion = 2 }, target)
}

/// Expects that a target refuses a network, in this sentence.
func expect(_ sentence: String, of network: Network, _ target: PythonTarget) throws {
    #expect(throws: ExportRefusal(sentence)) {
        try PythonFile(network, for: target, test: nil, toolVersion: "1")
    }
}
