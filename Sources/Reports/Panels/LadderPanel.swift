// The ladder of B-variants: what each further φ costs, and what the law expects of it.

import CompoundSearch
import Figures
import Networks
import Rendering

extension PanelKind {
    static let ladder = PanelKind("ladder", figures: ["ladder"]) { findings in
        let title = "The ladder of variants"
        guard let law = findings.answer.law else {
            return .absent(
                "ladder", title,
                because: findings.hasAccuracies
                    ? "The ladder needs a scaling law, and these runs allow none yet."
                    : "The ladder needs accuracies: add 'accuracy:' to the space, and search again.")
        }
        var panel = Panel(identifier: "ladder", title: title)
        let sampled = law.ladder.filter(\.isWithin).count
        panel.caption =
            [
                "Each φ multiplies the baseline's macs by \(law.document.fit.macsRatio.coefficient). Accuracies are the law's, for a training "
                    + "of \(law.document.length), with 95 % intervals.",
                sampled < law.ladder.count
                    ? "Hollow: larger than anything that was trained, where the law is a guess whose interval may leave the plot."
                    : nil,
                "Times are known of networks that were measured.",
            ].sentences
        panel.figures = [figure(law, findings)]
        panel.table = table(law, findings)
        return panel
    }

    private static func figure(_ law: LawFindings, _ findings: StudyFindings) -> Figure {
        func point(_ variant: LawFindings.Variant) -> Point {
            Point(
                Double(variant.network.cost.macs.value), variant.error.accuracy.value,
                vertical: variant.error.accuracy.low...variant.error.accuracy.high,
                hover:
                    "φ = \(variant.phi.coefficient): \(variant.error.accuracy.value.percent()), \(variant.network.cost.macs.value.short) macs",
                label: "φ = \(variant.phi.coefficient)")
        }
        let trained = findings.plotted(findings.trials.filter { $0.accuracy != nil })
        let others = trained.filter { $0.id != law.trial }
        var marks: [Mark] = [
            .line(
                Line(
                    law.ladder.map { Position(Double($0.network.cost.macs.value), $0.error.accuracy.value) },
                    isDashed: true, weight: .thin, role: .first)),
            .points(
                Points(
                    others.map {
                        Point(
                            Double($0.macs), $0.accuracy ?? .nan, identifier: $0.key,
                            hover: findings.hover($0))
                    }, isFilled: false, role: .muted, label: "trained")),
            .points(Points(law.ladder.filter(\.isWithin).map(point), symbol: .square, role: .first)),
            .points(
                Points(
                    law.ladder.filter { !$0.isWithin }.map(point), symbol: .square, isFilled: false,
                    role: .first)),
        ]
        if let chosen = findings.chosen, let accuracy = chosen.accuracy {
            let point = Point(
                Double(chosen.macs), accuracy, identifier: chosen.key, hover: findings.hover(chosen),
                label: chosen.name
            )
            marks.append(.points(Points([point], symbol: .diamond, role: .emphasis)))
        }
        let first = law.ladder.first.map { $0.error.accuracy.value.percent(1) } ?? "unknown"
        let second = law.ladder.dropFirst().first.map { $0.error.accuracy.value.percent(1) } ?? "unknown"
        return Figure(
            "ladder", title: "Accuracy against macs, φ by φ",
            summary: "From the baseline, \(first), the law expects \(second) at φ = 1.",
            x: Axis("macs", scale: .log, numbers: .short),
            y: Axis("accuracy", domain: reach(law, trained), numbers: .percent), marks: marks)
    }

    /// The accuracies that the plot shows: all that was found, and no more of a guess's interval than its middle.
    private static func reach(_ law: LawFindings, _ trained: [TrialFinding]) -> ClosedRange<Double> {
        let known = law.ladder.filter(\.isWithin).flatMap { [$0.error.accuracy.low, $0.error.accuracy.high] }
        let values = known + law.ladder.map { $0.error.accuracy.value } + trained.compactMap(\.accuracy)
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let margin = 0.1 * max(1e-3, high - low)
        return max(0, low - margin)...min(1, high + margin)
    }

    private static func table(_ law: LawFindings, _ findings: StudyFindings) -> PanelTable {
        var table = PanelTable([
            "φ", "macs", "× baseline", "parameters", "blocks", "pixels", "accuracy %", "from", "to", "ms",
            "trial",
        ])
        for variant in law.ladder {
            let network = variant.network
            let trial = findings.trial(ofNetwork: network.contentHash)
            let accuracy = variant.error.accuracy.mapped { 100 * $0 }
            table.append(
                [
                    variant.phi.coefficient, network.cost.macs.value.short,
                    (Double(network.cost.macs.value) / Double(law.ladder[0].network.cost.macs.value)).digits(
                        3),
                    network.cost.parameters.value.short, "\(network.dimensions.blocks)",
                    "\(network.dimensions.resolution)", accuracy.value.digits(2), accuracy.low.digits(2),
                    accuracy.high.digits(2),
                    trial?.latency?.milliseconds ?? "", trial?.name ?? "",
                ], trial: trial?.id)
        }
        return table
    }
}
