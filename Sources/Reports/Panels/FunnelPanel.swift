// From points drawn to networks trained to the end: what fell away, and why.

import Figures
import Rendering
import ResultStore

extension PanelKind {
    static let funnel = PanelKind("funnel", figures: ["funnel"]) { findings in
        let title = "From points to answer"
        guard let counts = findings.funnel else {
            return .absent(
                "funnel", title,
                because:
                    "The version that drew this study kept no counts; the same search once more with this one records them."
            )
        }
        let steps = passed(counts, findings)
        var panel = Panel(identifier: "funnel", title: title)
        panel.caption =
            "Many points round to one network. Costs are counted exactly, so what is outside the budget is never run."
        panel.figures = [
            Figure(
                "funnel", title: title,
                summary: steps.map { "\($0.count.grouped) \($0.name)" }.joined(separator: ", then ") + ".",
                x: Figures.Axis(
                    "count", scale: .log, domain: 0.8...6 * Double(max(2, steps[0].count)), numbers: .short),
                y: Figures.Axis("", scale: .categories(steps.map(\.name))),
                marks: [
                    .bars(
                        steps.enumerated().filter { $1.count > 0 }.map { row, step in
                            Bar(
                                row: row, to: Double(step.count),
                                role: .first,
                                label: step.count.grouped, hover: "\(step.count.grouped) \(step.name)")
                        })
                ])
        ]
        var table = PanelTable(["step", "count"])
        for step in steps { table.append([step.name, step.count.grouped]) }
        for loss in losses(counts) where loss.count > 0 {
            table.append([loss.name, "−" + loss.count.grouped])
        }
        panel.table = table
        return panel
    }

    private static func passed(
        _ counts: FunnelCounts, _ findings: StudyFindings
    ) -> [(name: String, count: Int)] {
        let trials = findings.trials
        var steps = [
            ("points", counts.points), ("networks", counts.networks),
            ("within the budget", counts.withinBudget),
            ("trials", trials.count),
        ]
        if findings.hasLatencies { steps.append(("timed", trials.count { $0.latency != nil })) }
        if trials.contains(where: \.isRejected) {
            steps.append(("in time", trials.count { $0.latency != nil && !$0.isRejected }))
        }
        if findings.hasAccuracies {
            let trained = trials.filter { $0.accuracy != nil }
            let longest = trained.compactMap(\.epochs).max()
            steps.append(("trained", trained.count))
            let finished = trained.count { $0.epochs == longest }
            if finished < trained.count { steps.append(("trained longest", finished)) }
        }
        return steps
    }

    private static func losses(_ counts: FunnelCounts) -> [(name: String, count: Int)] {
        [
            ("points of which no network can be built", counts.unbuildable),
            ("fewer macs than the budget", counts.belowMacs), ("more macs than the budget", counts.aboveMacs),
            ("more parameters than allowed", counts.aboveParameters),
            ("more activations than allowed", counts.aboveActivations),
            ("more memory than allowed", counts.abovePeakMemory),
            ("faster than the budget's latency", counts.belowLatency),
            ("slower than the budget's latency", counts.aboveLatency),
            ("cannot be trained as the space says", counts.untrainable),
        ]
    }
}
