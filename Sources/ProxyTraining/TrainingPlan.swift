// What a training step will do and how much memory it will take, without taking any.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// The phases of a step with every tensor's place.
package struct TrainingPlan {
    /// Where parameters stand.
    package let layout: ParameterLayout
    let phases: [TrainingPhase]
    let arena: ArenaPlan
    let losses: Int
    let widest: Int
    let threads: Int

    /// Plans a step; throws where a layer cannot be trained. Takes milliseconds.
    init(
        _ network: Network, batch: Int, threads: Int, noise: TrainableNetwork.Noise, _ set: KernelSet
    ) throws(TrainingError) {
        // Beyond that, places in memory are no longer numbers that can be multiplied, and each image has a number of its own.
        guard batch <= 1 << 24, Double(batch) * Double(network.cost.activations.value) < 0x1p52 else {
            throw .unsupported(
                "a batch of \(batch) images is more than any memory holds; give a smaller batch.")
        }
        layout = ParameterLayout(network, for: set)
        let lowering = try TrainingLowering(
            network, layout, batch: batch, threads: threads, dropout: noise.dropout, dropPath: noise.dropPath,
            set)
        phases = lowering.phases
        arena = lowering.slots.arena(keeping: lowering.losses)
        losses = lowering.losses
        widest = lowering.slots.widest
        self.threads = threads
    }

    /// Plans a step for a build of the kernels.
    package init(
        _ network: Network, batch: Int, threads: Int, noise: TrainableNetwork.Noise = .init(),
        instructionSet: InstructionSet = .detected
    ) throws(TrainingError) {
        try self.init(network, batch: batch, threads: threads, noise: noise, instructionSet.kernels)
    }

    /// Bytes of activations, gradients of activations and scratch memory.
    package var arenaBytes: Int { arena.count * MemoryLayout<Float>.stride }

    /// Bytes of parameters, their gradients and running statistics, and what an optimiser keeps beside them:
    /// `copies` floats a parameter.
    package func parameterBytes(optimiserCopies copies: Int) -> Int {
        ((2 + copies) * layout.count + layout.statisticsCount) * MemoryLayout<Float>.stride
    }
}
