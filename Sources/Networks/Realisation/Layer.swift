// A network as a list of layers, and the protocol through which blocks are written down once and read
// twice: by the counter, which allocates nothing, and by the list that execution and exports walk.

/// One operation of a network, what it reads and what it makes.
package struct Layer: Hashable, Sendable {
    /// Where in the network it stands.
    package let name: LayerName
    /// What it does.
    package let operation: Operation
    /// What it reads: one tensor, or for an addition any number, the branch before the shortcuts.
    package let inputs: [Value]
    /// What it makes.
    package let output: Value

    /// The first tensor that it reads.
    package var input: Value { inputs[0] }
    /// What an addition adds to that.
    package var shortcuts: ArraySlice<Value> { inputs.dropFirst() }

    /// The cost for one image, the memory of its own input and output as its peak.
    package var cost: Cost {
        var cost = operation.cost(input: input.shape, output: output.shape)
        cost.peakActivationBytes = (Exact(input.shape.elements) + Exact(output.shape.elements)) * 4
        return cost
    }
}

/// A tensor in a network: the layer that makes it, and its shape.
package struct Value: Hashable, Sendable {
    /// Index of the layer that makes it; -1 is the image.
    package let layer: Int
    /// Its shape for one image.
    package let shape: Shape
}

/// The place of a layer, written `stem`, `stages.1.0.expand`, `head.convolution`, `classifier`.
package struct LayerName: Hashable, Sendable, CustomStringConvertible {
    /// What a layer is within its block, stem or head.
    package enum Part: String, Hashable, Sendable {
        /// Convolutions, in the order blocks use them.
        case stem, start, expand, depthwise, project, first, second, third, shortcut, pooled
        /// Everything else.
        case pool, gate, add, convolution, classifier
        /// The average pool before a shortcut's convolution.
        case shortcutPool = "shortcut_pool"
    }

    /// The stage, counted from 0, or nil in stem and head.
    package var stage: Int?
    /// The block within its stage, counted from 0.
    package var block = 0
    /// The part within the block.
    package var part: Part

    /// The name with dots.
    package var description: String {
        if let stage { return "stages.\(stage).\(block).\(part.rawValue)" }
        switch part {
        case .stem where block > 0: return "stem.\(block - 1)"
        case .stem, .classifier: return "\(part)"
        case .pool: return block == 0 ? "stem.pool" : "head.pool"
        default: return "head.\(part)"
        }
    }
}

/// What receives the layers of a network, in the order in which they run.
protocol LayerSink {
    /// Takes the next layer; returns the tensor it makes.
    mutating func append(_ operation: Operation, _ name: LayerName, _ input: Value, adding shortcut: Value?)
        -> Value
    /// Says that `value` stays alive until it is released.
    mutating func hold(_ value: Value)
    /// Says that the value that was held last is held no longer.
    mutating func release()
}

/// Collects layers into a list.
struct LayerList: LayerSink {
    private(set) var layers: [Layer] = []

    mutating func append(
        _ operation: Operation, _ name: LayerName, _ input: Value, adding shortcut: Value?
    ) -> Value {
        append(operation, name, [input] + [shortcut].compactMap(\.self))
    }

    /// Appends a layer that reads any number of tensors.
    mutating func append(_ operation: Operation, _ name: LayerName, _ inputs: [Value]) -> Value {
        let output = Value(layer: layers.count, shape: operation.output(of: inputs[0].shape))
        layers.append(Layer(name: name, operation: operation, inputs: inputs, output: output))
        return output
    }

    mutating func hold(_ value: Value) {}
    mutating func release() {}
}

/// Adds up costs without keeping the layers; remembers the first tensor that vanished.
struct CostCounter: LayerSink {
    private(set) var cost = Cost()
    private(set) var isEmpty = false
    private var count = 0
    /// The value that was held last, and those before it: mostly none, so that counting allocates nothing.
    private var held: Value?
    private var heldBefore: [Value] = []

    mutating func append(
        _ operation: Operation, _ name: LayerName, _ input: Value, adding shortcut: Value?
    ) -> Value {
        let output = Value(layer: count, shape: operation.output(of: input.shape))
        count += 1
        isEmpty = isEmpty || output.shape.height < 1 || output.shape.width < 1
        var layer = operation.cost(input: input.shape, output: output.shape)
        layer.peakActivationBytes = alive(operation, input, output) * 4
        cost += layer
        return output
    }

    mutating func hold(_ value: Value) {
        if let held { heldBefore.append(held) }
        held = value
    }

    mutating func release() { held = heldBefore.popLast() }

    /// Elements alive while an operation runs: input, output and the shortcut. Gates and additions work in place.
    private func alive(_ operation: Operation, _ input: Value, _ output: Value) -> Exact {
        var elements = size(input.shape)
        if let held, held.layer != input.layer { elements = elements + size(held.shape) }
        for value in heldBefore where value.layer != input.layer && value.layer != held?.layer {
            elements = elements + size(value.shape)
        }
        switch operation {
        case .squeezeExcitation, .scalarGate, .add: return elements
        default: return elements + size(output.shape)
        }
    }

    @inline(__always)
    private func size(_ shape: Shape) -> Exact { Exact(shape.height) * shape.width * shape.channels }
}
