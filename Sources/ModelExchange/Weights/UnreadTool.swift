// Tools whose files are told apart by their names and refused: layouts or layers of theirs are others than ours.

import TensorFiles

/// A tool whose weights are recognised and not read.
enum UnreadTool: String, Hashable {
    case keras = "Keras"
    case tensorFlow = "a TensorFlow checkpoint"
    case pycls
    case transformers
    case ultralytics

    /// The tool that gives such names, or nil where none of these does.
    init?(of names: [String]) {
        func has(_ parts: String...) -> Bool {
            parts.contains { part in names.contains { $0.contains(part) } }
        }
        if has("/.ATTRIBUTES/", "/ExponentialMovingAverage", "/BatchNorm/", "/tpu_batch_normalization")
            || has("/conv2d/kernel", "/depthwise_conv2d/")
        {
            self = .tensorFlow
        } else if has("/kernel", "/depthwise_kernel", "/gamma", "/moving_variance", "/vars/") {
            self = .keras
        } else if names.contains(where: { $0.hasPrefix("s1.b1.f.") || $0.hasPrefix("s1.b1.dwise") }) {
            self = .pycls
        } else if has(".convolution.weight", "embeddings.convolution.", ".depthwise_conv.depthwise_conv.") {
            self = .transformers
        } else if names.contains(where: { $0.first?.isNumber == true && $0.hasSuffix(".conv.weight") }) {
            self = .ultralytics
        } else {
            return nil
        }
    }

    /// The sentence for a file of the tool, with some of its names, which stood behind a prefix.
    func refusal(of file: Safetensors, behind prefix: String, _ path: String) -> WeightsError {
        let names = file.tensors.map { prefix + $0.name }.sorted().prefix(3).joined(separator: ", ")
        return WeightsError(
            "\(path) has the names of \(rawValue) (\(names)), which are not read; give weights with the names of timm "
                + "or torchvision.")
    }
}
