// What proves that a file was read as it was meant: an image that every reader can compute for itself,
// and the logits that the network gives for it.

import ConvolutionKernels
import NetworkExecution
import Networks

/// The first logits of a network with its weights for the test image.
package struct TestVector: Hashable, Sendable {
    /// The first logits, eight at most.
    package let logits: [Float]
    /// How far a reader's logits may lie from these.
    package let tolerance: Double

    /// Runs the network on its test image; nil where the weights amplify rounding so much that no two programs
    /// could agree, as random weights of a hundred blocks do.
    ///
    /// The tolerance is 1e-4 of the largest logit, and at least 1e-4. Half of it may be used up when every value
    /// of the image moves by its last bit.
    package init?(_ network: Network, weights: NetworkWeights) throws(ExecutionError) {
        let compiled = try CompiledNetwork(network, weights: weights)
        var image = network.testImage
        let all = compiled.run(image).values
        for index in image.values.indices { image.values[index] = image.values[index].nextUp }
        let moved = zip(all, compiled.run(image).values).map { abs($0 - $1) }.max() ?? 0
        tolerance = 1e-4 * max(1, Double(all.map(abs).max() ?? 1))
        logits = Array(all.prefix(8))
        guard Double(moved) * 2 <= tolerance else { return nil }
    }
}

extension Network {
    /// The image of all test vectors: a counter over `[channels, height, width]`, mixed into -1..<1.
    ///
    /// All steps fit 64 bits and all results 24, so that every language computes the same numbers.
    package var testImage: Tensor {
        let shape = input
        var image = Tensor(batch: 1, height: shape.height, width: shape.width, channels: shape.channels)
        let pixels = shape.height * shape.width
        for channel in 0..<shape.channels {
            for pixel in 0..<pixels {
                var h = channel * pixels + pixel + 1
                for _ in 0..<2 {
                    h = h * 73_244_475 % (1 << 32)
                    h ^= h >> 16
                }
                image.values[pixel * shape.channels + channel] = Float(h >> 8) * 0x1p-23 - 1
            }
        }
        return image
    }

    /// The rule of ``testImage`` in words that a program can follow.
    static let testImageRule = """
        index = 1..channels*height*width in NCHW order; twice: h = h * 73244475 mod 2^32, h ^= h >> 16; \
        value = (h >> 8) / 2^23 - 1
        """
}
