// The factors of compound scaling, and how α, β, γ and φ multiply them.

import Foundation

/// Width and depth factors with the resolution in pixels: what tells the variants of one baseline apart.
package struct Scaling: Hashable, Sendable {
    /// Factor of every channel count.
    package var width: Double
    /// Factor of every stage's repeats.
    package var depth: Double
    /// Height and width of the input image in pixels, not yet rounded to the rule's multiple.
    package var resolution: Double
    /// Factors of single stages, by which those of the whole network are multiplied; nil where there are none.
    package var stages: StageFactors?

    /// Factors of width and depth beyond which a description is taken for a mistake.
    package static let factorRange = 0.000_001...10_000
    /// Pixels before rounding.
    package static let resolutionRange = 0.5...Double(Limits.resolution)

    /// Factors; by default those of an unscaled network at 224 pixels.
    package init(
        width: Double = 1, depth: Double = 1, resolution: Double = 224, stages: StageFactors? = nil
    ) {
        self.width = width
        self.depth = depth
        self.resolution = resolution
        self.stages = stages
    }
}

/// The coefficients of compound scaling (Tan & Le 2019, equation 3): depth α^φ, width β^φ, resolution γ^φ.
package struct Coefficients: Hashable, Sendable {
    /// Depth coefficient.
    package var alpha: Double
    /// Width coefficient.
    package var beta: Double
    /// Resolution coefficient.
    package var gamma: Double
    /// Compound coefficient, the exponent of the three.
    package var phi: Double
    /// α and β of single stages; where a stage has one, the network's own is their mean and scales nothing.
    package var stages: StageFactors?

    /// Values that α, β and γ may be given.
    package static let range = 0.001...1000
    /// Values that φ may be given.
    package static let phiRange = -100.0...100

    /// Coefficients at φ, 1 unless given.
    package init(
        alpha: Double, beta: Double, gamma: Double, phi: Double = 1, stages: StageFactors? = nil
    ) {
        self.alpha = alpha
        self.beta = beta
        self.gamma = gamma
        self.phi = phi
        self.stages = stages
    }

    /// One of the coefficients to the power of φ; at φ = 1 the coefficient itself, to the last bit.
    fileprivate func raised(_ coefficient: Double) -> Double {
        phi == 1 ? coefficient : pow(coefficient, phi)
    }

    /// α·β²·γ², the factor by which cost would grow per φ if nothing were rounded (equation 3 asks for about 2).
    package var product: Double { alpha * beta * beta * gamma * gamma }
}

extension Scaling {
    /// These factors multiplied by α^φ, β^φ and γ^φ, or stage by stage by α_i^φ and β_i^φ.
    package func multiplied(by coefficients: Coefficients) -> Scaling {
        var scaled = self
        scaled.resolution *= coefficients.raised(coefficients.gamma)
        guard let given = coefficients.stages else {
            scaled.width *= coefficients.raised(coefficients.beta)
            scaled.depth *= coefficients.raised(coefficients.alpha)
            return scaled
        }
        if given.widths.isEmpty { scaled.width *= coefficients.raised(coefficients.beta) }
        if given.depths.isEmpty { scaled.depth *= coefficients.raised(coefficients.alpha) }
        scaled.stages = StageFactors(
            depths: product(stages?.depths ?? [], given.depths.map(coefficients.raised)),
            widths: product(stages?.widths ?? [], given.widths.map(coefficients.raised)))
        return scaled
    }

    /// The factors of each stage multiplied, where an empty list is one of ones.
    private func product(_ own: [Double], _ further: [Double]) -> [Double] {
        if own.isEmpty { return further }
        return further.isEmpty ? own : zip(own, further).map { $0 * $1 }
    }
}

extension Architecture {
    /// This architecture with its own factors multiplied by the coefficients.
    package func scaled(by coefficients: Coefficients) -> Architecture {
        var scaled = self
        scaled.scaling = scaling.multiplied(by: coefficients)
        return scaled
    }
}
