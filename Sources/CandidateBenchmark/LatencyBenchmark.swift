// How fast a candidate is: compiled, run with random weights, and timed beside the anchor network.

import CompoundSearch
import ConvolutionKernels
import NetworkExecution
import Networks

/// Measures latencies under one set of conditions; the anchor is compiled once.
package final class LatencyBenchmark {
    /// The network that is timed in between: one image of EfficientNet-B0, on as many threads.
    package static let anchorName = "efficientnet-b0"

    /// A latency with how it came about.
    package struct Measurement {
        /// The figures.
        package let latency: Latency
        /// Rounds that were run.
        package let rounds: Int
        /// Whether the cap ended it before the interval was narrow.
        package let reachedCap: Bool
        /// Bytes of activations and packed weights that execution planned.
        package let plannedMemoryBytes: Int
    }

    private let instructionSet: InstructionSet
    private let batch: Int
    private let secondsCap: Double
    private let machine = Machine.current
    private let threads: ThreadPool
    private let anchor: CompiledNetwork

    /// A benchmark; `secondsCap` holds for one measurement, its warm-up included.
    package init(instructionSet: InstructionSet, threads: Int, batch: Int, secondsCap: Double) throws {
        self.instructionSet = instructionSet
        self.batch = batch
        self.secondsCap = secondsCap
        self.threads = ThreadPool(threads: threads)
        anchor = CompiledNetwork(
            try Network(PublishedNetworks.architecture(named: LatencyBenchmark.anchorName)), batch: 1,
            instructionSet: instructionSet, threads: self.threads)
    }
}
