// The kernels of this build, gathered.

import KernelTasks

/// The kernels of this build; they run only where the CPU and its operating system support them.
package func kernelSet() -> KernelSet {
    KernelSet(
        lanes: Lanes.scalarCount, tileRows: tileRows, pairedTileRows: pairedTileRows, pointwise: pointwise,
        convolution: convolution, grouped: grouped, winograd: winograd, depthwise: depthwise,
        maxPool: maxPool,
        windowAverage: windowAverage, averagePool: averagePool, scale: scale,
        gatedWeights: gatedWeights, elementwise: elementwise, training: trainingKernels())
}

/// Those of them that only training needs.
func trainingKernels() -> TrainingKernels {
    TrainingKernels(
        weightGradient: weightGradient, transposedWeights: transposedWeights,
        depthwiseInputGradient: depthwiseInputGradient, depthwiseWeightGradient: depthwiseWeightGradient,
        gather: gather, scatter: scatter, maxPoolGradient: maxPoolGradient,
        windowAverageGradient: windowAverageGradient, normStatistics: normStatistics,
        normApply: normApply, normGradient: normGradient, channelCombination: channelCombination,
        gateGradient: gateGradient, activationGradient: activationGradient, momentumStep: momentumStep,
        rootMeanSquareStep: rootMeanSquareStep, averageStep: averageStep)
}
