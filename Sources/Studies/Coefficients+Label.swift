// How a point is called in a line: on the terminal while a search runs, and in what a worker says of itself.

import Networks
import Rendering

extension Coefficients {
    /// α, β, γ in a few letters, φ only where it is not 1.
    package var label: String {
        func text(_ whole: Double, _ stages: [Double]?) -> String {
            guard let stages, !stages.isEmpty else { return whole.coefficient }
            return "(" + stages.map(\.coefficient).joined(separator: " ") + ")"
        }
        return "α \(text(alpha, stages?.depths)) β \(text(beta, stages?.widths)) γ \(gamma.coefficient)"
            + (phi == 1 ? "" : " φ \(phi.coefficient)")
    }
}
