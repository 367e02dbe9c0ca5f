// Weights with which another training begins: what is taken over, and what is said of the rest.

import ConvolutionKernels
import ModelExchange
import NetworkExecution
import Networks
import TensorFiles
import Testing

private let own = try! InputContract(channels: 1, resolution: 9, classNames: ["a", "b", "c"])

private func start(
    _ file: Safetensors, of network: Network, classNames: [String]? = nil, newClassifier: Bool = false
) throws -> (weights: NetworkWeights, notes: [String]) {
    try WeightsFile(file, path: "w").start(
        of: network, classNames: classNames, fresh: .random(for: network, seed: 77),
        newClassifier: newClassifier)
}

private func refusal(_ file: Safetensors, of network: Network, classNames: [String]? = nil) -> String? {
    do {
        _ = try start(file, of: network, classNames: classNames)
        return nil
    } catch { return "\(error)" }
}

@Test func aClassifierOfOtherClassesBeginsAnewOnRequestAndAllElseIsTaken() throws {
    let network = try smallMobile()
    let weights = NetworkWeights.random(for: network, seed: 3)
    let two = try smallMobile { $0.classes = 2 }
    for file in [try weights.nativeTensors(for: network), try weights.timmTensors(for: network)] {
        #expect(
            refusal(file, of: two)
                == """
                w has 3 classes and the data 2; give --new-classifier to begin with everything else and a new classifier.
                """)
        let (found, notes) = try start(file, of: two, newClassifier: true)
        #expect(
            notes == [
                "note: w has 3 classes and the data 2: all is taken but the classifier, which begins anew."
            ])
        #expect(
            found.layers.dropLast().map { $0.map(\.weight) }
                == weights.layers.dropLast().map { $0.map(\.weight) })
        let fresh = NetworkWeights.random(for: two, seed: 77)
        #expect(found.layers.last?.first?.weight == fresh.layers.last?.first?.weight)
        #expect(found.layers.last?.first?.bias == fresh.layers.last?.first?.bias)
        #expect(try start(file, of: network).notes == [])
        #expect(
            try start(file, of: network, newClassifier: true).notes
                == ["note: w: all is taken but the classifier, which begins anew."])
    }
}

@Test func classesOfOtherNamesAreOtherClasses() throws {
    let network = try smallMobile()
    let weights = NetworkWeights.random(for: network, seed: 3)
    let file = try weights.nativeTensors(for: network, contract: own)
    #expect(try start(file, of: network, classNames: ["a", "b", "c"]).notes == [])
    #expect(
        refusal(file, of: network, classNames: ["c", "b", "a"])
            == """
            w tells other classes apart; give --new-classifier to begin with everything else and a new classifier.
            """)
    let (found, notes) = try start(file, of: network, classNames: ["c", "b", "a"], newClassifier: true)
    #expect(
        notes == ["note: w tells other classes apart: all is taken but the classifier, which begins anew."])
    #expect(found.layers.last?.first?.weight != weights.layers.last?.first?.weight)
    // Nobody knows the names of the classes of a file that names none.
    #expect(
        try start(weights.nativeTensors(for: network), of: network, classNames: ["c", "b", "a"]).notes == [])
}

@Test func aFileWithoutAClassifierGetsOneOnRequest() throws {
    let network = try published("resnet-18") {
        ($0.scaling, $0.classes) = (Scaling(width: 0.25, resolution: 32), 4)
    }
    var file = try NetworkWeights.random(for: network, seed: 3).timmTensors(for: network)
    file.tensors.removeAll { $0.name.hasPrefix("fc.") }
    #expect(
        refusal(file, of: network)
            == """
            w has no classifier; give --new-classifier to begin with everything else and a new classifier.
            """)
    #expect(
        try start(file, of: network, newClassifier: true).notes
            == ["note: w has no classifier: all is taken but the classifier, which begins anew."])
}

