// Where a reader of the EfficientNet paper would stumble, said in one line each.

import CompoundSearch
import Networks
import Rendering

/// Notes on what rounding does to coefficients.
enum ScalingNotes {
    /// The published optimum for EfficientNet-B0 (Tan & Le 2019, section 4).
    static let published = Coefficients(alpha: 1.2, beta: 1.1, gamma: 1.15)

    /// What φ = 1 realises against the theory, and what the published coefficients do not give.
    static func lines(_ coefficients: Coefficients, baseline: Network) -> [String] {
        guard let network = try? Network(baseline.architecture.scaled(by: coefficients)) else { return [] }
        let realised = network.cost.ratio(to: baseline.cost)
        var lines = [
            "note: α·β²·γ² is \(coefficients.product.digits(3)), but φ = 1 realises ×\(realised.digits(3)) "
                + "of the macs, since sizes are rounded."
        ]
        if coefficients == published, isB0(baseline) {
            lines.append(
                "note: the series of (1.2, 1.1, 1.15) is not B1…B7; those have factors of their own.")
        }
        return lines
    }

    /// For a search around B0: whether its budget leaves out the published coefficients.
    static func lines(for space: SearchSpace, bounds: Bounds, baseline: Network) -> [String] {
        guard isB0(baseline), let network = try? Network(baseline.architecture.scaled(by: published)),
            !bounds.admit(network.cost)
        else { return [] }
        return [
            "note: the published (1.2, 1.1, 1.15) realises ×\(network.cost.ratio(to: baseline.cost).digits(3)) "
                + "of B0, outside this budget; its φ series is not B1…B7."
        ]
    }

    /// Where a stage table is a published network's and widths round by another floor: that published variants differ.
    static func rounding(of architecture: Architecture) -> [String] {
        let floor = architecture.rules.widthFloor
        guard
            let published = PublishedNetworks.all.first(where: {
                $0.stages == architecture.stages && $0.stem.channels == architecture.stem.channels
            }),
            !PublishedNetworks.all.contains(where: {
                $0.stages == architecture.stages && $0.rules.widthFloor == floor
            })
        else { return [] }
        return [
            "note: these are the blocks of \(published.name), whose widths round with 'width_floor: "
                + "\(published.rules.widthFloor.coefficient)', not \(floor.coefficient); scaled, it is another network."
        ]
    }

    private static func isB0(_ network: Network) -> Bool {
        guard let b0 = try? Network(PublishedNetworks.architecture(named: "efficientnet-b0")) else {
            return false
        }
        return network.contentHash == b0.contentHash
    }
}
