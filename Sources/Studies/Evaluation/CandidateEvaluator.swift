// How a trial is evaluated before it is trained: not at all, by running it, or by the times of its blocks.

import CandidateBenchmark
import CompoundSearch
import ConvolutionKernels
import Measurements
import Networks
import ResultStore

/// Evaluates trials under one set of conditions.
package protocol CandidateEvaluator {
    /// What every figure depends on besides the network.
    var conditions: Conditions { get }

    /// Readies what the evaluation of these networks takes together; may take minutes, and is told to stop by `shouldStop`.
    func prepare(
        _ networks: [Network], store: TrialStore, observer: any StudyObserver, shouldStop: () -> Bool) throws

    /// Evaluates one trial; what is thrown is the reason why it failed.
    func evaluate(_ trial: Trial) throws -> Evaluation

    /// Where the time of a network goes; nil where nothing is run. Takes a few seconds.
    func profile(of network: Network) throws -> NetworkProfile?
}

extension CandidateEvaluator {
    /// Nothing to ready.
    package func prepare(
        _ networks: [Network], store: TrialStore, observer: any StudyObserver, shouldStop: () -> Bool
    ) throws {}

    /// Nothing is run.
    package func profile(of network: Network) throws -> NetworkProfile? { nil }
}

/// Logs trials without a latency.
package struct UntimedEvaluator: CandidateEvaluator {
    /// Conditions that name no instruction set and no anchor.
    package let conditions: Conditions

    /// An evaluator of a plan without latency.
    package init(_ plan: MeasurementPlan, machine: Machine, build: String, toolVersion: String) {
        conditions = Conditions(
            machine: machine, instructionSet: "none", threads: plan.threads, batch: plan.batch, build: build,
            toolVersion: toolVersion, anchor: "none", origin: .none)
    }

    /// Complete at once.
    package func evaluate(_ trial: Trial) -> Evaluation { Evaluation(outcome: .complete) }
}

/// Runs and times each trial beside the anchor.
package struct TimedEvaluator: CandidateEvaluator {
    private let benchmark: LatencyBenchmark
    /// Conditions of measured latencies.
    package let conditions: Conditions

    /// An evaluator on a benchmark whose anchor is compiled.
    package init(_ benchmark: LatencyBenchmark, build: String, toolVersion: String) {
        self.benchmark = benchmark
        conditions = benchmark.conditions(build: build, toolVersion: toolVersion)
    }

    /// Compiles and times the network.
    package func evaluate(_ trial: Trial) throws -> Evaluation {
        let measurement = try benchmark.measure(trial.candidate.network)
        return Evaluation(
            outcome: .complete, latency: measurement.latency,
            plannedMemoryBytes: measurement.plannedMemoryBytes)
    }

    /// Times the layers, and what the machine does at best with a working set as large.
    package func profile(of network: Network) throws -> NetworkProfile? {
        NetworkProfile(try benchmark.layerTimes(of: network), of: network)
    }
}

/// Sums the times of a trial's blocks, each measured once in some network that has it and kept in the store.
package final class PredictingEvaluator: CandidateEvaluator {
    private let benchmark: LatencyBenchmark
    private var times = BlockTimes()
    /// The anchor's time, once blocks are ready.
    package private(set) var anchorMilliseconds = Double.nan
    /// Conditions of predicted latencies.
    package let conditions: Conditions

    /// An evaluator on a benchmark whose anchor is compiled.
    package init(_ benchmark: LatencyBenchmark, build: String, toolVersion: String) {
        self.benchmark = benchmark
        conditions = benchmark.conditions(build: build, toolVersion: toolVersion, origin: .predicted)
    }

    /// Completes the store's table of block times for these networks.
    package func prepare(
        _ networks: [Network], store: TrialStore, observer: any StudyObserver, shouldStop: () -> Bool
    ) throws {
        times = BlockTimes(try store.blockTimes(conditions))
        let measured = times.networksToMeasure(of: networks)
        if !measured.isEmpty {
            observer.observe(.timingBlocks(networks: measured.count))
            for network in measured where !shouldStop() {
                let more = try benchmark.blockTimes(of: network)
                try store.record(blockTimes: more, conditions: conditions)
                times.add(more)
                observer.observe(.timedBlocks)
            }
        }
        if !shouldStop() { anchorMilliseconds = benchmark.anchorMilliseconds() }
    }

    /// The sum over the anchor's time; nil where the time of a block is not known, because preparation was interrupted.
    package func latencyRatio(of network: Network) -> Double? { times.latencyRatio(of: network) }

    /// The sum; throws where the time of a block is not known, because preparation was interrupted.
    package func evaluate(_ trial: Trial) throws -> Evaluation {
        guard let ratio = latencyRatio(of: trial.candidate.network) else { throw TrainingInterrupted() }
        return Evaluation(
            outcome: .complete, latency: Latency(predicted: ratio, anchor: anchorMilliseconds))
    }
}
