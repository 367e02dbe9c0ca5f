// Weights in the order in which the kernels read them.

import KernelTasks

extension KernelSet {
    /// A channel count rounded up to whole lanes.
    package func padded(_ channels: Int) -> Int {
        (channels + lanes - 1) / lanes * lanes
    }

    /// Column panels of a product with this many output channels.
    package func panels(_ channels: Int) -> Int {
        (padded(channels) + 2 * lanes - 1) / (2 * lanes)
    }
}

/// Weights and bias of one layer, packed once for one build of the kernels.
package struct PackedWeights: Sendable {
    /// Rows of a product's right matrix, or taps of a depthwise kernel.
    package let depth: Int
    /// Output channels.
    package let outputs: Int
    /// Output channels, padded to whole lanes.
    package let columns: Int
    /// The weights: panels of a product, or rows of padded channels. Without a source none are packed, and
    /// only their number is known.
    package let weights: AlignedFloats
    /// How many packed weights there are.
    package let count: Int
    /// One value a padded channel, zero in the padding.
    package let bias: AlignedFloats

    /// Column panels of a product.
    package let panelCount: Int

    /// Bytes of the packed weights and bias.
    package var bytes: Int { (count + columns) * MemoryLayout<Float>.stride }

    /// Packs the weights of a dense convolution or linear layer, `[out, in, kernel, kernel]`, for the
    /// product of pixels gathered in the order ky, kx, channel.
    package init(
        dense source: [Float]?, bias: [Float]?, outputs: Int, inputs: Int, kernel: Int, for set: KernelSet
    ) {
        depth = inputs * kernel * kernel
        self.outputs = outputs
        columns = set.padded(outputs)
        panelCount = set.panels(outputs)
        count = depth * columns
        weights = AlignedFloats(count: source == nil ? 0 : count)
        self.bias = AlignedFloats(Self.padded(bias, columns))
        guard let source else { return }
        precondition(source.count == outputs * depth)
        let panel = 2 * set.lanes
        for output in 0..<outputs {
            let first = output / panel * panel
            let width = min(panel, columns - first)
            let column = weights.start + first * depth + (output - first)
            for input in 0..<inputs {
                for tap in 0..<kernel * kernel {
                    column[(tap * inputs + input) * width] =
                        source[(output * inputs + input) * kernel * kernel + tap]
                }
            }
        }
    }

    /// Takes weights that are packed, and pads the bias.
    init(
        depth: Int, outputs: Int, weights: AlignedFloats, count: Int, bias: [Float]?, columns: Int,
        panelCount: Int
    ) {
        self.depth = depth
        self.outputs = outputs
        self.count = count
        self.panelCount = panelCount
        self.columns = columns
        self.weights = weights
        self.bias = AlignedFloats(Self.padded(bias, columns))
    }

    /// Packs the weights of a depthwise convolution, `[channel, 1, kernel, kernel]`.
    package init(
        depthwise source: [Float]?, bias: [Float]?, channels: Int, kernel: Int, for set: KernelSet
    ) {
        depth = kernel * kernel
        outputs = channels
        columns = set.padded(channels)
        panelCount = set.panels(channels)
        count = depth * columns
        weights = AlignedFloats(count: source == nil ? 0 : count)
        self.bias = AlignedFloats(Self.padded(bias, columns))
        guard let source else { return }
        precondition(source.count == channels * depth)
        for channel in 0..<channels {
            for tap in 0..<depth { weights.start[tap * columns + channel] = source[channel * depth + tap] }
        }
    }

    private static func padded(_ bias: [Float]?, _ columns: Int) -> [Float] {
        let bias = bias ?? []
        return bias + [Float](repeating: 0, count: columns - bias.count)
    }
}
