// Why a network cannot be written for a reader: the one error of all exports.

/// What another tool cannot express, and which one can, in one sentence.
///     torchvision's EfficientNet squeezes to a quarter of the input; export to timm or onnx.
package struct ExportRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    package let description: String

    /// A refusal of that sentence.
    package init(_ description: String) { self.description = description }
}
