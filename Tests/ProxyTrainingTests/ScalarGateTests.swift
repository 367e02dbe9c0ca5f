// The gradients of a scalar gate, number by number, against differences of a network written in doubles.

import ConvolutionKernels
import Foundation
import NetworkExecution
import Networks
import ProxyTraining
import ReferenceExecution
import Testing

/// A 1×1 convolution with biases, a scalar gate, the mean, a classifier, and the loss, all in doubles.
private struct GatedModel {
    static let (side, inputs, channels, classes, batch) = (17, 2, 3, 5, 4)
    var convolution: [Double]
    var bias: [Double]
    var squeeze: [Double]
    var squeezeBias: Double
    var excite: Double
    var exciteBias: Double
    var classifier: [Double]
    var classifierBias: [Double]

    init(_ weights: NetworkWeights) {
        let matrices = weights.layers.flatMap(\.self)
        convolution = matrices[0].weight.map(Double.init)
        bias = (matrices[0].bias ?? []).map(Double.init)
        squeeze = matrices[1].weight.map(Double.init)
        squeezeBias = Double(matrices[1].bias?[0] ?? 0)
        excite = Double(matrices[2].weight[0])
        exciteBias = Double(matrices[2].bias?[0] ?? 0)
        classifier = matrices[3].weight.map(Double.init)
        classifierBias = (matrices[3].bias ?? []).map(Double.init)
    }

    func loss(_ images: [Float], _ labels: [Int32]) -> Double {
        let pixels = Self.side * Self.side
        return labels.indices.reduce(0) { sum, image in
            let x = (0..<pixels).flatMap { pixel in
                (0..<Self.channels).map { channel in
                    (0..<Self.inputs).reduce(bias[channel]) {
                        $0 + convolution[channel * Self.inputs + $1]
                            * Double(images[(image * pixels + pixel) * Self.inputs + $1])
                    }
                }
            }
            let means = (0..<Self.channels).map { channel in
                (0..<pixels).reduce(0) { $0 + x[$1 * Self.channels + channel] } / Double(pixels)
            }
            let node = zip(means, squeeze).reduce(squeezeBias) { $0 + $1.0 * $1.1 }
            let scalar = max(0, excite * node + exciteBias)
            let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let logits = (0..<Self.classes).map { output in
                (0..<Self.channels).reduce(classifierBias[output]) {
                    $0 + classifier[output * Self.channels + $1] * means[$1] * scalar / length
                }
            }
            let total = logits.reduce(0) { $0 + exp($1) }
            return sum + (log(total) - logits[Int(labels[image])]) / Double(labels.count)
        }
    }

    /// The slope of the loss along one number.
    func slope(
        _ number: WritableKeyPath<GatedModel, Double>, _ images: [Float], _ labels: [Int32]
    ) -> Double {
        var (less, more) = (self, self)
        less[keyPath: number] -= 1e-5
        more[keyPath: number] += 1e-5
        return (more.loss(images, labels) - less.loss(images, labels)) / 2e-5
    }
}

@Suite struct ScalarGateTests {
    private let images: [Float]
    private let labels: [Int32] = [0, 3, 1, 4]

    init() {
        let numbers = CounterStream(11)
        images = (0..<GatedModel.batch * GatedModel.side * GatedModel.side * GatedModel.inputs).map {
            2 * numbers.uniform(UInt64($0)) - 0.7
        }
    }

    private func network() throws -> Network {
        let architecture = Architecture(
            name: "gated", stem: Stem(channels: 8, activation: .relu),
            stages: [
                Stage(.basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8, activation: .relu)
            ],
            head: Head(channels: nil, activation: .relu),
            scaling: Scaling(resolution: Double(GatedModel.side)), channels: GatedModel.inputs,
            classes: GatedModel.classes)
        return try Network(architecture) { layers in
            layers.convolution(to: GatedModel.channels, normalised: false, .identity)
            layers.scalarGate()
            layers.classifier(GatedModel.classes)
        }
    }

    @Test(arguments: InstructionSet.allCases.filter(\.isSupported))
    func everyGradientIsASlope(_ set: InstructionSet) throws {
        let network = try network()
        var weights = NetworkWeights.random(for: network, seed: 2)
        weights.layers[1][1].weight = [9]
        let trainable = try TrainableNetwork(
            network, weights: weights, batch: GatedModel.batch, threads: 2, instructionSet: set)
        let model = GatedModel(weights)
        #expect(abs(trainable.step(images, labels).loss - model.loss(images, labels)) < 1e-5)
        let gradients = GatedModel(trainable.weightGradients)
        var numbers: [WritableKeyPath<GatedModel, Double>] = [\.squeezeBias, \.excite, \.exciteBias]
        numbers += model.squeeze.indices.map { \.squeeze[$0] }
        numbers += model.bias.indices.map { \.bias[$0] }
        numbers += model.convolution.indices.map { \.convolution[$0] }
        for number in numbers {
            let slope = model.slope(number, images, labels)
            #expect(
                abs(gradients[keyPath: number] - slope) < 1e-3 * abs(slope) + 1e-5,
                "\(number): \(gradients[keyPath: number]), not \(slope)")
        }
    }

    /// Where the scalar is zero, neither the tensor nor the parameters have a gradient, and nothing is infinite.
    @Test func aClosedGateHasNoGradient() throws {
        let network = try network()
        var weights = NetworkWeights.random(for: network, seed: 2)
        weights.layers[1][1].bias = [-1e3]
        let trainable = try TrainableNetwork(network, weights: weights, batch: GatedModel.batch)
        _ = trainable.step(images, labels)
        let gradients = trainable.weightGradients.layers.flatMap(\.self)
        #expect(gradients[1].weight.allSatisfy { $0 == 0 } && gradients[2].weight == [0])
        #expect(gradients[0].weight.allSatisfy { $0 == 0 })
    }

    /// A gate begins with about the scale of a batch norm's result.
    @Test func aGateBeginsOpen() throws {
        let weights = try NetworkWeights.initial(for: network(), seed: 1)
        let elements = Float(GatedModel.side * GatedModel.side * GatedModel.channels)
        #expect(weights.layers[1][1].bias == [elements.squareRoot()])
    }

    @Test(arguments: HandwrittenNetwork.all)
    func threadsDoNotChangeABit(_ written: HandwrittenNetwork) throws {
        let network = try written.network
        let numbers = CounterStream(7)
        let images = (0..<5 * network.input.elements).map { 2 * numbers.uniform(UInt64($0)) - 1 }
        let results = try (1...3).map { threads in
            let trainable = try TrainableNetwork(
                network, weights: .initial(for: network, seed: 5), batch: 5, threads: threads,
                noise: .init(dropout: 0.3))
            let result = trainable.step(images, [0, 1, 2, 3, 4])
            #expect(result.loss.isFinite)
            return trainable.gradients.array
        }
        #expect(results[0] == results[1] && results[0] == results[2])
        #expect(results[0].contains { $0 != 0 } && results[0].allSatisfy(\.isFinite))
    }
}
