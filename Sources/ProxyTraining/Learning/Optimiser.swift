// Optimisers: what changes parameters after a backward pass.

import ConvolutionKernels
import KernelTasks
import Recipes

/// A change of all parameters, of which each thread does its share.
package protocol OptimiserStep {
    /// Changes one share of the parameters.
    func run(share: Int, of shares: Int, on network: TrainableNetwork, _ kernels: TrainingKernels)
}

/// An optimiser with the state it keeps for each parameter.
package final class Optimiser {
    /// The rule of a step.
    package enum Rule: Hashable, Sendable {
        /// Gradient descent with momentum; Nesterov's unless told otherwise.
        case momentum(Float, nesterov: Bool = true)
        /// RMSProp with momentum (the paper: 0.9, 0.9, epsilon 1e-3).
        case rootMeanSquare(keep: Float, momentum: Float, epsilon: Float)

        /// The rule with the constants that the name stands for.
        package init(_ name: OptimiserName) {
            switch name {
            case .sgd: self = .momentum(0.9)
            case .rmsprop: self = .rootMeanSquare(keep: 0.9, momentum: 0.9, epsilon: 1e-3)
            }
        }

        /// Floats kept a parameter.
        package var copies: Int {
            switch self {
            case .momentum: 1
            case .rootMeanSquare: 2
            }
        }
    }

    /// The rule of a step.
    package let rule: Rule
    /// Weight decay of convolutions and linear layers.
    package let decay: Float
    /// Whether biases and batch norms decay too.
    package let decaysVectors: Bool
    /// How much of the running average of weights is kept at a step, once it is warm; nil keeps none.
    package let averageKeep: Float?
    /// Steps taken, on which the average's warm-up depends.
    package private(set) var steps = 0
    /// For each parameter its velocity, and what else the rule keeps.
    package let state: [AlignedFloats]
    /// The running average of parameters.
    package let average: AlignedFloats?
    /// The average of batch norms' running statistics.
    package let averageStatistics: AlignedFloats?

    /// An optimiser for a network, its state zero, its average the weights as they are; throws where the system has not that
    /// much memory.
    package init(
        _ rule: Rule, decay: Float, decaysVectors: Bool = true, averageKeep: Float? = nil,
        for network: TrainableNetwork
    ) throws(AllocationError) {
        self.rule = rule
        self.decay = decay
        self.decaysVectors = decaysVectors
        self.averageKeep = averageKeep
        var state: [AlignedFloats] = []
        for _ in 0..<rule.copies { state.append(try AlignedFloats(count: network.layout.count)) }
        self.state = state
        func copy(_ values: AlignedFloats) throws(AllocationError) -> AlignedFloats {
            let copy = try AlignedFloats(count: values.count)
            copy.start.update(from: values.start, count: values.count)
            return copy
        }
        average = averageKeep == nil ? nil : try copy(network.parameters)
        averageStatistics = averageKeep == nil ? nil : try copy(network.statistics)
    }

    /// The next step at a learning rate, with a momentum other than the rule's where a schedule asks for it.
    package func step(rate: Float, momentum: Float? = nil) -> any OptimiserStep {
        defer { steps += 1 }
        return Step(
            optimiser: self, rate: rate, momentum: momentum,
            averageKeep: averageKeep.map { Self.averageKeep($0, after: steps) })
    }

    /// How much of the average is kept at the step after `steps` others.
    ///
    /// TensorFlow's warm-up, min(keep, (1 + steps) / (10 + steps)): an average that begins with random weights forgets them in
    /// a few steps, and always spans the last tenth or so of a run that is shorter than its window.
    package static func averageKeep(_ keep: Float, after steps: Int) -> Float {
        min(keep, Float(Double(1 + steps) / Double(10 + steps)))
    }

    /// How much of the average of batch norms' statistics is kept beside weights of which `keep` is kept.
    ///
    /// They are running averages already. Averaged as much again they would be those of weights of many steps before; so
    /// they are averaged by as much less, and lag as far behind as the weights do, `keep / (1 − keep)` steps.
    package static func statisticsKeep(_ keep: Float) -> Float {
        let own = 1 / TrainableNetwork.statisticsMomentum - 1
        let lag = max(0, Double(keep) / (1 - Double(keep)) - own)
        return Float(1 - 1 / (1 + lag))
    }

    /// Goes on as after so many steps.
    func restore(steps: Int) { self.steps = steps }
}

/// One step of an optimiser.
private struct Step: OptimiserStep {
    let optimiser: Optimiser
    let rate: Float
    let momentum: Float?
    let averageKeep: Float?

    func run(share: Int, of shares: Int, on network: TrainableNetwork, _ kernels: TrainingKernels) {
        let layout = network.layout
        let weights = (0..<layout.weightCount).share(share, of: shares, unit: 16)
        let vectors = (layout.weightCount..<layout.count).share(share, of: shares, unit: 16)
        change(weights, decay: optimiser.decay, network, kernels)
        change(vectors, decay: optimiser.decaysVectors ? optimiser.decay : 0, network, kernels)
        guard let keep = averageKeep, let average = optimiser.average,
            let statistics = optimiser.averageStatistics
        else { return }
        for range in [weights, vectors] {
            kernels.averageStep(
                AverageStepTask(
                    average: average.start + range.lowerBound,
                    weights: network.parameters.start + range.lowerBound, count: range.count, keep: keep))
        }
        let range = (0..<layout.statisticsCount).share(share, of: shares, unit: 16)
        kernels.averageStep(
            AverageStepTask(
                average: statistics.start + range.lowerBound,
                weights: network.statistics.start + range.lowerBound, count: range.count,
                keep: Optimiser.statisticsKeep(keep)))
    }

    private func change(
        _ range: Range<Int>, decay: Float, _ network: TrainableNetwork, _ kernels: TrainingKernels
    ) {
        let weights = network.parameters.start + range.lowerBound
        let gradients = network.gradients.start + range.lowerBound
        let velocity = optimiser.state[0].start + range.lowerBound
        switch optimiser.rule {
        case .momentum(let usual, let nesterov):
            kernels.momentumStep(
                MomentumStepTask(
                    weights: weights, gradients: gradients, velocity: velocity, count: range.count,
                    rate: rate,
                    momentum: momentum ?? usual, decay: decay, nesterov: nesterov))
        case .rootMeanSquare(let keep, let usual, let epsilon):
            kernels.rootMeanSquareStep(
                RootMeanSquareStepTask(
                    weights: weights, gradients: gradients,
                    squares: optimiser.state[1].start + range.lowerBound, velocity: velocity,
                    count: range.count, rate: rate, keep: keep, momentum: momentum ?? usual, epsilon: epsilon,
                    decay: decay))
        }
    }
}
