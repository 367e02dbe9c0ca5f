// What of a fit is needed to scale a network: the coefficients, and what they were found for.

import Foundation
import Networks

/// α, β and γ of a scaling law with the baseline and the budget they belong to.
package struct FittedScaling: Hashable, Sendable {
    /// The network whose variants were trained.
    package var baseline: Architecture
    /// Macs over the baseline's at φ = 1.
    package var budget: Double
    /// Realised depth, width and resolution over the baseline's at φ = 1.
    package var scale: RealisedScale

    /// Fitted coefficients.
    package init(baseline: Architecture, budget: Double, scale: RealisedScale) {
        self.baseline = baseline
        self.budget = budget
        self.scale = scale
    }

    /// α, β and γ at a compound coefficient.
    package func coefficients(phi: Double) -> Coefficients {
        Coefficients(alpha: scale.depth, beta: scale.width, gamma: scale.resolution, phi: phi)
    }

    /// The B-variant of a network at φ: realised depth α^φ, width β^φ, resolution γ^φ and cost budget^φ, as
    /// nearly as rounding allows.
    ///
    /// The law speaks of realised sizes, so these are aimed at; asking for a depth of α^φ would overshoot
    /// wherever repeats round up.
    package func variant(of network: Network, phi: Double) throws(NetworkError) -> Network {
        try network.variant(
            scale: RealisedScale(logarithms: scale.logarithms * phi), macsRatio: pow(budget, phi))
    }
}
