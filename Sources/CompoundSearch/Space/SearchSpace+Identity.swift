// The identity of a study: what decides which trials there are. How they are measured and ranked does not.

import Basics
import Networks

/// How points are drawn from a space.
package enum Strategy: String, CaseIterable, Hashable, Sendable {
    /// Every combination of the axes' values, φ slowest, then α, β, γ.
    case grid
    /// Uniform in every axis.
    case random
    /// Of all networks of the budget, a few of each cost level that lie far apart.
    case spread
    /// Of all networks of the budget, one after the other, whatever narrows the answer most for its cost.
    case adaptive
}

extension SearchSpace {
    /// The study's identity: a hash of name, baseline, axes, budget, strategy and seed.
    ///
    /// A grid that is not trained does not depend on the seed, so neither does its identity.
    package func studyIdentifier(strategy: Strategy, seed: UInt64) -> String {
        var hash = StableHash()
        hash.combine(name)
        hash.combine(baseline)
        for axis in [alpha, beta, gamma, phi] { hash.combine(axis) }
        hash.combine(budget)
        hash.combine(strategy.rawValue)
        hash.combine(strategy == .random || accuracy != nil ? seed : 0)
        return hash.hexadecimal
    }
}

extension StableHash {
    fileprivate mutating func combine(_ number: Double) { combine(number.bitPattern) }
    fileprivate mutating func combine(_ flag: Bool) { combine(flag ? 1 : 0) }

    fileprivate mutating func combine(_ axis: Axis) {
        switch axis {
        case .range(let low, let high, let step):
            combine("range")
            combine(low.double)
            combine(high.double)
            combine(step?.double ?? 0)
        case .list(let values):
            combine("list")
            combine(values.count)
            for value in values { combine(value) }
        }
    }

    fileprivate mutating func combine(_ budget: Budget) {
        for level in budget.levels {
            switch level {
            case .multiple(let factor):
                combine("multiple")
                combine(factor)
            case .macs(let macs):
                combine("macs")
                combine(macs)
            }
        }
        combine(budget.tolerance)
        combine(budget.parameters ?? -1)
        combine(budget.activations ?? -1)
        combine(budget.peakActivationBytes ?? -1)
        combine(budget.latencyMilliseconds ?? -1)
        switch budget.latency {
        case nil: break
        case .multiple(let factor):
            combine("latency multiple")
            combine(factor)
        case .milliseconds(let milliseconds):
            combine("latency")
            combine(milliseconds)
        }
    }

    fileprivate mutating func combine(_ architecture: Architecture) {
        let stem = architecture.stem
        for size in [stem.channels, stem.kernel, stem.stride] { combine(size) }
        combine(stem.activation.rawValue)
        combine(stem.pooling?.kernel ?? 0)
        combine(stem.pooling?.stride ?? 0)
        combine(architecture.stages.count)
        for stage in architecture.stages {
            combine(stage.block.rawValue)
            for size in [stage.repeats, stage.kernel, stage.stride, stage.expansion, stage.channels] {
                combine(size)
            }
            combine(stage.squeezeExcitation)
            combine(stage.activation.rawValue)
        }
        let head = architecture.head
        combine(head.channels ?? 0)
        combine(head.activation.rawValue)
        combine(head.squeezeExcitation)
        combine(head.dropout)
        combine(architecture.scaling.width)
        combine(architecture.scaling.depth)
        combine(architecture.scaling.resolution)
        combine(architecture.rules)
        combine(architecture.channels)
        combine(architecture.classes)
        combine(architecture.padding.rawValue)
        combine(architecture.batchNormEpsilon)
        combine(architecture.dropPath)
    }

    fileprivate mutating func combine(_ gate: SqueezeExcitation?) {
        combine(gate != nil)
        guard let gate else { return }
        combine(gate.ratio)
        combine(gate.reference.rawValue)
        combine(gate.divisor)
        combine(gate.activation.rawValue)
        combine(gate.gate.rawValue)
    }

    fileprivate mutating func combine(_ rules: RoundingRules) {
        combine(rules.widthDivisor)
        combine(rules.widthFloor)
        combine(rules.depth.rawValue)
        combine(rules.stemFixed)
        combine(rules.head.rawValue)
        combine(rules.firstDepthFixed)
        combine(rules.lastDepthFixed)
        combine(rules.resolutionMultiple)
    }
}
