// What a search leaves behind: a trial, what was measured of it, and under which conditions.

import Basics
import Networks

/// A network within the budget, as it is evaluated and stored.
package struct Trial: Hashable, Sendable {
    /// The study it belongs to.
    package let study: String
    /// The candidate.
    package let candidate: Candidate
    /// Coefficients that give the same network.
    package let ranges: CoefficientRanges
    /// The network's content hash.
    package let networkHash: String

    /// A trial of a study.
    package init(study: String, candidate: Candidate, ranges: CoefficientRanges) {
        self.study = study
        self.candidate = candidate
        self.ranges = ranges
        networkHash = candidate.network.contentHash
    }
}

/// A latency as it was measured; all times in milliseconds for one inference of the whole batch.
package struct Latency: Hashable, Sendable {
    /// Median of all samples.
    package var median: Double
    /// Fastest sample.
    package var minimum: Double
    /// Half-width of the 95 % interval of the median, from the medians of rounds.
    package var halfWidth: Double
    /// Number of samples.
    package var samples: Int
    /// Median of the anchor network timed in between.
    package var anchor: Double
    /// Median of latency over anchor latency, each round's with the anchor right before and right after it: what
    /// comparisons use.
    package var ratio: Double
    /// Half-width of the 95 % interval of `ratio`.
    package var ratioHalfWidth: Double

    /// A measured latency.
    package init(
        median: Double, minimum: Double, halfWidth: Double, samples: Int, anchor: Double, ratio: Double,
        ratioHalfWidth: Double
    ) {
        self.median = median
        self.minimum = minimum
        self.halfWidth = halfWidth
        self.samples = samples
        self.anchor = anchor
        self.ratio = ratio
        self.ratioHalfWidth = ratioHalfWidth
    }
}

extension Latency {
    /// A latency predicted as a ratio of the anchor's; it has no samples and no interval.
    package init(predicted ratio: Double, anchor: Double) {
        self.init(
            median: ratio * anchor, minimum: .nan, halfWidth: .nan, samples: 0, anchor: anchor, ratio: ratio,
            ratioHalfWidth: .nan)
    }
}

/// How an evaluation ended.
package enum Outcome: Hashable, Sendable {
    /// Everything asked for was measured.
    case complete
    /// Measured, and found to exceed a bound that only measuring can check.
    case rejected(String)
    /// Could not be evaluated; the reason in one sentence.
    case failed(String)
}

/// What an evaluation found out about a trial.
package struct Evaluation: Hashable, Sendable {
    /// How it ended.
    package var outcome: Outcome
    /// The latency, where it was measured.
    package var latency: Latency?
    /// Bytes that execution planned: activations and packed weights.
    package var plannedMemoryBytes: Int?

    /// An evaluation.
    package init(outcome: Outcome, latency: Latency? = nil, plannedMemoryBytes: Int? = nil) {
        self.outcome = outcome
        self.latency = latency
        self.plannedMemoryBytes = plannedMemoryBytes
    }
}

/// The computer a figure was measured on.
package struct Machine: Hashable, Sendable {
    /// Model name of the processor.
    package var processor: String
    /// Cores that this process may use.
    package var cores: Int
    /// Bytes of main memory.
    package var memoryBytes: Int
    /// Operating system and its version.
    package var system: String
    /// Sizes of the caches, where they are known.
    package var caches: String?

    /// A computer.
    package init(
        processor: String, cores: Int, memoryBytes: Int, system: String, caches: String? = nil
    ) {
        self.caches = caches
        self.processor = processor
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.system = system
    }

    /// A stable hash of what changes a latency: the processor's model and its caches.
    ///
    /// Exact memory and the system's version do not, and the cores that are used are a condition of their own. Where the caches
    /// are not known, as in stores of versions before 0.4, it is a hash of all of it.
    package var fingerprint: String {
        var hash = StableHash()
        hash.combine(processor)
        if let caches {
            hash.combine(caches)
        } else {
            hash.combine(cores)
            hash.combine(memoryBytes)
            hash.combine(system)
        }
        return hash.hexadecimal
    }
}

/// Everything a figure depends on besides the network. Latencies are ranked only within equal conditions.
package struct Conditions: Hashable, Sendable {
    /// The computer.
    package var machine: Machine
    /// The kernels' instruction set, such as `avx512`, or `none` where nothing is run.
    package var instructionSet: String
    /// Threads of one inference.
    package var threads: Int
    /// Images of one inference.
    package var batch: Int
    /// `release` or `debug`.
    package var build: String
    /// The tool's version.
    package var toolVersion: String
    /// The network timed in between.
    package var anchor: String
    /// Whether latencies are measured or predicted; the two are never ranked together.
    package var origin: LatencyOrigin
    /// What the network computes in, such as `float32`.
    package var precision: String

    /// Conditions of a measurement.
    package init(
        machine: Machine, instructionSet: String, threads: Int, batch: Int, build: String,
        toolVersion: String, anchor: String, origin: LatencyOrigin = .measured,
        precision: String = "float32"
    ) {
        self.precision = precision
        self.machine = machine
        self.instructionSet = instructionSet
        self.threads = threads
        self.batch = batch
        self.build = build
        self.toolVersion = toolVersion
        self.anchor = anchor
        self.origin = origin
    }
}
