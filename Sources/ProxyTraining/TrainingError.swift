// What can go wrong between a network and its training.

/// Why a network cannot be trained; each says what to change.
package enum TrainingError: Error, CustomStringConvertible {
    /// A layer that training does not know.
    case unsupported(String)
    /// Weights, data or a recipe that do not fit the network.
    case mismatch(String)
    /// A saved state that cannot be continued from.
    case state(String)
    /// The loss is no longer a number.
    case diverged(String)

    /// The sentence to show.
    package var description: String {
        switch self {
        case .unsupported(let sentence), .mismatch(let sentence), .state(let sentence),
            .diverged(let sentence):
            sentence
        }
    }
}
