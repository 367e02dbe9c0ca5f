// Weights with which another training begins: what is taken over, and what is said of the rest.

import ModelExchange
import NetworkExecution
import Networks
import TensorFiles
import Testing

private let own = try! InputContract(channels: 1, resolution: 9, classNames: ["a", "b", "c"])

private func start(
    _ file: Safetensors, of network: Network, classNames: [String]? = nil
) throws -> (weights: NetworkWeights, notes: [String]) {
    try WeightsFile(file, path: "w").start(
        of: network, classNames: classNames, fresh: .random(for: network, seed: 77))
}

@Test func aClassifierOfOtherClassesBeginsAnewAndAllElseIsTaken() throws {
    let network = try smallMobile()
    let weights = NetworkWeights.random(for: network, seed: 3)
    let two = try smallMobile { $0.classes = 2 }
    for file in [try weights.nativeTensors(for: network), try weights.timmTensors(for: network)] {
        let (found, notes) = try start(file, of: two)
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
    }
}

@Test func classesOfOtherNamesAreOtherClasses() throws {
    let network = try smallMobile()
    let weights = NetworkWeights.random(for: network, seed: 3)
    let file = try weights.nativeTensors(for: network, contract: own)
    #expect(try start(file, of: network, classNames: ["a", "b", "c"]).notes == [])
    let (found, notes) = try start(file, of: network, classNames: ["c", "b", "a"])
    #expect(
        notes == ["note: w tells other classes apart: all is taken but the classifier, which begins anew."])
    #expect(found.layers.last?.first?.weight != weights.layers.last?.first?.weight)
    // Nobody knows the names of the classes of a file that names none.
    #expect(
        try start(weights.nativeTensors(for: network), of: network, classNames: ["c", "b", "a"]).notes == [])
}

@Test func aFileWithoutAClassifierGetsOne() throws {
    let network = try published("resnet-18") {
        ($0.scaling, $0.classes) = (Scaling(width: 0.25, resolution: 32), 4)
    }
    var file = try NetworkWeights.random(for: network, seed: 3).timmTensors(for: network)
    file.tensors.removeAll { $0.name.hasPrefix("fc.") }
    #expect(
        try start(file, of: network).notes
            == ["note: w has no classifier: all is taken but the classifier, which begins anew."])
}

@Test func aStemIsSummedToGreyAndRepeatedFromRGBAsTimmDoes() throws {
    let colour = try smallMobile { $0.channels = 3 }
    let file = try NetworkWeights.random(for: colour, seed: 3).timmTensors(for: colour)
    let old = try #require(file.tensors.first { $0.name == "conv_stem.weight" }).values
    let (grey, notes) = try start(file, of: smallMobile())
    #expect(
        notes == [
            "note: w is of images of 3 channels and the data of 1: the stem's weights are summed over them."
        ])
    #expect(grey.layers[0][0].weight.count == 72)
    #expect(grey.layers[0][0].weight[0] == old[0] + old[9] + old[18])
    #expect(grey.layers[0][0].weight[71] == old[197] + old[206] + old[215])

    let (four, said) = try start(file, of: smallMobile { $0.channels = 4 })
    #expect(
        said == [
            "note: w is of images of 3 channels and the data of 4: the stem's weights are repeated, at 3/4 of their value."
        ])
    #expect(four.layers[0][0].weight[0] == old[0] * 0.75 && four.layers[0][0].weight[27] == old[0] * 0.75)

    let two = try smallMobile { $0.channels = 2 }
    let pairs = try NetworkWeights.random(for: two, seed: 3).timmTensors(for: two)
    #expect {
        try start(pairs, of: colour)
    } throws: {
        "\($0)" == """
            w: its stem reads images of 2 channels, and small takes 3; weights are taken over from 3 channels to \
            others and from any to 1, so give weights of one of these.
            """
    }
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
