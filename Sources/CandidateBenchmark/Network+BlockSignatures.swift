// What the time of a block depends on, as text: the key of the table of block times.
//
// The unit is the block, not the layer, since execution fuses layers within a block and never across: a
// shortcut's addition into the convolution before it, a gate into the weights of the one after it.

import Networks

/// A run of layers that execution may fuse, with all that its time depends on.
package struct BlockSignature: Hashable, Sendable {
    /// Input shape and operations: equal for blocks that take equal time.
    ///     "56×56×24 conv1 144 silu | depthwise5/2 144 silu | gate6 silu sigmoid | conv1 40 identity"
    package let signature: String
    /// Indices of its layers in the network.
    package let layers: Range<Int>
}

extension Network {
    /// The blocks in order: the stem, every block of every stage, the head.
    package var blockSignatures: [BlockSignature] {
        let layers = self.layers
        var blocks: [BlockSignature] = []
        var start = 0
        while start < layers.count {
            let first = layers[start].name
            var end = start + 1
            while end < layers.count, layers[end].name.stage == first.stage,
                layers[end].name.block == first.block || first.stage == nil
            { end += 1 }
            let shape = layers[start].input.shape
            let operations = layers[start..<end].map(\.operation.signature).joined(separator: " | ")
            blocks.append(
                BlockSignature(
                    signature: "\(shape.height)×\(shape.width)×\(shape.channels) \(operations)",
                    layers: start..<end))
            start = end
        }
        return blocks
    }
}

extension Operation {
    fileprivate var signature: String {
        switch self {
        case .convolution(let c):
            let kind = c.isDepthwise ? "depthwise" : c.groups == 1 ? "conv" : "conv\(c.groups)×"
            let stride = c.stride == 1 ? "" : "/\(c.stride)"
            let padding = c.padding == .symmetric || c.kernel == 1 ? "" : " \(c.padding.rawValue)"
            return "\(kind)\(c.kernel)\(stride) \(c.outputChannels) \(c.activation.rawValue)\(padding)"
        case .squeezeExcitation(let gate):
            return "gate\(gate.squeezed) \(gate.activation.rawValue) \(gate.gate.rawValue)"
        case .scalarGate: return "scalar gate"
        case .averagePool(let window): return "avgpool\(window.kernel)/\(window.stride)"
        case .maxPool(let window, let padding):
            return "maxpool\(window.kernel)/\(window.stride) \(padding.rawValue)"
        case .globalAveragePool: return "meanpool"
        case .linear(_, let outputs): return "linear \(outputs)"
        case .add(let activation): return "add \(activation.rawValue)"
        }
    }
}
