// Layers written by hand: how operations are run and trained that no description leads to.

/// A network's layers in the making, each reading the one before unless another is named.
package struct LayerWriter {
    private var list = LayerList()
    /// The tensor that was made last, the image at first.
    package private(set) var last: Value

    fileprivate init(image: Shape) { last = Value(layer: -1, shape: image) }

    fileprivate var layers: [Layer] { list.layers }

    /// Appends an operation on `input`; returns the tensor that it makes.
    @discardableResult
    package mutating func append(_ operation: Operation, _ input: Value? = nil, adding shortcuts: Value...)
        -> Value
    {
        let name = LayerName(stage: 0, block: list.layers.count, part: operation.part)
        last = list.append(operation, name, [input ?? last] + shortcuts)
        return last
    }

    /// Appends a convolution; as many groups as channels make it depthwise.
    @discardableResult
    package mutating func convolution(
        to channels: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1, normalised: Bool = true,
        _ activation: Activation, on input: Value? = nil
    ) -> Value {
        append(
            .convolution(
                Convolution(
                    kernel: kernel, stride: stride, groups: groups,
                    inputChannels: (input ?? last).shape.channels, outputChannels: channels,
                    padding: .symmetric, normalised: normalised, activation: activation)), input)
    }

    /// Appends a scalar gate.
    @discardableResult
    package mutating func scalarGate() -> Value {
        append(.scalarGate(ScalarGate(channels: last.shape.channels)))
    }

    /// Appends global average pooling, and the classifier.
    package mutating func classifier(_ classes: Int) {
        append(.globalAveragePool)
        append(.linear(inputs: last.shape.channels, outputs: classes))
    }
}

extension Operation {
    /// The part that a layer of this operation is named by.
    fileprivate var part: LayerName.Part {
        switch self {
        case .convolution: .convolution
        case .squeezeExcitation, .scalarGate: .gate
        case .maxPool, .averagePool, .globalAveragePool: .pool
        case .linear: .classifier
        case .add: .add
        }
    }
}

extension Network {
    /// A network of the layers that `write` appends to the image of an architecture, whose classes and norms it has.
    package init(_ architecture: Architecture, layers write: (inout LayerWriter) -> Void) throws(NetworkError)
    {
        let plain = try Network(architecture)
        var writer = LayerWriter(image: plain.input)
        write(&writer)
        self.init(plain, layers: writer.layers)
    }
}
