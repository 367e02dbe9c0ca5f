// Why a data set cannot be read: the one error of this module.

/// What is wrong with a file or a data set, where, and what to do about it.
///     train-labels-idx1-ubyte: the label of image 7 is 11, but there are 10 classes; …
package struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, folder or data set, as the user named it.
    package let place: String
    /// What is wrong and the remedy, in one sentence.
    package let sentence: String

    /// An error in a file, a folder or a data set.
    package init(_ place: String, _ sentence: String) {
        self.place = place.onOneLine
        self.sentence = sentence.onOneLine
    }

    /// An error in a file or folder.
    init(_ place: FilePath, _ sentence: String) { self.init(place.text, sentence) }

    /// The same error with one more remedy at the end of its sentence; unchanged where there is none.
    package func or(_ remedy: String?) -> DatasetError {
        guard let remedy, sentence.hasSuffix(".") else { return self }
        return DatasetError(place, sentence.dropLast() + ", or " + remedy + ".")
    }

    /// The place and the sentence.
    package var description: String { "\(place): \(sentence)" }
}

extension String {
    /// This text without control characters, since names of files may hold any.
    fileprivate var onOneLine: String {
        var visible = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            visible.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(visible)
    }

    /// This text in single quotes and not too long, as error messages show what a user wrote.
    var inQuotes: String { "'" + prefix(80) + (count > 80 ? "…'" : "'") }
}
