// Files with torchvision's names give the logits of the same weights under timm's names, bit for bit.

import ModelExchange
import NetworkExecution
import Networks
import TensorFiles
import Testing

/// The modules of torchvision for those of timm: outside of blocks, and of a block what stands before and after its dot.
private struct Modules: Sendable {
    var others: [String: String]
    var block: @Sendable (_ stage: Int, _ block: Int) -> (prefix: String, modules: [String: String])

    func rename(_ name: String) -> String? {
        let parts = name.split(separator: ".").map(String.init)
        guard parts[0] == "blocks", let stage = Int(parts[1]), let number = Int(parts[2]) else {
            return others[parts.dropLast().joined(separator: ".")].map { $0 + "." + parts[parts.count - 1] }
        }
        let (prefix, modules) = block(stage, number)
        return modules[parts[3..<parts.count - 1].joined(separator: ".")].map {
            prefix + $0 + "." + parts[parts.count - 1]
        }
    }
}

private let expanded = [
    "conv_pw": "0.0", "bn1": "0.1", "conv_dw": "1.0", "bn2": "1.1", "conv_pwl": "2.0", "bn3": "2.1",
]
private let separable = ["conv_dw": "0.0", "bn1": "0.1", "conv_pw": "1.0", "bn2": "1.1"]
private let expandedGated = [
    "conv_pw": "0.0", "bn1": "0.1", "conv_dw": "1.0", "bn2": "1.1", "se.conv_reduce": "2.fc1",
    "se.conv_expand": "2.fc2", "conv_pwl": "3.0", "bn3": "3.1",
]
private let separableGated = [
    "conv_dw": "0.0", "bn1": "0.1", "se.conv_reduce": "1.fc1", "se.conv_expand": "1.fc2", "conv_pw": "2.0",
    "bn2": "2.1",
]

private func small(_ name: String, _ change: (inout Architecture) -> Void = { _ in }) throws -> Network {
    try published(name) {
        $0.scaling = Scaling(width: 0.25, depth: $0.scaling.depth, resolution: 32)
        $0.classes = 10
        change(&$0)
    }
}

/// Expects that the file, renamed, gives the logits of the weights, and the note.
private func expectTheSame(
    _ network: Network, _ modules: Modules, flattening: String? = nil, notes: [String]
) throws {
    let weights = NetworkWeights.random(for: network, seed: 5)
    var file = try weights.timmTensors(for: network).renamed(modules.rename)
    if let flattening { file = try file.flattening(flattening) }
    let (read, said) = try WeightsFile(file, path: "w").read(for: network)
    #expect(said == notes)
    #expect(try logits(network, read) == logits(network, weights))
}

@Test func torchvisionsEfficientNetIsRead() throws {
    try expectTheSame(
        small("efficientnet-b0"),
        Modules(
            others: [
                "conv_stem": "features.0.0", "bn1": "features.0.1", "conv_head": "features.8.0",
                "bn2": "features.8.1", "classifier": "classifier.1",
            ], block: { ("features.\($0 + 1).\($1).block.", $0 == 0 ? separableGated : expandedGated) }),
        notes: ["note: w has the names of torchvision's EfficientNet, and its tensors are read by them."])
}

private let fused = Modules(
    others: [
        "conv_stem": "features.0.0", "bn1": "features.0.1", "conv_head": "features.7.0",
        "bn2": "features.7.1", "classifier": "classifier.1",
    ],
    block: { stage, block in
        let modules =
            switch stage {
            case 0: ["conv": "0.0", "bn1": "0.1"]
            case 1, 2: ["conv_exp": "0.0", "bn1": "0.1", "conv_pwl": "1.0", "bn2": "1.1"]
            default: expandedGated
            }
        return ("features.\(stage + 1).\(block).block.", modules)
    })

@Test func torchvisionsEfficientNetV2IsRead() throws {
    try expectTheSame(
        small("efficientnetv2-s") {
            ($0.scaling.depth, $0.batchNormEpsilon) = (0.3, 1e-3)
        }, fused,
        notes: ["note: w has the names of torchvision's EfficientNet, and its tensors are read by them."])
}

