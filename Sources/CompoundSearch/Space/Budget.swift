// What a candidate may cost. Everything here but latency is known exactly before anything is built.

import Foundation
import Networks

/// The limits of a search: realised macs around one or several targets, upper bounds on the rest.
package struct Budget: Hashable, Sendable {
    /// The target, as a multiple of the baseline or absolute.
    package enum Target: Hashable, Sendable {
        /// Times the baseline's macs.
        case multiple(Double)
        /// Multiply–accumulates.
        case macs(Int)
    }

    /// The realised macs aimed at; each target is a cost level of its own, the cheapest first. None where latency alone is.
    package var levels: [Target]
    /// The latency aimed at, or nil.
    package var latency: LatencyTarget?
    /// How far realised macs, and latency, may lie from a target, as a share of it.
    package var tolerance: Double
    /// Most parameters, or nil.
    package var parameters: Int?
    /// Most activations, or nil.
    package var activations: Int?
    /// Most bytes of activations alive at once, or nil.
    package var peakActivationBytes: Int?
    /// Highest latency in milliseconds, checked after measuring, or nil.
    package var latencyMilliseconds: Double?

    /// Multiples of the baseline's macs that can be aimed at.
    package static let multipleRange = 0.001...1_000_000
    /// Macs that can be aimed at, absolute or as a multiple.
    package static let macsRange = 1_000...1_000_000_000_000_000_000
    /// Bounds on parameters, activations and bytes.
    package static let countRange = 1...1_000_000_000_000_000_000
    /// Shares by which macs may lie beside a target; below 1.
    package static let toleranceRange = 0.0..<1
    /// Milliseconds that can bound a latency: up to a day.
    package static let latencyRange = 0.0001...86_400_000

    /// A budget on macs alone, of one level.
    package init(macs: Target, tolerance: Double) {
        self.init(levels: [macs], tolerance: tolerance)
    }

    /// A budget on macs, or on latency, or on both.
    package init(levels: [Target], latency: LatencyTarget? = nil, tolerance: Double) {
        self.levels = levels
        self.latency = latency
        self.tolerance = tolerance
    }

    /// The budget with its targets settled for a baseline.
    package func resolved(for baseline: Cost) -> Bounds {
        Bounds(
            levels: levels.map { level in
                let target = level.macs(of: baseline)
                return Bounds.Level(
                    target: target, lowest: target * (1 - tolerance), highest: target * (1 + tolerance))
            }, budget: self)
    }

    /// The budget with two further levels between the baseline's cost and the only one there is, at the third
    /// and two thirds of the way in logarithms; nil where three levels would overlap.
    ///
    ///     Budget(macs: .multiple(2), tolerance: 0.05).spread(over: cost)?.levels  // ×1.2599, ×1.5874, ×2
    ///
    /// Networks of a single cost cannot tell what cost itself does to accuracy.
    package func spread(over baseline: Cost) -> Budget? {
        guard levels.count == 1 else { return nil }
        let macs = Double(baseline.macs.value)
        let factor = levels[0].macs(of: baseline) / macs
        let step = abs(log(factor)) / 3
        guard step > log((1 + tolerance) / (1 - tolerance)) else { return nil }
        // Few digits, so that every machine's libm gives the same levels.
        let between = [1.0 / 3, 2.0 / 3].map { (pow(factor, $0) * 1e4).rounded() / 1e4 }
        var spread = self
        spread.levels += between.map { share in
            switch levels[0] {
            case .multiple: .multiple(share)
            case .macs: .macs(Int((share * macs).rounded()))
            }
        }
        spread.levels.sort { $0.macs(of: baseline) < $1.macs(of: baseline) }
        return spread
    }
}

extension Budget.Target {
    /// The multiply–accumulates that are aimed at, for a baseline.
    package func macs(of baseline: Cost) -> Double {
        switch self {
        case .multiple(let factor): factor * Double(baseline.macs.value)
        case .macs(let macs): Double(macs)
        }
    }
}

/// A budget in absolute numbers.
package struct Bounds: Hashable, Sendable {
    /// The macs of one cost level.
    package struct Level: Hashable, Sendable {
        /// The macs aimed at.
        package let target: Double
        /// Fewest macs allowed.
        package let lowest: Double
        /// Most macs allowed.
        package let highest: Double
    }

    /// The cost levels, the cheapest first; none where any number of macs will do.
    package let levels: [Level]
    /// Where the other bounds stand.
    package let budget: Budget

    /// Fewest macs allowed at any level.
    package var lowest: Double { levels.map(\.lowest).min() ?? 0 }
    /// Most macs allowed at any level.
    package var highest: Double { levels.map(\.highest).max() ?? .infinity }

    /// The cost level of a cost that meets every bound, counted from 0, or nil.
    ///
    /// Where levels overlap, a cost belongs to the one whose target is nearest. Without levels, all belong to one.
    package func level(of cost: Cost) -> Int? {
        guard cost.parameters.value <= budget.parameters ?? .max,
            cost.activations.value <= budget.activations ?? .max,
            cost.peakActivationBytes.value <= budget.peakActivationBytes ?? .max
        else { return nil }
        if levels.isEmpty { return 0 }
        let macs = Double(cost.macs.value)
        return levels.indices
            .filter { macs >= levels[$0].lowest && macs <= levels[$0].highest }
            .min { abs(macs / levels[$0].target - 1) < abs(macs / levels[$1].target - 1) }
    }

    /// A bound that a network misses.
    package enum Exclusion: String, CaseIterable, Hashable, Sendable {
        /// Fewer macs than the level that is nearest above, or the lowest one.
        case belowMacs
        /// More macs than the highest level allows.
        case aboveMacs
        /// More parameters.
        case parameters
        /// More activations.
        case activations
        /// More bytes of activations at once.
        case peakMemory
        /// A shorter latency, by the times of the blocks, than the budget's.
        case belowLatency
        /// A longer one.
        case aboveLatency
    }

    /// The first bound that a cost misses, or nil where it meets all that are known without a clock.
    package func exclusion(of cost: Cost) -> Exclusion? {
        let macs = Double(cost.macs.value)
        if !levels.isEmpty, !levels.contains(where: { macs >= $0.lowest && macs <= $0.highest }) {
            return macs > highest ? .aboveMacs : .belowMacs
        }
        if cost.parameters.value > budget.parameters ?? .max { return .parameters }
        if cost.activations.value > budget.activations ?? .max { return .activations }
        return cost.peakActivationBytes.value > budget.peakActivationBytes ?? .max ? .peakMemory : nil
    }

    /// Whether a cost meets every bound.
    package func admit(_ cost: Cost) -> Bool { level(of: cost) != nil }

    /// How far a cost lies from the budget: 0 within, else the worst relative excess.
    package func distance(of cost: Cost) -> Double {
        let macs = Double(cost.macs.value)
        func excess(_ value: Exact, _ bound: Int?) -> Double {
            bound.map { max(0, Double(value.value) / Double($0) - 1) } ?? 0
        }
        let beside = levels.map { level in
            max(0, (level.lowest - macs) / level.target, (macs - level.highest) / level.target)
        }
        return max(
            beside.min() ?? 0, excess(cost.parameters, budget.parameters),
            excess(cost.activations, budget.activations),
            excess(cost.peakActivationBytes, budget.peakActivationBytes))
    }
}
