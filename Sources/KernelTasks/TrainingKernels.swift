// The kernels that only training needs, as functions to call.

/// The kernels of backward passes and optimisers, compiled for one instruction set.
package struct TrainingKernels: Sendable {
    /// The gradient of a product's weights.
    package let weightGradient: @Sendable (WeightGradientTask) -> Void
    /// Weights with inputs and outputs exchanged.
    package let transposedWeights: @Sendable (TransposedWeightsTask) -> Void
    /// The gradient of a depthwise convolution's input.
    package let depthwiseInputGradient: @Sendable (DepthwiseInputGradientTask) -> Void
    /// The gradient of a depthwise convolution's weights.
    package let depthwiseWeightGradient: @Sendable (DepthwiseWeightGradientTask) -> Void
    /// Windows as rows of a matrix.
    package let gather: @Sendable (GatherTask) -> Void
    /// Rows of a matrix back to the pixels of their windows.
    package let scatter: @Sendable (ScatterTask) -> Void
    /// The gradient of max pooling's input.
    package let maxPoolGradient: @Sendable (MaxPoolGradientTask) -> Void
    /// The gradient of the input of average pooling of windows.
    package let windowAverageGradient: @Sendable (WindowAverageGradientTask) -> Void
    /// Sums of channels and of their squares.
    package let normStatistics: @Sendable (NormStatisticsTask) -> Void
    /// Batch norm, shortcut, activation, and sums of the result.
    package let normApply: @Sendable (NormApplyTask) -> Void
    /// The gradient before the activation, and its sums.
    package let normGradient: @Sendable (NormGradientTask) -> Void
    /// Two tensors combined with factors for each channel.
    package let channelCombination: @Sendable (ChannelCombinationTask) -> Void
    /// The gradient of a channel gate.
    package let gateGradient: @Sendable (GateGradientTask) -> Void
    /// The gradient of an activation's argument.
    package let activationGradient: @Sendable (ActivationGradientTask) -> Void
    /// A step of gradient descent with momentum.
    package let momentumStep: @Sendable (MomentumStepTask) -> Void
    /// A step of RMSProp.
    package let rootMeanSquareStep: @Sendable (RootMeanSquareStepTask) -> Void
    /// A step of a running average.
    package let averageStep: @Sendable (AverageStepTask) -> Void

    /// Collects the functions of one build; see the properties.
    package init(
        weightGradient: @escaping @Sendable (WeightGradientTask) -> Void,
        transposedWeights: @escaping @Sendable (TransposedWeightsTask) -> Void,
        depthwiseInputGradient: @escaping @Sendable (DepthwiseInputGradientTask) -> Void,
        depthwiseWeightGradient: @escaping @Sendable (DepthwiseWeightGradientTask) -> Void,
        gather: @escaping @Sendable (GatherTask) -> Void,
        scatter: @escaping @Sendable (ScatterTask) -> Void,
        maxPoolGradient: @escaping @Sendable (MaxPoolGradientTask) -> Void,
        windowAverageGradient: @escaping @Sendable (WindowAverageGradientTask) -> Void,
        normStatistics: @escaping @Sendable (NormStatisticsTask) -> Void,
        normApply: @escaping @Sendable (NormApplyTask) -> Void,
        normGradient: @escaping @Sendable (NormGradientTask) -> Void,
        channelCombination: @escaping @Sendable (ChannelCombinationTask) -> Void,
        gateGradient: @escaping @Sendable (GateGradientTask) -> Void,
        activationGradient: @escaping @Sendable (ActivationGradientTask) -> Void,
        momentumStep: @escaping @Sendable (MomentumStepTask) -> Void,
        rootMeanSquareStep: @escaping @Sendable (RootMeanSquareStepTask) -> Void,
        averageStep: @escaping @Sendable (AverageStepTask) -> Void
    ) {
        self.weightGradient = weightGradient
        self.transposedWeights = transposedWeights
        self.depthwiseInputGradient = depthwiseInputGradient
        self.depthwiseWeightGradient = depthwiseWeightGradient
        self.gather = gather
        self.scatter = scatter
        self.maxPoolGradient = maxPoolGradient
        self.windowAverageGradient = windowAverageGradient
        self.normStatistics = normStatistics
        self.normApply = normApply
        self.normGradient = normGradient
        self.channelCombination = channelCombination
        self.gateGradient = gateGradient
        self.activationGradient = activationGradient
        self.momentumStep = momentumStep
        self.rootMeanSquareStep = rootMeanSquareStep
        self.averageStep = averageStep
    }
}
