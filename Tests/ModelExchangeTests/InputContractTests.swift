// What weights were trained on, on its way through the metadata of files and into Python.

import ModelExchange
import NetworkExecution
import Networks
import TensorFiles
import Testing

/// Names of folders that someone has: quotes, line ends, a tab, both forms of é, an emoji, none of ASCII.
private let names = [
    "it's \"quoted\"", "two\nlines\t\\", "caf\u{e9}", "cafe\u{301}", "👩‍🔬", "日本", "null", "a/b", "\u{2028}\0",
]

private func contract(_ names: [String]? = names) throws -> InputContract {
    try InputContract(
        channels: 3, resolution: 16, mean: [0.1, 0.2, 0.3], deviation: [1e-7, 2, 0.33333334],
        classNames: names)
}

@Test func aContractSurvivesAFile() throws {
    let contract = try contract()
    let file = Safetensors(tensors: [], metadata: contract.metadata)
    let metadata = try Safetensors(bytes: file.bytes, file: "w").metadata
    let read = try #require(try InputContract(metadata: metadata, file: "w"))
    #expect(read == contract)
    // Swift's == takes both forms of é for one.
    #expect(read.classNames?.map { Array($0.utf8) } == names.map { Array($0.utf8) })
    #expect(!InputContract.agree(["caf\u{e9}"], ["cafe\u{301}"]) && InputContract.agree(names, names))
    #expect(metadata["compound.mean"] == "[0.1,0.2,0.3]")
}

@Test func whatNobodySaidIsLeftOut() throws {
    let bare = try InputContract(channels: 1, resolution: 28)
    #expect(bare.metadata == ["compound.channels": "1", "compound.resolution": "28"])
    #expect(try InputContract(metadata: bare.metadata, file: "w") == bare)
    #expect(try InputContract(metadata: ["format": "pt", "mean": "unknown"], file: "w") == nil)
}

@Test(arguments: [
    (
        "mean", "0.1",
        "the metadata 'compound.mean' is '0.1' and should be a JSON list of numbers; remove it or"
    ),
    (
        "mean", "[0.1,0.2]",
        "the metadata compound.mean: 2 values are given for 3 channels; give one of each channel."
    ),
    ("mean", "[0.1,0.2,1e999]", "compound.mean"),
    ("deviation", "[1,1,0]", "the metadata compound.deviation: a value is not above 0; give deviations."),
    (
        "class_names", "[\"a\", 3]",
        "'compound.class_names' is '[\"a\", 3]' and should be a JSON list of texts"
    ),
    ("class_names", "[]", "the metadata compound.class_names: 0 names are given; give 1 to 1048576."),
    ("channels", "RGB", "the metadata 'compound.channels' is 'RGB' and should be a whole number"),
    ("channels", "0", "the metadata compound.channels: 0 is out of range; give 1 or more."),
    (
        "resolution", "99999999",
        "the metadata compound.resolution: 99999999 is out of range; give 1 to 16384."
    ),
])
func whatIsMalformedIsNamed(key: String, value: String, words: String) throws {
    var metadata = try contract().metadata
    metadata["compound." + key] = value
    #expect {
        _ = try InputContract(metadata: metadata, file: "w.safetensors")
    } throws: {
        "\($0)".hasPrefix("w.safetensors: ") && "\($0)".contains(words)
    }
    metadata["compound." + key] = nil
    if ["mean", "deviation", "channels", "resolution"].contains(key) {
        #expect(throws: WeightsError.self) { try InputContract(metadata: metadata, file: "w") }
    }
}

@Test func aContractOfAnotherNetworkIsRefused() throws {
    let contract = try InputContract(channels: 3, resolution: 16, classNames: ["a", "b"])
    #expect(try contract.refusal(of: smallMobile { ($0.channels, $0.classes) = (3, 2) }) == nil)
    #expect(
        try contract.refusal(of: smallMobile { ($0.channels, $0.classes) = (3, 4) })
            == "it names 2 classes and small has 4; give --classes 2.")
    #expect(
        try contract.refusal(of: smallMobile())
            == "it speaks of images of 3 channels and small takes 1; give --channels 3.")
}

@Test func everyExportCarriesTheContract() throws {
    let network = try smallMobile { ($0.channels, $0.classes) = (3, 9) }
    let weights = NetworkWeights.random(for: network, seed: 1)
    let contract = try contract()
    for file in [
        try weights.nativeTensors(for: network, contract: contract),
        try weights.timmTensors(for: network, contract: contract),
    ] {
        #expect(try WeightsFile(file, path: "w").contract == contract)
    }
    let onnx = try ONNXFile(network, weights: weights, contract: contract, test: nil, toolVersion: "1")
        .metadata
    #expect(onnx["compound.parameters"] == "\(network.cost.parameters.value)")
    #expect(try InputContract(metadata: onnx, file: "x.onnx") == contract)

    for target in [PythonTarget.timm, .keras] {
        let network = try smallMobile {
            ($0.channels, $0.classes, $0.padding, $0.batchNormEpsilon) = (3, 9, .same, 1e-3)
            $0.stem = Stem(channels: 32, activation: .silu)
            $0.head.channels = 1280
        }
        let text = try PythonFile(network, for: target, contract: contract, test: nil, toolVersion: "1").text
        #expect(
            text.contains(
                #"CLASS_NAMES = ["it's \"quoted\"", "two\U0000000alines\U00000009\\", "café", "cafe\U00000301", "#
            ))
        #expect(
            text.contains(#""\U0001f469\U0000200d\U0001f52c", "日本", "null", "a/b", "\U00002028\U00000000"]"#))
        #expect(text.contains("MEAN = [0.1, 0.2, 0.3]\nSTD = [1e-07, 2.0, 0.33333334]\n"))
        #expect(text.contains("def preprocess(image):") && text.contains("import numpy\n"))
        #expect(text.contains("return 255 * x") == (target == .keras))
    }
}

@Test func pythonSaysNoMoreThanIsKnown() throws {
    let network = try smallMobile()
    let named = try InputContract(channels: 1, resolution: 9, classNames: ["a", "b", "c"])
    let text = try PythonFile(network, for: .timm, contract: named, test: nil, toolVersion: "1").text
    #expect(text.contains("CLASS_NAMES = [\"a\", \"b\", \"c\"]\n\n"))
    #expect(!text.contains("MEAN") && !text.contains("preprocess") && !text.contains("numpy"))
}
