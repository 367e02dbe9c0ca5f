// Why weights and a network do not go together.

/// What does not fit, and what to do about it, in one sentence.
package struct WeightsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence to show.
    package let description: String

    init(_ description: String) { self.description = description }
}

extension WeightsError {
    /// Names of a kind that one error shows before it only counts.
    private static let shown = 3

    /// The error that lists everything a file lacks, has too much, or has in another shape.
    init(file: String, network: String, missing: [String], extra: [String], wrong: [String]) {
        var parts: [String] = []
        for (names, what) in [(missing, "missing"), (extra, "unknown"), (wrong, "of another shape")] {
            if names.isEmpty { continue }
            var list = names.prefix(WeightsError.shown).joined(separator: ", ")
            if names.count > WeightsError.shown { list += " and \(names.count - WeightsError.shown) more" }
            parts.append("\(names.count) \(what) (\(list))")
        }
        self.init(
            "\(file) does not fit \(network): tensors are " + parts.joined(separator: ", ")
                + "; name the network, --width, --depth, --classes and --channels that the weights are of.")
    }
}
