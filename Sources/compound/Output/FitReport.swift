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
        var parts = [
            document.sentence.wrapped(to: 100), heading, Self.optimum(fit).rendered, alternatives.rendered,
        ]
        if let macs = document.macsFit {
            parts.append(
                "the same runs for as many macs as \(fit.recommended?.network.label ?? "it") has, \(macs.budgetInWords):"
            )
            parts.append(Self.optimum(macs).rendered)
        }
        if !fit.candidates.isEmpty { parts.append(candidatesHeading + "\n\n" + candidates.rendered) }
        parts.append(notes.joined(separator: "\n"))
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var heading: String {
        let levels = fit.costLevels.map { level in
            let (low, high) = (level.ratios.lowerBound.digits(2), level.ratios.upperBound.digits(2))
            return "\(level.networks) at \(low == high ? low : "\(low)–\(high)")×"
        }
        let exponents = fit.cost.exponents
        return """
            \(document.name), study \(document.study): \(fit.runs) run\(fit.runs == 1 ? "" : "s") of \(fit.networks) networks \
            of \(document.baseline.name)
            cost levels: \(levels.joined(separator: ", ")); \(fit.lengths.count) training length\(fit.lengths.count == 1 ? "" : "s")
            R² \(fit.rSquared.digits(4)); seeds make \(Self.percent(fit.noise.seed)) of the error, and networks lie \
            \(Self.percent(fit.noise.network)) off the law
            \(fit.options.quantity == .macs ? "macs grow" : "latency grows") as depth^\(exponents.x.digits(2)) · width^\(exponents.y.digits(2)) · \
            resolution^\(exponents.z.digits(2)), give or take \(Self.percent(fit.cost.deviation))

            best for \(fit.budgetInWords) after \(document.length), with 95 % intervals:
            """
    }

    private static func optimum(_ fit: ScalingFit) -> TextTable {
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
        let trained = fit.candidates.count(where: \.network.isTrained)
        let others = fit.candidates.count - trained
        let count = fit.indistinguishable.count
        return "\(trained) trained network\(trained == 1 ? " lies" : "s lie") within "
            + "\((100 * fit.options.tolerance).digits(0)) % of the budget"
            + (others > 0 ? ", beside \(others) that \(others == 1 ? "was" : "were") not trained" : "")
            + "; \(count) of all cannot be told from the best:"
    }

    private var candidates: TextTable {
        var table = TextTable([
            "network", "depth", "width", "resolution", "× macs", "latency_ms", "error %", "× the best's",
            "from", "to",
            "regret %",
        ])
        let trained = fit.candidates.filter(\.network.isTrained)
        for rank in trained.prefix(15) {
            let (network, ratio) = (rank.network, rank.ratio)
            table.append([
                (rank == fit.recommended ? "→ " : "") + network.label, network.scale.depth.digits(3),
                network.scale.width.digits(3), network.scale.resolution.digits(3),
                network.macsRatio.digits(3),
                network.latency?.digits(2) ?? "", (100 * rank.error.value).digits(2), ratio.value.digits(3),
                ratio.low.digits(3), ratio.high.digits(3), (100 * rank.regret).digits(1),
            ])
        }
        return table
    }

    private var notes: [String] {
        var notes: [String] = []
        let hidden = fit.candidates.count(where: \.network.isTrained) - 15
        if hidden > 0 { notes.append("note: \(hidden) more trained networks; --format yaml lists all.") }
        if fit.optimum.bounds.contains(where: { $0 == .largest || $0 == .smallest }) {
            notes.append(
                "note: the best point lies on the border of what was sampled; the true one may lie beyond.")
        }
        if fit.flawless > 0 {
            notes.append(
                "note: \(fit.flawless) runs made no error and count as half of the smallest one.")
        }
        if fit.candidates.isEmpty {
            notes.append("note: no sampled network has the budget's cost; the best point is interpolated.")
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

extension String {
    /// The words in lines of at most so many characters.
    func wrapped(to width: Int) -> String {
        var lines: [String] = [""]
        for word in split(separator: " ") {
            let line = lines[lines.count - 1]
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = line.isEmpty ? String(word) : line + " " + word
            }
        }
        return lines.joined(separator: "\n")
    }
}
