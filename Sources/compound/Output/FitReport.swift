// A fitted scaling law for a person: the best coefficients first, then how far to trust them.

import CompoundSearch
import Descriptions
import Networks
import Rendering

/// The figures of a fit as text.
struct FitReport {
    private let document: ScalingLawDocument
    private let fit: ScalingFit

    /// A report.
    init(_ document: ScalingLawDocument) {
        self.document = document
        fit = document.fit
    }

    /// The report.
    var text: String {
        var parts = [heading, optimum.rendered, alternatives.rendered]
        if !fit.candidates.isEmpty { parts.append(candidatesHeading + "\n\n" + candidates.rendered) }
        parts.append(notes.joined(separator: "\n"))
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var heading: String {
        let levels = fit.costLevels.map { level in
            let (low, high) = (level.macsRatios.lowerBound.digits(2), level.macsRatios.upperBound.digits(2))
            return "\(level.networks) at \(low == high ? low : "\(low)–\(high)")×"
        }
        let seeds = fit.seedDeviation.map { " (seeds alone: \(Self.percent($0)))" } ?? ""
        let exponents = fit.cost.exponents
        return """
            \(document.name), study \(document.study): \(fit.networks) networks of \(document.baseline.name)
            cost levels: \(levels.joined(separator: ", "))
            log(error) over log depth, width and resolution: R² \(fit.rSquared.digits(4)), networks lie \
            \(Self.percent(fit.deviation)) of their error off it\(seeds)
            macs grow as depth^\(exponents.x.digits(2)) · width^\(exponents.y.digits(2)) · \
            resolution^\(exponents.z.digits(2)), give or take \(Self.percent(fit.cost.deviation))

            best for \(fit.options.budget.coefficient)× the macs, with 95 % intervals:
            """
    }

    private var optimum: TextTable {
        var table = TextTable(["", "best", "from", "to", "share of log(cost)", "from", "to", ""])
        for axis in ScalingAxis.allCases {
            let estimate = fit.optimum.coefficients[axis.rawValue]
            let share = fit.optimum.shares[axis.rawValue]
            table.append([
                "\(axis.letter) \(axis)", estimate.value.digits(3), estimate.low.digits(3),
                estimate.high.digits(3), share.value.digits(2), share.low.digits(2), share.high.digits(2),
                fit.optimum.bounds[axis.rawValue]?.remark ?? "",
            ])
        }
        return table
    }

    private var alternatives: TextTable {
        var table = TextTable([
            "scaled at the same cost", "× baseline", "error %", "from", "to", "× the best's", "from", "to",
            "",
        ])
        func percent(_ estimate: Estimate) -> [String] {
            [estimate.value, estimate.low, estimate.high].map { (100 * $0).digits(2) }
        }
        table.append(["all three", ""] + percent(fit.optimum.error) + ["1.000", "", "", ""])
        for alternative in fit.alternatives {
            let ratio = alternative.ratio
            table.append(
                ["\(alternative.axis) only", alternative.factor.digits(2)] + percent(alternative.error)
                    + [ratio.value.digits(3), ratio.low.digits(3), ratio.high.digits(3)]
                    + [alternative.isSampled ? "" : "beyond what was sampled"])
        }
        return table
    }

    private var candidatesHeading: String {
        let count = fit.indistinguishable.count
        let all = fit.candidates.count
        return "\(all) sampled network\(all == 1 ? " lies" : "s lie") within "
            + "\((100 * fit.options.tolerance).coefficient) % of the budget; "
            + (count == 1
                ? "the first is better than all others:" : "the first \(count) cannot be told apart:")
    }

    private var candidates: TextTable {
        var table = TextTable([
            "network", "depth", "width", "resolution", "× macs", "error %", "predicted %", "× the best's",
            "from", "to",
        ])
        // What cannot be told from the best need not be the first rows, since some are known better than others.
        let doubtful = fit.candidates.filter(\.isIndistinguishable)
        let others = fit.candidates.filter { !$0.isIndistinguishable }
        for candidate in doubtful.prefix(15) + others.prefix(3) {
            let observation = candidate.observation
            table.append([
                observation.label, observation.scale.depth.digits(3), observation.scale.width.digits(3),
                observation.scale.resolution.digits(3), observation.macsRatio.digits(3),
                (100 * observation.error).digits(2), (100 * candidate.error).digits(2),
                candidate.ratio.value.digits(3), candidate.ratio.low.digits(3),
                candidate.ratio.high.digits(3),
            ])
        }
        return table
    }

    private var notes: [String] {
        var notes: [String] = []
        let hidden = fit.indistinguishable.count - 15
        if hidden > 0 {
            notes.append("note: \(hidden) more cannot be told from the best; --format yaml lists all.")
        }
        if fit.optimum.bounds.contains(where: { $0 == .largest || $0 == .smallest }) {
            notes.append(
                "note: the best point lies on the border of what was sampled; the true one may lie beyond.")
        }
        if fit.flawless > 0 {
            notes.append(
                "note: \(fit.flawless) networks made no error and count as half of the smallest one.")
        }
        if fit.candidates.isEmpty {
            notes.append("note: no sampled network has the budget's cost; the best point is interpolated.")
        }
        if let seeds = fit.seedDeviation, fit.deviation > 3 * seeds {
            notes.append(
                "note: networks lie farther off the law than their seeds explain; fit a smaller range of sizes."
            )
        }
        return notes
    }

    private static func percent(_ share: Double) -> String { (100 * share).digits(1) + " %" }
}

extension Optimum.Bound {
    /// What a reader should know.
    fileprivate var remark: String {
        switch self {
        case .unscaled: "not scaled"
        case .smallest: "the smallest sampled"
        case .largest: "the largest sampled"
        }
    }
}
