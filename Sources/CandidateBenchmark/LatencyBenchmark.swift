// How fast a candidate is: compiled, run with random weights, and timed beside the anchor network.

import Basics
import ConvolutionKernels
import Measurements
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
    private let threads: Int
    private let batch: Int
    private let secondsCap: Double
    private let machine = Machine.current
    /// The threads of all networks: those of another pool would still spin when the next network's turn has come, and
    /// the system would leave two of the next on one core.
    private let pool: ThreadPool
    private let anchor: LoadedNetwork

    /// A benchmark; `secondsCap` holds for one measurement, its warm-up included.
    package init(instructionSet: InstructionSet, threads: Int, batch: Int, secondsCap: Double) throws {
        self.instructionSet = instructionSet
        self.threads = threads
        self.batch = batch
        self.secondsCap = secondsCap
        let network = try Network(PublishedNetworks.architecture(named: LatencyBenchmark.anchorName))
        pool = ThreadPool(count: threads)
        anchor = try LoadedNetwork(network, batch: 1, pool: pool, instructionSet: instructionSet)
    }

    /// What every figure of this benchmark depends on besides the network.
    package func conditions(
        build: String, toolVersion: String, origin: LatencyOrigin = .measured
    ) -> Conditions {
        Conditions(
            machine: machine, instructionSet: instructionSet.rawValue, threads: threads, batch: batch,
            build: build, toolVersion: toolVersion, anchor: LatencyBenchmark.anchorName, origin: origin)
    }

    /// Compiles a network with random weights and times it beside the anchor.
    ///
    /// Throws where the machine's memory does not hold it.
    package func measure(_ network: Network) throws -> Measurement {
        let subject = try load(network)
        let timer = InterleavedTimer(secondsCap: secondsCap)
        let result = timer.time(subject: subject.run, anchor: anchor.run)
        return Measurement(
            latency: result.latency, rounds: result.rounds, reachedCap: result.reachedCap,
            plannedMemoryBytes: subject.plannedMemoryBytes)
    }

    /// Compiles two networks with random weights and times the second beside the first, which takes the anchor's place: the latency is
    /// the second's, and its ratio that to the first.
    ///
    /// Throws where the machine's memory does not hold either.
    package func measure(_ second: Network, beside first: Network) throws -> Measurement {
        let (base, subject) = (try load(first), try load(second))
        let result = InterleavedTimer(secondsCap: secondsCap).time(subject: subject.run, anchor: base.run)
        return Measurement(
            latency: result.latency, rounds: result.rounds, reachedCap: result.reachedCap,
            plannedMemoryBytes: base.plannedMemoryBytes + subject.plannedMemoryBytes)
    }

    /// The milliseconds of every layer, in the network's order; a fused layer's time is that of the layer it is
    /// fused into, and 0 of its own.
    package struct LayerTimes {
        /// The median of all runs.
        package let medians: [Double]
        /// The least of all runs: like a ceiling, what the machine did when nothing was in the way.
        package let minima: [Double]
        /// The ceilings for the network's working set.
        package let ceilings: MachineCeilings
    }

    /// Times the layers of a network with random weights for four seconds and in fifteen runs, or as long as the cap allows,
    /// in three runs at the least.
    ///
    /// Throws where the machine's memory does not hold it.
    package func layerTimes(of network: Network) throws -> LayerTimes {
        let subject = try load(network)
        let now = InterleavedTimer.steadyClock
        let start = now()
        subject.run()
        var runs: [[Int]] = []
        while runs.count < 3 || now() - start < (runs.count < 15 ? secondsCap : min(secondsCap, 4)) {
            runs.append(subject.runTimed())
        }
        let layers = network.layers.indices.map { layer in runs.map { Double($0[layer]) * 1e-6 } }
        return LayerTimes(
            medians: layers.map(Statistics.median), minima: layers.map { $0.min() ?? .nan },
            ceilings: try ceilings(workingSetBytes: subject.plannedMemoryBytes))
    }

    /// The times of a network's blocks as ratios of the anchor's time.
    ///
    /// The network's layers are timed between two runs of the anchor, so that their ratios share the machine's speed
    /// of that moment; each block's ratio is the median over rounds.
    package func blockTimes(of network: Network) throws -> [String: Double] {
        let subject = try load(network)
        let blocks = network.blockSignatures
        var ratios: [String: [Double]] = [:]
        let clock = ContinuousClock()
        func anchorNanoseconds() -> Double {
            clock.measure { anchor.run() }.inSeconds * 1e9
        }
        subject.run()
        anchor.run()
        var before = anchorNanoseconds()
        for _ in 0..<9 {
            subject.run()
            let layers = subject.runTimed()
            anchor.run()
            let after = anchorNanoseconds()
            let mean = (before + after) / 2
            before = after
            for block in blocks {
                let nanoseconds = block.layers.reduce(0) { $0 + Double(layers[$1]) }
                ratios[block.signature, default: []].append(nanoseconds / mean)
            }
        }
        return ratios.mapValues(Statistics.median)
    }

    /// What the machine can do at best under this benchmark's conditions.
    package func ceilings(workingSetBytes: Int) throws(AllocationError) -> MachineCeilings {
        try MachineCeilings(
            instructionSet: instructionSet, threads: threads, workingSetBytes: workingSetBytes)
    }

    /// The milliseconds of the anchor now, to turn ratios into times.
    package func anchorMilliseconds() -> Double {
        anchor.run()
        let clock = ContinuousClock()
        return Statistics.median(
            (0..<9).map { _ in clock.measure { anchor.run() }.inSeconds * 1e3 })
    }

    /// Bytes that timing a network takes: activations, packed weights, images and logits.
    package func memoryBytes(of network: Network) throws -> Int {
        let plan = try ExecutionPlan(
            network, batch: batch, threads: threads, instructionSet: instructionSet)
        let values = batch * (network.input.elements + network.architecture.classes)
        return plan.bytes + values * MemoryLayout<Float>.stride
    }

    /// Throws where the memory that can be had does not hold a network; takes none of it.
    package func checkMemory(_ network: Network) throws {
        try BenchmarkError.check(memoryBytes(of: network))
    }

    private func load(_ network: Network) throws -> LoadedNetwork {
        try checkMemory(network)
        return try LoadedNetwork(network, batch: batch, pool: pool, instructionSet: instructionSet)
    }
}

