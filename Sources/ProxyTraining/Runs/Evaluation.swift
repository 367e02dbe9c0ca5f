// How well weights tell images apart.

import ConvolutionKernels
import Datasets
import Foundation
import NetworkExecution
import Networks

/// Accuracy and loss of a network on images, without noise and with running statistics.
package struct Evaluation: Hashable, Sendable {
    /// What became of the images of one class.
    package struct ClassResult: Hashable, Sendable {
        /// Images of the class.
        package internal(set) var images = 0
        /// Those of them whose class was found.
        package internal(set) var hits = 0
        /// Images, of whatever class, that were taken for this one.
        package internal(set) var predictions = 0

        /// The share of the class's images that were found; nil where it has none.
        package var recall: Double? { images == 0 ? nil : Double(hits) / Double(images) }

        /// No images yet.
        package init() {}
    }

    /// Images whose largest logit was their label's.
    package let hits: Int
    /// Images.
    package let count: Int
    /// The mean cross-entropy, without label smoothing.
    package let loss: Double
    /// For each class that the network tells apart, what became of its images.
    package let classes: [ClassResult]

    /// The share of images whose class was found.
    package var accuracy: Double { Double(hits) / Double(max(1, count)) }

    /// The mean recall of the classes that have images: what always naming one of k classes gives is 1 / k, however many images
    /// that class has.
    package var balancedAccuracy: Double {
        let recalls = classes.compactMap(\.recall)
        return recalls.reduce(0, +) / Double(max(1, recalls.count))
    }

    /// The share of the most common class among the images: the accuracy of always naming it.
    package var commonestShare: Double {
        Double(classes.map(\.images).max() ?? 0) / Double(max(1, count))
    }

    /// The class that every image was taken for, where images are of more classes than that; else nil.
    package var onlyPrediction: Int? {
        guard classes.count(where: { $0.images > 0 }) > 1 else { return nil }
        return classes.firstIndex { $0.predictions == count && count > 0 }
    }

    /// Runs every image once, with batch norms folded as in inference.
    package init(
        of network: Network, weights: NetworkWeights, on images: ScaledImages, threads: Int = 1,
        instructionSet: InstructionSet = .detected
    ) throws {
        try network.check(images)
        let batch = Self.batch(images.count)
        let compiled = try CompiledNetwork(
            network, weights: weights, batch: batch, threads: threads, instructionSet: instructionSet)
        let size = network.input.elements
        let classes = network.architecture.classes
        var pixels = [Float](repeating: 0, count: batch * size)
        var logits = [Float](repeating: 0, count: batch * classes)
        var results = [ClassResult](repeating: ClassResult(), count: classes)
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
                        let label = Int(images.labels[first + image])
                        let result = CrossEntropy.evaluate(
                            logits + image * classes, classes: classes, label: label, smoothing: 0, images: 1)
                        results[label].images += 1
                        results[label].hits += result.predicted == label ? 1 : 0
                        results[result.predicted].predictions += 1
                        loss += Double(result.loss)
                    }
                }
            }
        }
        self.classes = results
        hits = results.reduce(0) { $0 + $1.hits }
        count = images.count
        self.loss = loss / Double(max(1, images.count))
    }

    /// Images that are judged together, of so many.
    static func batch(_ images: Int) -> Int { min(64, max(1, images)) }
}
