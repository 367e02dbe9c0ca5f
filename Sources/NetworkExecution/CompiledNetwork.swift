// A network ready to run: every weight packed, every tensor placed, every thread's share decided.

import Basics
import ConvolutionKernels
import Networks

/// A network compiled for one batch size, one number of threads and one instruction set.
///
///     let network = try CompiledNetwork(b0, weights: .random(for: b0, seed: 1))
///     let logits = network.run(images)
///
/// Compiling B0 takes about 50 ms; a run allocates nothing. One run at a time.
package final class CompiledNetwork {
    /// What was compiled.
    package let network: Network
    /// Images a run takes.
    package let batch: Int
    /// Threads that share a run, the caller's among them.
    package let threads: Int
    /// What the kernels are built for.
    package let instructionSet: InstructionSet
    /// Bytes of activations and scratch memory, planned by liveness.
    package let arenaBytes: Int
    /// Bytes of packed weights and biases.
    package let weightBytes: Int

    private let steps: [any Step]
    /// The layer that each step belongs to.
    private let stepLayers: [Int]
    private let arena: AlignedFloats
    private let slots: [UnsafeMutablePointer<Float>]
    private let output: UnsafeMutablePointer<Float>
    private let outputStride: Int
    private let pool: ThreadPool

    /// Folds, packs and plans; throws where the weights do not fit or no kernel computes a layer.
    package convenience init(
        _ network: Network, weights: NetworkWeights, batch: Int = 1, threads: Int = 1,
        instructionSet: InstructionSet = .detected
    ) throws(ExecutionError) {
        try weights.check(against: network)
        try self.init(
            network, weightSource: WeightSource { weights.layers[$0] }, batch: batch,
            pool: ThreadPool(count: threads), instructionSet: instructionSet)
    }

    /// The same with weights that are asked for layer by layer, and are never all in memory, on threads that other
    /// networks may share.
    package init(
        _ network: Network, weightSource: WeightSource, batch: Int = 1,
        pool: ThreadPool = ThreadPool(count: 1), instructionSet: InstructionSet = .detected
    ) throws(ExecutionError) {
        let set = instructionSet.kernels
        let threads = pool.count
        let lowering = try Lowering(network, weightSource, batch: batch, threads: threads, set)
        steps = lowering.steps.map(\.step)
        stepLayers = lowering.steps.map(\.layer)
        let (output, plan) = lowering.memory
        let arena = try ExecutionError.memory { () throws(AllocationError) in
            try AlignedFloats(count: plan.count)
        }
        self.arena = arena
        slots = plan.offsets.map { arena.start + $0 }
        self.output = slots[output]
        outputStride = set.padded(network.architecture.classes)
        arenaBytes = arena.bytes
        weightBytes = lowering.weightBytes
        self.pool = pool
        self.network = network
        self.batch = batch
        self.threads = threads
        self.instructionSet = instructionSet
    }

    /// Logits, `[batch, classes]`, of images, NHWC without padding.
    package func run(_ images: UnsafePointer<Float>, _ logits: UnsafeMutablePointer<Float>) {
        let memory = Memory(image: images, slots: slots)
        pool.run { thread in
            for step in steps {
                step.run(thread, memory)
                pool.meet()
            }
        }
        copyLogits(to: logits)
    }

    /// Like ``run(_:_:)``; returns the nanoseconds that each layer took, 0 for one that is fused into
    /// another.
    package func runTimed(_ images: UnsafePointer<Float>, _ logits: UnsafeMutablePointer<Float>) -> [Int] {
        let memory = Memory(image: images, slots: slots)
        var nanoseconds = [Int](repeating: 0, count: network.layers.count)
        nanoseconds.withUnsafeMutableBufferPointer { nanoseconds in
            nonisolated(unsafe) let times = nanoseconds
            pool.run { thread in
                var before = ContinuousClock.now
                for (step, layer) in zip(steps, stepLayers) {
                    step.run(thread, memory)
                    pool.meet()
                    guard thread == 0 else { continue }
                    let after = ContinuousClock.now
                    times[layer] += (after - before).inNanoseconds
                    before = after
                }
            }
        }
        copyLogits(to: logits)
        return nanoseconds
    }

    /// The logits of a batch of images.
    package func run(_ images: Tensor) -> Tensor {
        let classes = network.architecture.classes
        let shape = network.input
        precondition(
            images.batch == batch && images.height == shape.height && images.width == shape.width
                && images.channels == shape.channels)
        var logits = Tensor(batch: batch, height: 1, width: 1, channels: classes)
        logits.values.withUnsafeMutableBufferPointer { logits in
            images.values.withUnsafeBufferPointer { images in
                guard let images = images.baseAddress, let logits = logits.baseAddress else { return }
                run(images, logits)
            }
        }
        return logits
    }

    private func copyLogits(to logits: UnsafeMutablePointer<Float>) {
        let classes = network.architecture.classes
        for image in 0..<batch {
            (logits + image * classes).update(from: output + image * outputStride, count: classes)
        }
    }
}

/// The memory that running a network will take, known without its weights and before any is taken.
package struct ExecutionPlan: Hashable, Sendable {
    /// Bytes of activations and scratch memory.
    package let arenaBytes: Int
    /// Bytes of packed weights and biases.
    package let weightBytes: Int
    /// Both together; the images and a program's own memory come on top.
    package var bytes: Int { arenaBytes + weightBytes }

    /// Plans as ``CompiledNetwork`` does; throws where no kernel computes a layer.
    package init(
        _ network: Network, batch: Int = 1, threads: Int = 1, instructionSet: InstructionSet = .detected
    ) throws(ExecutionError) {
        let lowering = try Lowering(
            network, nil, batch: batch, threads: threads, instructionSet.kernels)
        arenaBytes = lowering.memory.arena.count * MemoryLayout<Float>.stride
        weightBytes = lowering.weightBytes
    }
}
