// The elementwise functions that a kernel applies to its result before storing it.

/// An elementwise function fused into the kernel that produces its argument.
package enum Activation: Int, CaseIterable, Sendable {
    /// x
    case identity
    /// x · sigmoid(x), also called swish
    case silu
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6
    /// x · relu6(x + 3) / 6
    case hardSwish
    /// 1 / (1 + exp(-x))
    case sigmoid
    /// relu6(x + 3) / 6
    case hardSigmoid
    /// x · Φ(x), where Φ is the normal distribution
    case gelu
}
