// Names of other origins: what wrappers put before them, what is translated, and what is refused by name.

import ModelExchange
import NetworkExecution
import Networks
import TensorFiles
import Testing

@Test(arguments: [
    "module.", "model.", "_orig_mod.", "state_dict.", "backbone.", "encoder.", "ema.", "timm_model.",
    "module._orig_mod.", "model_ema.module.", "state_dict.model.module.",
])
func whatStandsBeforeAllNamesIsLeftOut(_ prefix: String) throws {
    let network = try smallMobile()
    let weights = NetworkWeights.random(for: network, seed: 3)
    for file in [try weights.nativeTensors(for: network), try weights.timmTensors(for: network)] {
        let (read, notes) = try WeightsFile(file.behind(prefix), path: "w").read(for: network)
        #expect(notes == ["note: w: every name begins with '\(prefix)', which is left out."])
        #expect(try logits(network, read) == logits(network, weights))
    }
    var averaged = try weights.timmTensors(for: network).behind(prefix)
    averaged.counters["n_averaged"] = 7
    #expect(try WeightsFile(averaged, path: "w").read(for: network).notes.count == 1)
}

@Test func aPrefixThatSomeNamesLackStays() throws {
    let network = try smallMobile()
    let file = try NetworkWeights.random(for: network, seed: 3).timmTensors(for: network).renamed {
        $0.hasPrefix("classifier") ? "head.1" + $0.dropFirst("classifier".count) : "backbone." + $0
    }
    #expect(
        readingRefusal(file, network)
            == """
            w does not fit small: tensors are 59 missing (conv_stem.weight, bn1.weight, bn1.bias and 56 more), 68 \
            unknown (backbone.blocks.0.0.bn1.bias, backbone.blocks.0.0.bn1.num_batches_tracked, \
            backbone.blocks.0.0.bn1.running_mean and 65 more); name the network, --width, --depth, --classes and \
            --channels that the weights are of.
            """)
}

@Test func efficientNetPyTorchIsReadForNetworksThatPadAsItDoes() throws {
    func network(_ change: (inout Architecture) -> Void) throws -> Network {
        try published("efficientnet-b0") {
            ($0.scaling, $0.classes) = (Scaling(width: 0.25, depth: 1, resolution: 32), 10)
            change(&$0)
        }
    }
    let before = [0, 1, 3, 5, 8, 11, 15]
    let others = [
        "conv_stem": "_conv_stem", "bn1": "_bn0", "conv_head": "_conv_head", "bn2": "_bn1",
        "classifier": "_fc",
    ]
    let separable = ["conv_dw": "_depthwise_conv", "bn1": "_bn1", "conv_pw": "_project_conv", "bn2": "_bn2"]
    let expanded = [
        "conv_pw": "_expand_conv", "bn1": "_bn0", "conv_dw": "_depthwise_conv", "bn2": "_bn1",
        "conv_pwl": "_project_conv", "bn3": "_bn2",
    ]
    let own = try network { ($0.padding, $0.batchNormEpsilon) = (.same, 1e-3) }
    let weights = NetworkWeights.random(for: own, seed: 5)
    let file = try weights.timmTensors(for: own).renamed { name in
        let parts = name.split(separator: ".").map(String.init)
        let leaf = "." + parts[parts.count - 1]
        guard parts[0] == "blocks", let stage = Int(parts[1]), let block = Int(parts[2]) else {
            return others[parts[0]].map { $0 + leaf }
        }
        let gates = ["se.conv_reduce": "_se_reduce", "se.conv_expand": "_se_expand"]
        let module = parts[3..<parts.count - 1].joined(separator: ".")
        return (gates[module] ?? (stage == 0 ? separable : expanded)[module]).map {
            "_blocks.\(before[stage] + block)." + $0 + leaf
        }
    }
    let (read, notes) = try WeightsFile(file, path: "w").read(for: own)
    #expect(notes == ["note: w has the names of efficientnet_pytorch, and its tensors are read by them."])
    #expect(try logits(own, read) == logits(own, weights))

    #expect(
        readingRefusal(file, try network { _ in })
            == """
            w has the names of efficientnet_pytorch, which pads as TensorFlow does, and efficientnet-b0 pads \
            symmetrically; give a YAML file of the lines 'base: efficientnet-b0' and 'padding: same'.
            """)
    #expect(
        readingRefusal(file, try network { $0.name = "own" })?.hasSuffix(
            "and own pads symmetrically; set 'padding: same' in its YAML file.") == true)
}

private func file(_ names: String...) -> Safetensors {
    Safetensors(tensors: names.map { NamedTensor($0, shape: [1], values: [0]) })
}

@Test(arguments: [
    (file("stem_conv/kernel:0", "block1a_dwconv/depthwise_kernel:0", "top_bn/gamma:0"), "Keras"),
    (file("stem_conv/kernel", "block1a_dwconv/depthwise_kernel", "top_bn/gamma"), "Keras"),
    (
        file(
            "efficientnet-b0/stem/conv2d/kernel",
            "efficientnet-b0/blocks_0/depthwise_conv2d/depthwise_kernel",
            "efficientnet-b0/head/dense/bias"), "a TensorFlow checkpoint"
    ),
    (file("stem.conv.weight", "s1.b1.f.a.weight", "head.fc.bias"), "pycls"),
    (
        file(
            "efficientnet.embeddings.convolution.weight",
            "efficientnet.encoder.blocks.0.depthwise_conv.depthwise_conv.weight", "classifier.bias"),
        "transformers"
    ),
    (file("model.0.conv.weight", "model.1.conv.weight", "model.9.linear.bias"), "ultralytics"),
])
func namesOfToolsThatAreNotReadAreNamed(_ file: Safetensors, _ tool: String) throws {
    let shown = file.tensors.map(\.name).sorted()
    #expect(
        readingRefusal(file, try smallMobile())
            == """
            w has the names of \(tool) (\(shown.joined(separator: ", "))), which are not read; give weights with the \
            names of timm or torchvision.
            """)
}
