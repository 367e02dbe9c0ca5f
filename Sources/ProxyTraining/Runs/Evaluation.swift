// How well weights tell images apart.

import ConvolutionKernels
import Datasets
import Foundation
import NetworkExecution
import Networks

/// Accuracy and loss of a network on images, without noise and with running statistics.
package struct Evaluation: Hashable, Sendable {
    /// Images whose largest logit was their label's.
    package let hits: Int
    /// Images.
    package let count: Int
    /// The mean cross-entropy, without label smoothing.
    package let loss: Double

    /// The share of images whose class was found.
    package var accuracy: Double { Double(hits) / Double(max(1, count)) }

    /// Runs every image once, with batch norms folded as in inference.
    package init(
        of network: Network, weights: NetworkWeights, on images: ScaledImages, threads: Int = 1,
        instructionSet: InstructionSet = .detected
    ) throws {
        try network.check(images)
        let batch = min(64, max(1, images.count))
        let compiled = try CompiledNetwork(
            network, weights: weights, batch: batch, threads: threads, instructionSet: instructionSet)
        let size = network.input.elements
        let classes = network.architecture.classes
        var pixels = [Float](repeating: 0, count: batch * size)
        var logits = [Float](repeating: 0, count: batch * classes)
        var hits = 0
        var loss = 0.0
        for first in stride(from: 0, to: images.count, by: batch) {
            let present = min(batch, images.count - first)
            pixels.replaceSubrange(
                0..<present * size, with: images.values[first * size..<(first + present) * size])
            pixels.withUnsafeBufferPointer { pixels in
                logits.withUnsafeMutableBufferPointer { logits in
                    guard let pixels = pixels.baseAddress, let logits = logits.baseAddress else { return }
                    compiled.run(pixels, logits)
                    for image in 0..<present {
                        let result = CrossEntropy.evaluate(
                            logits + image * classes, classes: classes,
                            label: Int(images.labels[first + image]), smoothing: 0, images: 1)
                        hits += result.hit ? 1 : 0
                        loss += Double(result.loss)
                    }
                }
            }
        }
        self.hits = hits
        count = images.count
        self.loss = loss / Double(max(1, images.count))
    }
}
