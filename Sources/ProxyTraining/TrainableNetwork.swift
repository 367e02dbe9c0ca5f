// A network ready to be trained: parameters, gradients, and the memory of a step.

import Basics
import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// A network compiled for training with one batch size.
///
///     let network = try TrainableNetwork(b0, weights: .initial(for: b0, seed: 1), batch: 64)
///     let loss = network.step(images, labels, .momentum(rate: 0.1)).loss
///
/// A step allocates nothing, and gives the same bits for any number of threads. One step at a time.
package final class TrainableNetwork {
    /// What is trained.
    package let network: Network
    /// Images a step takes.
    package let batch: Int
    /// Threads that share a step, the caller's among them.
    package let threads: Int
    /// What the kernels are built for.
    package let instructionSet: InstructionSet
    /// Where parameters and gradients stand.
    package let layout: ParameterLayout
    /// Parameters, as the layout places them.
    package let parameters: AlignedFloats
    /// Their gradients, of the last step.
    package let gradients: AlignedFloats
    /// Running means and variances.
    package let statistics: AlignedFloats
    /// The share of a batch's mean and variance in running ones, PyTorch's `momentum`.
    package static let statisticsMomentum = 0.1
    /// The share of probability that label smoothing spreads over all classes.
    package var labelSmoothing: Float = 0

    private let phases: [TrainingPhase]
    private let arena: AlignedFloats
    private let slots: [UnsafeMutablePointer<Float>]
    private let losses: UnsafeMutablePointer<Float>
    private let zeros: AlignedFloats
    private let ones: AlignedFloats
    private let pool: ThreadPool
    private let set: KernelSet

    /// What a training step needs to know of regularisation that changes the network's function.
    package struct Noise: Sendable {
        /// The rate of dropout before the classifier.
        package var dropout: Float
        /// The rate of stochastic depth at the last block; earlier blocks have proportionally less.
        package var dropPath: Float

        /// No noise unless given.
        package init(dropout: Float = 0, dropPath: Float = 0) {
            self.dropout = dropout
            self.dropPath = dropPath
        }
    }

    /// Places parameters and plans memory; throws where weights do not fit, a layer cannot be trained, or memory cannot be had.
    package init(
        _ network: Network, weights: NetworkWeights, batch: Int, threads: Int = 1, noise: Noise = Noise(),
        instructionSet: InstructionSet = .detected
    ) throws {
        try weights.check(against: network)
        let set = instructionSet.kernels
        let plan = try TrainingPlan(network, batch: batch, threads: threads, noise: noise, set)
        layout = plan.layout
        let arena = try AlignedFloats(count: plan.arena.count)
        slots = plan.arena.offsets.map { arena.start + $0 }
        losses = slots[plan.losses]
        self.arena = arena
        phases = plan.phases
        parameters = try AlignedFloats(count: layout.count)
        gradients = try AlignedFloats(count: layout.count)
        statistics = try AlignedFloats(count: layout.statisticsCount)
        zeros = try AlignedFloats(count: plan.widest)
        ones = try AlignedFloats([Float](repeating: 1, count: plan.widest))
        pool = ThreadPool(count: threads)
        self.network = network
        self.batch = batch
        self.threads = threads
        self.instructionSet = instructionSet
        self.set = set
        layout.write(weights, parameters: parameters.start, statistics: statistics.start)
    }

    /// What came of a step.
    package struct Result: Sendable {
        /// The mean loss of the batch, before the step.
        package var loss: Double
        /// Images whose largest logit was their label's.
        package var hits: Int
    }

    /// Forward, backward, and what `update` does to the parameters with all threads' help.
    ///
    /// `images` are NHWC without padding, `labels` one an image; `stream` is what noise draws from.
    package func step(
        _ images: UnsafePointer<Float>, _ labels: UnsafePointer<Int32>,
        stream: CounterStream = CounterStream(0), update: (any OptimiserStep)? = nil
    ) -> Result {
        let pool = pool
        let memory = TrainingMemory(
            images: images, labels: labels, slots: slots, parameters: parameters.start,
            gradients: gradients.start, statistics: statistics.start, zeros: zeros.start, ones: ones.start,
            stream: stream, labelSmoothing: labelSmoothing, meet: { pool.meet() }, clock: nil)
        pool.run { thread in
            for phase in phases {
                phase.run(thread, memory)
                pool.meet()
            }
            update?.run(share: thread, of: threads, on: self, set.training)
        }
        return result
    }

    /// The first thread's nanoseconds for each part of each layer in one step without an update, in the order in which the
    /// parts begin. What a chunk of images goes through in one phase is told apart.
    package func timedStep(
        _ images: UnsafePointer<Float>, _ labels: UnsafePointer<Int32>
    ) -> [(layer: Int, part: TrainingPhase.Part, nanoseconds: Int)] {
        let pool = pool
        let clock = PartClock()
        let memory = TrainingMemory(
            images: images, labels: labels, slots: slots, parameters: parameters.start,
            gradients: gradients.start, statistics: statistics.start, zeros: zeros.start, ones: ones.start,
            stream: CounterStream(0), labelSmoothing: labelSmoothing, meet: { pool.meet() }, clock: clock)
        pool.run { thread in
            for phase in phases {
                phase.run(thread, memory)
                pool.meet()
            }
        }
        clock.end()
        return clock.entries.map { ($0.layer, $0.part, $0.nanoseconds) }
    }

    private var result: Result {
        var result = Result(loss: 0, hits: 0)
        for image in 0..<batch {
            result.loss += Double(losses[image]) / Double(batch)
            result.hits += losses[batch + image] > 0 ? 1 : 0
        }
        return result
    }

    /// Bytes of everything that a step works on.
    package var bytes: Int {
        [parameters, gradients, statistics, arena, zeros, ones].reduce(0) { $0 + $1.bytes }
    }

    /// The weights as they are now.
    package var weights: NetworkWeights {
        layout.read(
            parameters: parameters.start, statistics: statistics.start,
            epsilon: network.architecture.batchNormEpsilon)
    }

    /// The gradients of the last step, arranged as weights; their running statistics mean nothing.
    package var weightGradients: NetworkWeights {
        layout.read(
            parameters: gradients.start, statistics: statistics.start,
            epsilon: network.architecture.batchNormEpsilon)
    }
}
