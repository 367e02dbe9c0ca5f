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
        /// Half-width of the 95 % interval of the median, from round means, in milliseconds.
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
        let available = AvailableMemory.now.bytes
        guard memoryBytes <= available else {
            throw BenchmarkError.outOfMemory(needed: memoryBytes, available: available)
        }
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

    /// Times steps in rounds until the interval of the median is within 1 %, or the cap is reached.
    package func measure() -> Measurement {
        let now = InterleavedTimer.steadyClock
        let start = now()
        for _ in 0..<3 { step() }
        var samples: [Double] = []
        var rounds: [Double] = []
        while true {
            var round: [Double] = []
            let roundStart = now()
            while round.count < 3 || now() - roundStart < min(0.3, secondsCap / 10) {
                let before = now()
                step()
                round.append((now() - before) * 1e3)
            }
            samples += round
            rounds.append(Statistics.mean(round))
            guard rounds.count >= 5 else { continue }
            let halfWidth = Statistics.halfWidth95(ofRounds: rounds)
            let isNarrow = halfWidth <= 0.01 * Statistics.median(samples)
            if isNarrow || now() - start >= secondsCap {
                return Measurement(
                    median: Statistics.median(samples), minimum: samples.min() ?? .nan, halfWidth: halfWidth,
                    samples: samples.count, reachedCap: !isNarrow, memoryBytes: memoryBytes)
            }
        }
    }

    /// The median time of each part of each layer, in the order in which they run.
    package func partTimes() -> [PartTime] {
        for _ in 0..<3 { step() }
        let runs = (0..<11).map { _ in trainable.timedStep(images, labels) }
        let layers = trainable.network.layers
        return runs[0].indices.map { index in
            PartTime(
                layer: layers[runs[0][index].layer], part: runs[0][index].part,
                milliseconds: Statistics.median(runs.map { Double($0[index].nanoseconds) * 1e-6 }))
        }
    }

    private func step() { _ = trainable.step(images, labels, update: optimiser.step(rate: 0.01)) }
}
