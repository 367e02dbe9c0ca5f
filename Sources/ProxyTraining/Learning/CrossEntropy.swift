// The loss: cross-entropy of the softmax, with label smoothing.

import Foundation

/// Cross-entropy with label smoothing (Szegedy et al. 2016), as PyTorch computes it.
enum CrossEntropy {
    /// One image's loss and the class of its largest logit; the logits become the gradient of the mean loss of `images`
    /// images.
    static func evaluate(
        _ logits: UnsafeMutablePointer<Float>, classes: Int, label: Int, smoothing: Float, images: Int
    ) -> (loss: Float, predicted: Int) {
        var largest = 0
        for index in 1..<max(1, classes) where logits[index] > logits[largest] { largest = index }
        var sum = 0.0
        var total = 0.0
        for index in 0..<classes {
            sum += exp(Double(logits[index] - logits[largest]))
            total += Double(logits[index])
        }
        let logarithm = Double(logits[largest]) + log(sum)
        let spread = Double(smoothing) / Double(classes)
        let loss =
            logarithm - (1 - Double(smoothing)) * Double(logits[label]) - spread * total
        for index in 0..<classes {
            let target = spread + (index == label ? 1 - Double(smoothing) : 0)
            let probability = exp(Double(logits[index]) - logarithm)
            logits[index] = Float((probability - target) / Double(images))
        }
        return (Float(loss), largest)
    }
}