/// A norm with epsilon 0.001 is one with 0.00001 whose variances are larger by the difference.
@Test func anotherEpsilonBecomesLargerVariances() throws {
    let network = try small("efficientnetv2-s") { $0.scaling.depth = 0.3 }
    let weights = NetworkWeights.random(for: network, seed: 5)
    let file = try weights.timmTensors(for: network).renamed(fused.rename)
    let (read, notes) = try WeightsFile(file, path: "w").read(for: network)
    #expect(
        notes == [
            """
            note: w has the names of torchvision's EfficientNet, and its tensors are read by them; variances are \
            raised so that batch norms compute with epsilon 1e-05 what they did with 0.001.
            """
        ])
    let before = try #require(weights.layers[0][0].norm?.variance)
    let after = try #require(read.layers[0][0].norm?.variance)
    for (before, after) in zip(before, after) {
        #expect(abs(after - before - 0.00099) < 1e-6)
    }
    let wanted = try small("efficientnetv2-s") { ($0.scaling.depth, $0.batchNormEpsilon) = (0.3, 1e-3) }
    let own = try WeightsFile(file, path: "w").read(for: wanted).weights
    for (logit, other) in try zip(logits(network, read), logits(wanted, own)) {
        #expect(abs(logit - other) <= 1e-3 * max(1, abs(other)))
    }
}

@Test func torchvisionsMobileNetV2IsRead() throws {
    // 1, 2, 3, 4, 3, 3 and 1 blocks.
    let before = [0, 1, 3, 6, 10, 13, 16]
    try expectTheSame(
        small("mobilenet-v2"),
        Modules(
            others: [
                "conv_stem": "features.0.0", "bn1": "features.0.1", "conv_head": "features.18.0",
                "bn2": "features.18.1", "classifier": "classifier.1",
            ],
            block: { stage, block in
                let modules =
                    stage == 0
                    ? ["conv_dw": "0.0", "bn1": "0.1", "conv_pw": "1", "bn2": "2"]
                    : [
                        "conv_pw": "0.0", "bn1": "0.1", "conv_dw": "1.0", "bn2": "1.1", "conv_pwl": "2",
                        "bn3": "3",
                    ]
                return ("features.\(before[stage] + block + 1).conv.", modules)
            }),
        notes: ["note: w has the names of torchvision's MobileNetV2, and its tensors are read by them."])
}

@Test func torchvisionsMobileNetV3IsRead() throws {
    // timm's stages have 1, 2, 3, 2 and 3 blocks, and then the convolution before the pooling.
    let before = [0, 1, 3, 6, 8, 11]
    try expectTheSame(
        small("mobilenetv3-small") { $0.batchNormEpsilon = 1e-3 },
        Modules(
            others: [
                "conv_stem": "features.0.0", "bn1": "features.0.1", "conv_head": "classifier.0",
                "classifier": "classifier.3",
            ],
            block: { stage, block in
                if stage == 5 { return ("features.12.", ["conv": "0", "bn1": "1"]) }
                let modules = stage == 0 ? separableGated : stage == 1 ? expanded : expandedGated
                return ("features.\(before[stage] + block + 1).block.", modules)
            }), flattening: "classifier.0.weight",
        notes: ["note: w has the names of torchvision's MobileNetV3, and its tensors are read by them."])
}

@Test func torchvisionsMNASNetIsRead() throws {
    try expectTheSame(
        small("mnasnet-b1"),
        Modules(
            others: [
                "conv_stem": "layers.0", "bn1": "layers.1", "conv_head": "layers.14", "bn2": "layers.15",
                "classifier": "classifier.1",
            ],
            block: { stage, block in
                stage == 0
                    ? ("layers.", ["conv_dw": "3", "bn1": "4", "conv_pw": "6", "bn2": "7"])
                    : (
                        "layers.\(stage + 7).\(block).layers.",
                        [
                            "conv_pw": "0", "bn1": "1", "conv_dw": "3", "bn2": "4", "conv_pwl": "6",
                            "bn3": "7",
                        ]
                    )
            }),
        notes: ["note: w has the names of torchvision's MNASNet, and its tensors are read by them."])
}

