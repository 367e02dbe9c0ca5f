// Weights made of a seed: enough to time a network, and to test it against the reference.

import Networks

extension NetworkWeights {
    /// Weights that depend on nothing but the seed and each weight's place: layer, matrix, index.
    ///
    /// Variances of weights follow He et al. 2015. Those of batch norm are what its layer's sums have, about, as they would be
    /// after training, so that activations are of the size of a trained network's, at the end of many shortcuts too.
    package static func random(for network: Network, seed: UInt64) -> NetworkWeights {
        let source = WeightSource.random(for: network, seed: seed)
        return NetworkWeights(layers: network.layers.indices.map(source.layer))
    }
}

extension WeightSource {
    /// The weights of ``NetworkWeights/random(for:seed:)``, drawn when they are asked for.
    package static func random(for network: Network, seed: UInt64) -> WeightSource {
        let epsilon = network.architecture.batchNormEpsilon
        let squares = network.inputSquares
        let layers = network.layers
        return WeightSource { index in
            let layer = layers[index]
            var matrices = layer.operation.matrices.enumerated().map { matrix, shape in
                MatrixWeights(
                    shape, stream: Counter(seed, index * 2 + matrix), inputSquare: Float(squares[index]),
                    epsilon: epsilon)
            }
            // What the scalar multiplies has length 1.
            if case .scalarGate = layer.operation {
                matrices[1].bias?[0] += Float(layer.input.shape.elements).squareRoot()
            }
            return matrices
        }
    }
}

extension Network {
    /// The mean square of each layer's input, about, if that of the image is 1 and batch norms do their work.
    fileprivate var inputSquares: [Double] {
        var outputs = [-1: 1.0]
        return layers.enumerated().map { index, layer in
            let input = outputs[layer.input.layer, default: 1]
            outputs[index] =
                switch layer.operation {
                case .convolution(let convolution):
                    (convolution.normalised ? 1 : 2 * input) * convolution.activation.meanSquare
                // Rather too much than too little: what is too large makes its gates and the next layer's gates larger.
                case .squeezeExcitation: input / 2
                case .scalarGate: 1
                case .add(let activation):
                    layer.shortcuts.reduce(input) { $0 + outputs[$1.layer, default: 1] }
                        * activation.meanSquare
                // The largest of nine, of which half are zero.
                case .maxPool: 5 * input
                case .averagePool, .globalAveragePool, .linear: input
                }
            return input
        }
    }
}

extension Networks.Activation {
    /// What becomes of a mean square of 1.
    fileprivate var meanSquare: Double {
        switch self {
        case .identity: 1
        case .relu, .relu6: 0.5
        case .silu, .hardSwish: 0.36
        case .gelu: 0.43
        case .sigmoid, .hardSigmoid: 0.3
        }
    }
}

extension MatrixWeights {
    /// Six streams make the weights, the bias and the parts of the batch norm.
    fileprivate init(_ shape: MatrixShape, stream: Counter, inputSquare: Float, epsilon: Double) {
        func vector(_ part: Int, from low: Float, to high: Float, count: Int? = nil) -> [Float] {
            let counter = stream.branch(part)
            return (0..<(count ?? shape.outputs)).map { low + (high - low) * counter[$0] }
        }
        let reach = (6 / Float(shape.inputs * shape.kernel * shape.kernel)).squareRoot()
        weight = vector(0, from: -reach, to: reach, count: shape.count)
        bias = shape.hasBias ? vector(1, from: -0.3, to: 0.3) : nil
        guard shape.normalised else { return }
        norm = BatchNorm(
            scale: vector(2, from: 0.7, to: 1.3), shift: vector(3, from: -0.3, to: 0.3),
            mean: vector(4, from: -0.1, to: 0.1),
            variance: vector(5, from: 0.7, to: 1.3).map { $0 * 2 * inputSquare }, epsilon: epsilon)
    }
}

/// Numbers in 0..<1 by position, SplitMix64's mixer on a counter.
private struct Counter {
    private let origin: UInt64

    init(_ seed: UInt64, _ stream: Int) {
        origin = Self.mixed(seed &+ Self.mixed(UInt64(stream) &+ 1))
    }

    private init(origin: UInt64) {
        self.origin = origin
    }

    /// Another stream of the same place.
    func branch(_ part: Int) -> Counter { Counter(origin: Self.mixed(origin &+ UInt64(part))) }

    subscript(index: Int) -> Float {
        Float(Self.mixed(origin &+ UInt64(index) &* 0x9e37_79b9_7f4a_7c15) >> 40) * 0x1p-24
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
