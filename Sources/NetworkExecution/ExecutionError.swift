// What can go wrong between a network and its execution.

/// Why a network cannot be compiled; each says what to change.
package enum ExecutionError: Error, CustomStringConvertible {
    /// An operation that no kernel computes.
    case unsupported(String)
    /// Weights that do not fit the network.
    case weights(String)

    /// The sentence to show.
    package var description: String {
        switch self {
        case .unsupported(let sentence), .weights(let sentence): sentence
        }
    }
}
