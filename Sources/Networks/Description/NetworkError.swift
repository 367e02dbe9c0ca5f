// Why a description is not a network.

/// A description that cannot be built, in one sentence that names the place and the remedy.
package enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A size outside what a network can have.
    case tooLarge(String, limit: String)
    /// A cost that does not fit 64 bits.
    case overflow
    /// Parts that do not fit together, such as an image smaller than the network's strides.
    case contradiction(String)
    /// A field with a value that no network can have: its path, as `["stages", "2", "kernel"]`, and why.
    case invalid(path: [String], String)
    /// A name that is not built in.
    case unknownName(String, nearest: String?)

    /// The sentence.
    package var description: String {
        switch self {
        case .tooLarge(let what, let limit): "\(what) is out of range; give \(limit)."
        case .overflow: "the network's cost does not fit 64 bits; choose smaller factors."
        case .contradiction(let sentence): sentence
        case .invalid(let path, let reason): path.joined(separator: ".") + ": " + reason
        case .unknownName(let name, let nearest):
            "no network is called '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ".")
                + " Give a built-in name (compound show --list), a YAML file, or trial:ID."
        }
    }
}
