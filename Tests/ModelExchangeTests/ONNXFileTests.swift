// ONNX files: which operators a network becomes, and what stands beside them. That other tools read them is
// what `make parity` checks.

import Foundation
import ModelExchange
import NetworkExecution
import Networks
import Testing

private func file(_ network: Network) throws -> ONNXFile {
    try ONNXFile(network, weights: .random(for: network, seed: 1), test: nil, toolVersion: "1")
}

@Test func aMobileNetworkIsConvolutionsGatesAndAdditions() throws {
    #expect(
        try file(smallMobile { $0.stages[0].repeats = 1 }).listing == [
            conv("stem.linear", "x", "stem", group: 1, kernel: 3, pads: [1, 1, 1, 1], stride: 1),
            "stem.sigmoid = Sigmoid(stem.linear)",
            "stem = Mul(stem.linear, stem.sigmoid)",
            conv(
                "stages.0.0.depthwise.linear", "stem", "stages.0.0.depthwise", group: 8, kernel: 3,
                pads: [1, 1, 1, 1], stride: 1),
            "stages.0.0.depthwise.sigmoid = Sigmoid(stages.0.0.depthwise.linear)",
            "stages.0.0.depthwise = Mul(stages.0.0.depthwise.linear, stages.0.0.depthwise.sigmoid)",
            "stages.0.0.gate.mean = GlobalAveragePool(stages.0.0.depthwise)",
            "stages.0.0.gate.squeezed.linear = Conv(stages.0.0.gate.mean, "
                + "stages.0.0.gate.squeeze.weight, stages.0.0.gate.squeeze.bias)",
            "stages.0.0.gate.squeezed.sigmoid = Sigmoid(stages.0.0.gate.squeezed.linear)",
            "stages.0.0.gate.squeezed = Mul(stages.0.0.gate.squeezed.linear, "
                + "stages.0.0.gate.squeezed.sigmoid)",
            "stages.0.0.gate.factors.linear = Conv(stages.0.0.gate.squeezed, "
                + "stages.0.0.gate.excite.weight, stages.0.0.gate.excite.bias)",
            "stages.0.0.gate.factors = Sigmoid(stages.0.0.gate.factors.linear)",
            "stages.0.0.gate = Mul(stages.0.0.depthwise, stages.0.0.gate.factors)",
            conv(
                "stages.0.0.project", "stages.0.0.gate", "stages.0.0.project", group: 1, kernel: 1,
                pads: [0, 0, 0, 0], stride: 1),
            "stages.0.0.add = Add(stages.0.0.project, stem)",
        ] + file(smallMobile { $0.stages[0].repeats = 1 }).listing.dropFirst(15))
}

@Test func theEndFlattensAndMultiplies() throws {
    #expect(
        try file(smallMobile()).listing.suffix(3) == [
            "head.pool = GlobalAveragePool(head.convolution)",
            "classifier.input = Flatten(head.pool) axis=1",
            "y = Gemm(classifier.input, classifier.weight, classifier.bias) transB=1",
        ])
}

/// Nine pixels are odd: TensorFlow pads them evenly, ten unevenly.
@Test(arguments: [(9, [2, 2, 2, 2]), (10, [1, 1, 2, 2])])
func samePaddingIsWrittenOut(pixels: Double, pads: [Int]) throws {
    let network = try smallMobile {
        $0.padding = .same
        $0.scaling.resolution = pixels
    }
    let line = try #require(file(network).listing.first { $0.hasPrefix("stages.1.0.depthwise.linear") })
    #expect(
        line
            == conv(
                "stages.1.0.depthwise.linear", "stages.1.0.expand", "stages.1.0.depthwise", group: 32,
                kernel: 5, pads: pads, stride: 2))
}

@Test func everyActivationHasItsOperators() throws {
    func stem(_ activation: Activation) throws -> [String] {
        try file(smallMobile { $0.stem.activation = activation }).listing
            .filter { $0.hasPrefix("stem") }.dropFirst()
            .map { String($0) }
    }
    #expect(try stem(.identity) == [])
    #expect(try stem(.relu) == ["stem = Relu(stem.linear)"])
    #expect(try stem(.relu6) == ["stem = Clip(stem.linear, zero, six)"])
    #expect(try stem(.sigmoid) == ["stem = Sigmoid(stem.linear)"])
    #expect(try stem(.hardSigmoid) == ["stem = HardSigmoid(stem.linear) alpha=0.16666667 beta=0.5"])
    #expect(
        try stem(.hardSwish) == [
            "stem.sigmoid = HardSigmoid(stem.linear) alpha=0.16666667 beta=0.5",
            "stem = Mul(stem.linear, stem.sigmoid)",
        ])
    #expect(
        try stem(.gelu) == [
            "stem.scaled = Mul(stem.linear, half_root)", "stem.erf = Erf(stem.scaled)",
            "stem.twice = Add(stem.erf, one)", "stem.share = Mul(stem.twice, half)",
            "stem = Mul(stem.linear, stem.share)",
        ])
}

@Test func aFileSaysWhatItHolds() throws {
    let network = try smallMobile()
    let weights = NetworkWeights.random(for: network, seed: 1)
    let test = try #require(try TestVector(network, weights: weights))
    let file = try ONNXFile(network, weights: weights, test: test, toolVersion: "1")
    #expect(file.metadata["compound.parameters"] == "\(network.cost.parameters.value)")
    #expect(file.metadata["compound.macs"] == "\(network.cost.macs.value)")
    #expect(
        file.metadata["compound.test_logits"] == test.logits.map { "\($0)" }.joined(separator: ","))
    #expect(file.constants["stem.weight"] == [8, 1, 3, 3])
    #expect(file.constants["classifier.weight"] == [3, 32])
    // Folded, so that weights and biases are all there is.
    let values = file.constants.values.map { $0.reduce(1, *) }.reduce(0, +)
    #expect(values * 4 == network.cost.weightBytes.value)
    #expect(try file.bytes().count > network.cost.weightBytes.value)
}

@Test func aResNetPoolsAndAddsItsShortcut() throws {
    let listing = try file(published("resnet-18") { $0.scaling.width = 0.125 }).listing
    #expect(
        listing.contains(
            "stem.pool = MaxPool(stem) kernel_shape=[3, 3] pads=[1, 1, 1, 1] strides=[2, 2]"))
    #expect(listing.contains("stages.1.0.add.linear = Add(stages.1.0.second, stages.1.0.shortcut)"))
    #expect(listing.contains("stages.1.0.add = Relu(stages.1.0.add.linear)"))
}

@Test func moreThanTwoGibibytesAreRefused() throws {
    let network = try published("efficientnet-l2") { $0.scaling.width = 4.7 }
    #expect(throws: ExportRefusal.self) {
        try ONNXFile(network, weights: NetworkWeights(layers: []), test: nil, toolVersion: "1")
    }
}

private func conv(
    _ output: String, _ input: String, _ weights: String, group: Int, kernel: Int, pads: [Int], stride: Int
) -> String {
    "\(output) = Conv(\(input), \(weights).weight, \(weights).bias) group=\(group) "
        + "kernel_shape=[\(kernel), \(kernel)] pads=\(pads) strides=[\(stride), \(stride)]"
}