/// A compiled network with an image to run on and room for its logits.
private final class LoadedNetwork {
    private let compiled: CompiledNetwork
    private let images: AlignedFloats
    private let logits: AlignedFloats

    init(_ network: Network, batch: Int, pool: ThreadPool, instructionSet: InstructionSet) throws {
        compiled = try CompiledNetwork(
            network, weightSource: .random(for: network, seed: 1), batch: batch, pool: pool,
            instructionSet: instructionSet)
        images = try AlignedFloats(count: batch * network.input.elements)
        for index in 0..<images.count {
            images.start[index] = Float(CounterRandom.fraction(seed: 2, index: index, lane: 0)) * 2 - 1
        }
        logits = try AlignedFloats(count: batch * network.architecture.classes)
    }

    var plannedMemoryBytes: Int { compiled.arenaBytes + compiled.weightBytes }

    func run() { compiled.run(images.start, logits.start) }

    func runTimed() -> [Int] { compiled.runTimed(images.start, logits.start) }
}

/// Why a network cannot be timed.
package enum BenchmarkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It does not fit the memory that can be had.
    case outOfMemory(needed: Int, memory: AvailableMemory)

    /// Throws where `memory` has fewer bytes than are needed.
    package static func check(_ needed: Int, against memory: AvailableMemory = .now) throws(BenchmarkError) {
        guard needed <= memory.bytes else { throw .outOfMemory(needed: needed, memory: memory) }
    }

    /// The sentence.
    package var description: String {
        switch self {
        case .outOfMemory(let needed, let memory):
            "running it takes \(needed >> 20) MiB of memory and \(memory.bound) leaves \(memory.bytes >> 20) MiB; "
                + "choose a smaller network or batch."
        }
    }
}
