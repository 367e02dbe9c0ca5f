// What kernels call the activations of networks.

import KernelTasks
import Networks

extension Networks.Activation {
    /// The kernels' name of this activation.
    package var kernel: KernelTasks.Activation {
        switch self {
        case .identity: .identity
        case .silu: .silu
        case .relu: .relu
        case .relu6: .relu6
        case .hardSwish: .hardSwish
        case .gelu: .gelu
        case .sigmoid: .sigmoid
        case .hardSigmoid: .hardSigmoid
        }
    }
}
