// Why a tensor file cannot be read or written: the one error of this module.

/// What is wrong with a file, where, and what to do about it.
///     weights.safetensors: tensor 'fc.bias' holds F16 values; convert it to float32.
package struct TensorFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file as the user named it.
    package let file: String
    /// What is wrong, its place and the remedy, in one sentence.
    package let sentence: String

    /// An error in a file.
    package init(_ file: String, _ sentence: String) {
        self.file = file
        self.sentence = sentence
    }

    /// The file and the sentence.
    package var description: String { "\(file): \(sentence)" }
}

extension String {
    /// This text in single quotes, short and on one line, as error messages show it.
    package var quoted: String {
        var visible = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(80) {
            visible.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return "'" + String(visible) + (unicodeScalars.count > 80 ? "…'" : "'")
    }
}

extension [Int] {
    /// A shape as error messages show it.
    ///     [8, 3, 48, 48].asShape   // 8×3×48×48
    package var asShape: String {
        if isEmpty { return "a scalar" }
        return prefix(8).map(String.init).joined(separator: "×") + (count > 8 ? "×…" : "")
    }
}