@Test func torchvisionsRegNetIsRead() throws {
    for name in ["regnety-002", "regnetx-004"] {
        let network = try published(name) { ($0.scaling, $0.classes) = (Scaling(resolution: 32), 10) }
        let weights = NetworkWeights.random(for: network, seed: 5)
        let file = try regNetFile(network, weights)
        let (read, notes) = try WeightsFile(file, path: "w").read(for: network)
        #expect(
            notes == ["note: w has the names of torchvision's RegNet, and its tensors are read by them."])
        #expect(try logits(network, read) == logits(network, weights))
    }
}

/// torchvision's regnet_y_800mf is another network than everybody else's of that name.
@Test func aRegNetOfOtherWidthsIsSaidAsThat() throws {
    func network(_ widths: [Int]) throws -> Network {
        try published("regnety-008") { network in
            network.scaling = Scaling(resolution: 32)
            for (index, width) in widths.enumerated() { network.stages[index].channels = width }
        }
    }
    let own = try network([64, 144, 320, 784])
    let file = try regNetFile(own, .random(for: own, seed: 5))
    #expect(readingRefusal(file, own) == nil)
    #expect(
        readingRefusal(file, try network([]))
            == """
            w: the stages of its RegNet have 64, 144, 320, 784 channels, and those of regnety-008 64, 128, 320, 768; \
            torchvision rounds some widths otherwise, so name the network that the weights are of, or a YAML file \
            whose stages have these channels.
            """)
}

/// A RegNet's weights under torchvision's names.
private func regNetFile(_ network: Network, _ weights: NetworkWeights) throws -> Safetensors {
    let modules = [
        "conv1.conv": "f.a.0", "conv1.bn": "f.a.1", "conv2.conv": "f.b.0", "conv2.bn": "f.b.1",
        "conv3.conv": "f.c.0", "conv3.bn": "f.c.1", "se.fc1": "f.se.fc1", "se.fc2": "f.se.fc2",
        "downsample.conv": "proj.0", "downsample.bn": "proj.1",
    ]
    let others = ["stem.conv": "stem.0", "stem.bn": "stem.1", "head.fc": "fc"]
    return try weights.timmTensors(for: network).renamed { name in
        let parts = name.split(separator: ".").map(String.init)
        let leaf = "." + parts[parts.count - 1]
        guard let stage = Int(parts[0].dropFirst()), let block = Int(parts[1].dropFirst()) else {
            return others[parts.dropLast().joined(separator: ".")].map { $0 + leaf }
        }
        return modules[parts[2..<parts.count - 1].joined(separator: ".")].map {
            "trunk_output.block\(stage).block\(stage)-\(block - 1)." + $0 + leaf
        }
    }
}

/// torchvision and timm agree on the names of ResNets.
@Test(arguments: ["resnet-18", "resnet-50", "resnext-50-32x4d", "wide-resnet-50-2"])
func torchvisionsResNetsHaveTimmsNames(_ name: String) throws {
    let network = try small(name)
    let file = try NetworkWeights.random(for: network, seed: 5).timmTensors(for: network)
    #expect(file.tensors.contains { $0.name == "layer2.0.downsample.1.running_var" })
    #expect(try WeightsFile(file, path: "w").read(for: network).notes == [])
}

@Test func namesOfAnotherNetworkOfTorchvisionAreRefused() throws {
    let network = try small("mobilenet-v2")
    let file = Safetensors(tensors: [
        NamedTensor("features.1.conv.0.0.weight", shape: [1], values: [0]),
        NamedTensor("features.0.0.weight", shape: [1], values: [0]),
    ])
    let others = try small("resnet-18")
    #expect(
        readingRefusal(file, others)
            == """
            w has the names of torchvision's MobileNetV2, which has no layer stages.0.0.shortcut as resnet-18 has; name \
            the network that the weights are of.
            """)
    #expect(
        readingRefusal(file, network)
            == """
            w does not fit mobilenet-v2: tensors are 260 missing (features.0.1.weight, features.0.1.bias, \
            features.0.1.running_mean and 257 more), 2 of another shape (features.0.0.weight: 1 instead of 8×3×3×3, \
            features.1.conv.0.0.weight: 1 instead of 8×1×3×3); name the network, --width, --depth, --classes and \
            --channels that the weights are of.
            """)
}
