// The pointwise non-linearities, and the spellings in which people write them.

/// The pointwise non-linearities that the generator uses.
package enum Activation: String, CaseIterable, Hashable, Sendable {
    /// x
    case identity
    /// x·sigmoid(x)
    case silu
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6
    /// x·relu6(x + 3)/6
    case hardSwish = "hard-swish"
    /// x·Φ(x), where Φ is the normal distribution
    case gelu
    /// 1/(1 + e⁻ˣ)
    case sigmoid
    /// relu6(x + 3)/6
    case hardSigmoid = "hard-sigmoid"
}

extension Activation {
    /// The activation of a spelling that libraries and papers use: swish is silu, `HSwish`, `hard_swish` and
    /// `hardswish` are hard-swish. Case, hyphens and underscores tell nothing apart.
    package init?(spelling text: String) {
        switch text.lowercased().filter({ $0 != "-" && $0 != "_" && $0 != " " }) {
        case "identity", "linear": self = .identity
        case "silu", "swish": self = .silu
        case "relu": self = .relu
        case "relu6": self = .relu6
        case "hardswish", "hswish", "hardsilu": self = .hardSwish
        case "gelu": self = .gelu
        case "sigmoid": self = .sigmoid
        case "hardsigmoid", "hsigmoid": self = .hardSigmoid
        default: return nil
        }
    }
}
