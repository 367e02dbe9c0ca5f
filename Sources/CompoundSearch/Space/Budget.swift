// What a candidate may cost. Everything here but latency is known exactly before anything is built.

import Networks

/// The limits of a search: realised macs around a target, upper bounds on the rest.
package struct Budget: Hashable, Sendable {
    /// The target, as a multiple of the baseline or absolute.
    package enum Target: Hashable, Sendable {
        /// Times the baseline's macs.
        case multiple(Double)
        /// Multiply–accumulates.
        case macs(Int)
    }

    /// The realised macs aimed at.
    package var macs: Target
    /// How far realised macs may lie from the target, as a share of it.
    package var tolerance: Double
    /// Most parameters, or nil.
    package var parameters: Int?
    /// Most activations, or nil.
    package var activations: Int?
    /// Most bytes of activations alive at once, or nil.
    package var peakActivationBytes: Int?
    /// Highest latency in milliseconds, checked after measuring, or nil.
    package var latencyMilliseconds: Double?

    /// A budget on macs alone.
    package init(macs: Target, tolerance: Double) {
        self.macs = macs
        self.tolerance = tolerance
    }

    /// The budget with its target settled for a baseline.
    package func resolved(for baseline: Cost) -> Bounds {
        let target =
            switch macs {
            case .multiple(let factor): factor * Double(baseline.macs.value)
            case .macs(let macs): Double(macs)
            }
        return Bounds(
            target: target, lowest: target * (1 - tolerance), highest: target * (1 + tolerance), budget: self)
    }
}

/// A budget in absolute numbers.
package struct Bounds: Hashable, Sendable {
    /// The macs aimed at.
    package let target: Double
    /// Fewest macs allowed.
    package let lowest: Double
    /// Most macs allowed.
    package let highest: Double
    /// Where the other bounds stand.
    package let budget: Budget

    /// Whether a cost meets every bound.
    package func admit(_ cost: Cost) -> Bool {
        let macs = Double(cost.macs.value)
        return macs >= lowest && macs <= highest
            && cost.parameters.value <= budget.parameters ?? .max
            && cost.activations.value <= budget.activations ?? .max
            && cost.peakActivationBytes.value <= budget.peakActivationBytes ?? .max
    }

    /// How far a cost lies from the budget: 0 within, else the worst relative excess.
    package func distance(of cost: Cost) -> Double {
        let macs = Double(cost.macs.value)
        func excess(_ value: Exact, _ bound: Int?) -> Double {
            bound.map { max(0, Double(value.value) / Double($0) - 1) } ?? 0
        }
        return max(
            max(0, (lowest - macs) / target), max(0, (macs - highest) / target),
            excess(cost.parameters, budget.parameters), excess(cost.activations, budget.activations),
            excess(cost.peakActivationBytes, budget.peakActivationBytes))
    }
}
