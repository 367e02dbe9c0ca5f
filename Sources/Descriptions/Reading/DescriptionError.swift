// Why a file is not what it should be: the one error of this module.

import Networks

/// What is wrong with a description, where, and what to do about it.
///     b0.yaml:7: alpha runs from 1.4 down to 1.2; swap the two bounds.
package struct DescriptionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file as the user named it.
    package let file: String
    /// The line, counted from 1, or nil where the whole file is meant.
    package let line: Int?
    /// What is wrong and the remedy, in one sentence.
    package let sentence: String

    /// The place and the sentence.
    package var description: String {
        line.map { "\(file):\($0): \(sentence)" } ?? "\(file): \(sentence)"
    }
}

extension String {
    /// This text in single quotes, short and on one line, as error messages show it.
    var quoted: String {
        var visible = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(60) {
            visible.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return "'" + String(visible) + (unicodeScalars.count > 60 ? "…'" : "'")
    }

    /// The remedy for a word that is none of the known ones: the nearest of them, or another remedy.
    func remedy(among known: [String], otherwise: String) -> String {
        // A long word would take long to compare, and a word of a letter or two is near to everything.
        if 3...64 ~= count, let nearest = nearest(among: known) { return "did you mean \(nearest.quoted)?" }
        return otherwise
    }
}

extension [String] {
    /// A list for a sentence: a, b and c.
    func listed(_ word: String) -> String {
        count < 2 ? joined() : dropLast().joined(separator: ", ") + " \(word) " + self[count - 1]
    }
}

extension Double {
    /// The shortest text that reads back exactly, whole numbers without `.0`, as error messages show it.
    var short: String { "\(self)".hasSuffix(".0") ? String("\(self)".dropLast(2)) : "\(self)" }
}