@Test func aStemIsSummedToGreyAndRepeatedFromRGBAsTimmDoes() throws {
    let colour = try smallMobile { $0.channels = 3 }
    let file = try NetworkWeights.random(for: colour, seed: 3).timmTensors(for: colour)
    let old = try #require(file.tensors.first { $0.name == "conv_stem.weight" }).values
    let (grey, notes) = try start(file, of: smallMobile())
    #expect(
        notes == [
            "note: w is of images of 3 channels and the network of 1: the stem's weights are summed over them."
        ])
    #expect(grey.layers[0][0].weight.count == 72)
    #expect(grey.layers[0][0].weight[0] == old[0] + old[9] + old[18])
    #expect(grey.layers[0][0].weight[71] == old[197] + old[206] + old[215])

    let (four, said) = try start(file, of: smallMobile { $0.channels = 4 })
    #expect(
        said == [
            "note: w is of images of 3 channels and the network of 4: the stem's weights are repeated, at 3/4 of their value."
        ])
    #expect(four.layers[0][0].weight[0] == old[0] * 0.75 && four.layers[0][0].weight[27] == old[0] * 0.75)

    let two = try smallMobile { $0.channels = 2 }
    let pairs = try NetworkWeights.random(for: two, seed: 3).timmTensors(for: two)
    #expect {
        try start(pairs, of: colour)
    } throws: {
        "\($0)" == """
            w: its stem reads images of 2 channels, and small takes 3; stems are adapted from 1 or 3 channels to \
            others and from any to 1, so give --channels 2 or other weights.
            """
    }
}

/// A grey image gives the logits that it gave with its channel three times, and the other way round.
@Test func aStemForOtherChannelsGivesWhatGreyGaveInColour() throws {
    let (colour, grey) = (try smallMobile { $0.channels = 3 }, try smallMobile())
    for (network, other) in [(colour, grey), (grey, colour)] {
        let weights = NetworkWeights.random(for: network, seed: 3)
        let file = try WeightsFile(weights.timmTensors(for: network), path: "w")
        let (adapted, notes) = try file.read(for: other)
        #expect(notes.count == 1)
        let (before, after) = (try greyLogits(network, weights), try greyLogits(other, adapted))
        for (before, after) in zip(before, after) {
            #expect(abs(before - after) < 1e-4 * max(1, abs(before)))
        }
        #expect(try start(file.tensors, of: other).weights.layers[0][0].weight == adapted.layers[0][0].weight)
    }
    let file = try NetworkWeights.random(for: grey, seed: 3).timmTensors(for: grey)
    #expect(
        readingRefusal(file, try smallMobile { ($0.channels, $0.classes) = (3, 2) })
            == "w has 3 classes, and small 2; give --classes 3 for the network that the weights are of.")
    #expect(
        try WeightsFile(file, path: "w").read(for: colour).notes == [
            """
            note: w is of images of 1 channel and the network of 3: the stem's weights are repeated, at 1/3 of their \
            value.
            """
        ])
}

/// The logits for one grey image, in as many equal channels as the network reads.
private func greyLogits(_ network: Network, _ weights: NetworkWeights) throws -> [Float] {
    let (side, channels) = (network.dimensions.resolution, network.architecture.channels)
    let values = (0..<side * side).flatMap { pixel in
        Array(repeating: Float((pixel * 37) % 101) / 50 - 1, count: channels)
    }
    let image = Tensor(batch: 1, height: side, width: side, channels: channels, values: values)
    return try CompiledNetwork(network, weights: weights).run(image).values
}

@Test func anotherNetworkIsNoStart() throws {
    let network = try smallMobile()
    let file = try NetworkWeights.random(for: network, seed: 3).nativeTensors(for: network)
    #expect {
        try start(file, of: smallMobile { ($0.stages[1].channels, $0.classes) = (24, 2) })
    } throws: {
        "\($0)".hasPrefix("w does not fit small: tensors are ")
    }
}
