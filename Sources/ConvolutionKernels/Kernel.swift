// The list of kernels: each is named once, and tests, benchmarks and dispatch walk the list.

/// One operation as built for one instruction set.
package struct Kernel: Hashable, Sendable, CustomStringConvertible {
    /// What a kernel computes; raw values are the names on the command line.
    package enum Operation: String, CaseIterable, Sendable {
        /// 1×1 convolution and linear layers.
        case pointwise
        /// Dense convolution of any size.
        case convolution
        /// Dense 3×3 convolution of stride 1 with fewer multiplications.
        case winograd
        /// Depthwise convolution.
        case depthwise
        /// Max pooling.
        case maxPool = "max-pool"
        /// Global average pooling.
        case averagePool = "average-pool"
        /// Multiplication by one factor a channel.
        case scale
        /// Packed weights multiplied by one factor a row, then a 1×1 convolution with them.
        case gatedWeights = "gated-weights"
        /// Addition and activation.
        case elementwise
    }

    /// What it computes.
    package let operation: Operation
    /// What it is built for.
    package let instructionSet: InstructionSet

    /// Every operation of every instruction set.
    package static let all = InstructionSet.allCases.flatMap { set in
        Operation.allCases.map { Kernel(operation: $0, instructionSet: set) }
    }

    /// Whether this machine can run it.
    package var isSupported: Bool { instructionSet.isSupported }

    /// The operation and the instruction set, as on the command line.
    package var description: String { "\(operation.rawValue) \(instructionSet.rawValue)" }
}
