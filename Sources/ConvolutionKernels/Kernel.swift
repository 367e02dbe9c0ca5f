// The list of kernels: each is named once, and tests, benchmarks and dispatch walk the list.

/// One operation as built for one instruction set.
package struct Kernel: Hashable, Sendable, CustomStringConvertible {
    /// What a kernel computes; raw values are the names on the command line.
    package enum Operation: String, CaseIterable, Sendable {
        /// 1×1 convolution and linear layers.
        case pointwise
        /// Dense convolution of any size.
        case convolution
        /// Grouped convolution of any size.
        case grouped
        /// Dense or grouped 3×3 convolution of stride 1 with fewer multiplications.
        case winograd
        /// Depthwise convolution.
        case depthwise
        /// Max pooling.
        case maxPool = "max-pool"
        /// Average pooling of windows.
        case windowAverage = "window-average"
        /// Global average pooling.
        case averagePool = "average-pool"
        /// Multiplication by one factor a channel.
        case scale
        /// Packed weights multiplied by one factor a row, then a 1×1 convolution with them.
        case gatedWeights = "gated-weights"
        /// Addition and activation.
        case elementwise
        /// The gradient of a product's weights.
        case weightGradient = "weight-gradient"
        /// Weights with inputs and outputs exchanged.
        case transposedWeights = "transposed-weights"
        /// The gradient of a depthwise convolution's input.
        case depthwiseInputGradient = "depthwise-input-gradient"
        /// The gradient of a depthwise convolution's weights.
        case depthwiseWeightGradient = "depthwise-weight-gradient"
        /// Windows as rows of a matrix.
        case gather
        /// Rows of a matrix back to the pixels of their windows.
        case scatter
        /// The gradient of max pooling's input.
        case maxPoolGradient = "max-pool-gradient"
        /// The gradient of the input of average pooling of windows.
        case windowAverageGradient = "window-average-gradient"
        /// Sums of channels and of their squares.
        case normStatistics = "norm-statistics"
        /// Batch norm, shortcut, activation, and sums of the result.
        case normApply = "norm-apply"
        /// The gradient before the activation, and its sums.
        case normGradient = "norm-gradient"
        /// Two tensors combined with factors for each channel.
        case channelCombination = "channel-combination"
        /// The gradient of a channel gate.
        case gateGradient = "gate-gradient"
        /// The gradient of an activation's argument.
        case activationGradient = "activation-gradient"
        /// A step of gradient descent with momentum.
        case momentumStep = "momentum-step"
        /// A step of RMSProp.
        case rootMeanSquareStep = "root-mean-square-step"
        /// A step of a running average.
        case averageStep = "average-step"
    }

    /// What it computes.
    package let operation: Operation
    /// What it is built for.
    package let instructionSet: InstructionSet

    /// One of them.
    package init(operation: Operation, instructionSet: InstructionSet) {
        self.operation = operation
        self.instructionSet = instructionSet
    }

    /// Every operation of every instruction set.
    package static let all = InstructionSet.allCases.flatMap { set in
        Operation.allCases.map { Kernel(operation: $0, instructionSet: set) }
    }

    /// Whether this machine can run it.
    package var isSupported: Bool { instructionSet.isSupported }

    /// The operation and the instruction set, as on the command line.
    package var description: String { "\(operation.rawValue) \(instructionSet.rawValue)" }
}
