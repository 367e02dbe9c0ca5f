// How fast a candidate trains: steps on one resident batch of noise.

import Basics
import ConvolutionKernels
import Networks
import ProxyTraining

/// Measures training steps of one network: forward, cross-entropy, backward, SGD with Nesterov momentum.
package struct TrainingBenchmark {
    /// What a step takes.
    package struct Measurement {
        /// The median step in milliseconds.
        package let median: Double
        /// The fastest step in milliseconds.
        package let minimum: Double
        /// Half-width of the 95 % interval of the median, from the medians of rounds, in milliseconds; NaN of fewer than
        /// six rounds.
        package let halfWidth: Double
        /// Steps timed.
        package let samples: Int
        /// Whether the cap ended timing before the interval was narrow.
        package let reachedCap: Bool
        /// Bytes of activations, parameters, gradients and velocities.
        package let memoryBytes: Int
    }

    /// A part of a layer with its median time in a step.
    package struct PartTime {
        /// The layer.
        package let layer: Layer
        /// What is done for it.
        package let part: TrainingPhase.Part
        /// Milliseconds a step.
        package let milliseconds: Double
    }

    private let trainable: TrainableNetwork
    private let optimiser: Optimiser
    private let memoryBytes: Int
    private let images: [Float]
    private let labels: [Int32]
    private let secondsCap: Double

    /// Readies a network with random weights and images; throws where training does not know a layer.
    package init(
        _ network: Network, instructionSet: InstructionSet, threads: Int, batch: Int, secondsCap: Double
    ) throws {
        let plan = try TrainingPlan(
            network, batch: batch, threads: threads, instructionSet: instructionSet)
        memoryBytes = plan.arenaBytes + plan.parameterBytes(optimiserCopies: 1)
        try BenchmarkError.check(memoryBytes + batch * network.input.elements * MemoryLayout<Float>.stride)
        trainable = try TrainableNetwork(
            network, weights: .initial(for: network, seed: 1), batch: batch, threads: threads,
            instructionSet: instructionSet)
        optimiser = try Optimiser(.momentum(0.9), decay: 0, for: trainable)
        images = (0..<batch * network.input.elements).map {
            Float(CounterRandom.fraction(seed: 2, index: $0, lane: 0)) * 2 - 1
        }
        labels = (0..<batch).map { Int32($0 % network.architecture.classes) }
        self.secondsCap = secondsCap
    }

    /// Times steps in rounds of three or more until the interval of the median is within 1 %, or a round ends beyond
    /// the cap.
    package func measure() -> Measurement {
        let now = InterleavedTimer.steadyClock
        let start = now()
        step()
        // What a long step finds in the caches is nothing to it.
        if now() - start < 1 { for _ in 0..<2 { step() } }
        var samples: [Double] = []
        var medians: [Double] = []
        while true {
            var round: [Double] = []
            let roundStart = now()
            while round.count < 3 || now() - roundStart < min(0.3, secondsCap / 10) {
                let before = now()
                step()
                round.append((now() - before) * 1e3)
            }
            samples += round
            medians.append(Statistics.median(round))
            let median = Statistics.median(samples)
            let halfWidth = Statistics.medianHalfWidth95(of: medians, independent: medians.count)
            let isNarrow = halfWidth <= 0.01 * median
            if isNarrow || now() - start >= secondsCap {
                return Measurement(
                    median: median, minimum: samples.min() ?? .nan, halfWidth: halfWidth,
                    samples: samples.count, reachedCap: !isNarrow, memoryBytes: memoryBytes)
            }
        }
    }

    /// The median time of each part of each layer in eleven steps, or in as many as the cap allows but three, in the order
    /// in which they run.
    package func partTimes() -> [PartTime] {
        let now = InterleavedTimer.steadyClock
        let start = now()
        step()
        var runs = (0..<3).map { _ in trainable.timedStep(images, labels) }
        while runs.count < 11, now() - start < secondsCap { runs.append(trainable.timedStep(images, labels)) }
        let layers = trainable.network.layers
        return runs[0].indices.map { index in
            PartTime(
                layer: layers[runs[0][index].layer], part: runs[0][index].part,
                milliseconds: Statistics.median(runs.map { Double($0[index].nanoseconds) * 1e-6 }))
        }
    }

    private func step() { _ = trainable.step(images, labels, update: optimiser.step(rate: 0.01)) }
}
