// The identity of a study: what decides which trials there are. How they are measured and ranked does not.

import Basics
import Networks

/// How points are drawn from a space.
package enum Strategy: String, CaseIterable, Hashable, Sendable {
    /// Every combination of the axes' values, φ slowest, then α, β, γ; of stages the first is the slowest.
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
        // Spaces without stages keep the identity that they had before there were any.
        for (name, axes) in [("alpha", stageAlphas), ("beta", stageBetas)] where !axes.isEmpty {
            hash.combine("\(name) of stages")
            hash.combine(axes.count)
            for axis in axes { hash.combine(axis) }
        }
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
        if !stem.before.isEmpty || stem.poolsByConvolution {
            for channels in stem.before { combine(channels) }
            combine(stem.poolsByConvolution)
        }
        combine(architecture.stages.count)
        for stage in architecture.stages {
            combine(stage.block.rawValue)
            for size in [stage.repeats, stage.kernel, stage.stride] { combine(size) }
            // Whole expansions keep the identity that they had as integers.
            if let whole = Int(exactly: stage.expansion) { combine(whole) } else { combine(stage.expansion) }
            combine(stage.channels)
            combine(stage.gate)
            combine(stage.activation.rawValue)
            if stage.options != BlockOptions() { combine(stage.options) }
            if stage.continues { combine("continues") }
        }
        let head = architecture.head
        combine(head.channels ?? 0)
        combine(head.activation.rawValue)
        combine(head.gate)
        if let pooled = head.pooled {
            combine("pooled")
            combine(pooled.channels)
            combine(pooled.isNormalised)
            combine(pooled.activation.rawValue)
        }
        combine(head.dropout)
        combine(architecture.scaling.width)
        combine(architecture.scaling.depth)
        combine(architecture.scaling.resolution)
        for (key, factors) in architecture.scaling.stages?.named ?? [] {
            combine(key)
            for factor in factors { combine(factor) }
        }
        combine(architecture.rules)
        combine(architecture.channels)
        combine(architecture.classes)
        combine(architecture.padding.rawValue)
        combine(architecture.batchNormEpsilon)
        combine(architecture.dropPath)
        if let own = architecture.ownSizes { combine(own) }
    }

    fileprivate mutating func combine(_ own: OwnSizes) {
        let sizes = own.dimensions
        for size in sizes.repeats + sizes.widths.stem + [sizes.widths.head ?? 0, sizes.resolution] {
            combine(size)
        }
        for (repeats, row) in zip(sizes.repeats, sizes.widths.rows) {
            for block in (0..<repeats).map({ row[$0] }) {
                for size in [block.inner, block.output, block.squeezed, block.groups] { combine(size) }
            }
        }
    }

    fileprivate mutating func combine(_ options: BlockOptions) {
        for number in [options.groups, options.groupWidth, options.baseWidth, options.expandedChannels] {
            combine(number ?? -1)
        }
        combine(options.hasShortcut)
        combine(options.keepsExpansion)
        combine(options.outputActivation.rawValue)
        combine(options.startKernel)
        combine(options.poolsShortcut)
    }

    fileprivate mutating func combine(_ gate: Gate?) {
        if gate == .l2Scalar { return combine("l2-scalar") }
        combine(gate != nil)
        guard let gate = gate?.squeezeExcitation else { return }
        if gate.rounding != .down { combine(gate.rounding.rawValue) }
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
        combine(rules.stemFixedBelow == .infinity)
        if rules.stemFixedBelow > 0, rules.stemFixedBelow < .infinity { combine(rules.stemFixedBelow) }
        if rules.innerDivisor != 1 { combine(rules.innerDivisor) }
        combine(rules.head.rawValue)
        combine(rules.firstDepthFixed)
        combine(rules.lastDepthFixed)
        combine(rules.resolutionMultiple)
    }
}
