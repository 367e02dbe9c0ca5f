// All trials at once, each a line across its sizes, costs and results.

import Figures
import Rendering

extension PanelKind {
    static let parallel = PanelKind("parallel", figures: ["parallel"]) { findings in
        let title = "All trials, side by side"
        guard findings.trials.count > 1 else {
            return .absent("parallel", title, because: "There are fewer than two trials to compare.")
        }
        let columns = columns(findings)
        let shown = findings.lined(findings.trials)
        func row(_ trial: TrialFinding) -> [Double] { columns.map { $0.value(trial) ?? .nan } }
        let plot = ParallelAxes(columns.map(\.axis), rows: findings.trials.map(row))
        let chosen = findings.answer.trial
        func line(_ trial: TrialFinding) -> Mark {
            let isChosen = trial.id == chosen
            return .line(
                Line(
                    plot.positions(row(trial)), isDashed: trial.isRejected,
                    weight: isChosen ? .regular : .thin,
                    role: isChosen ? .emphasis : trial.isRejected ? .muted : .first,
                    label: isChosen ? trial.name : nil, identifier: trial.key, hover: findings.hover(trial)))
        }
        let ordered = shown.filter { $0.id != chosen } + shown.filter { $0.id == chosen }
        var panel = Panel(identifier: "parallel", title: title)
        panel.caption =
            [
                "A line is a trial.",
                findings.trials.contains(where: \.isRejected) ? "Dashed: rejected." : nil,
                findings.omission(shown.count, of: findings.trials.count),
                "The table of trials below has the figures.",
            ].sentences
        panel.figures = [
            plot.figure(
                "parallel", title: title,
                summary:
                    "\(findings.trials.count.counted("trial")) over \(columns.map(\.axis.heading).joined(separator: ", ")).",
                marks: ordered.map(line))
        ]
        var table = PanelTable(["", "lowest", "highest", findings.chosen?.name ?? "chosen"])
        for column in columns {
            let values = findings.trials.compactMap(column.value)
            table.append(
                [column.axis.heading]
                    + [values.min(), values.max(), findings.chosen.flatMap(column.value)].map {
                        $0.map(column.text) ?? ""
                    })
        }
        panel.table = table
        return panel
    }

    private struct Column {
        let axis: Figures.Axis
        let value: (TrialFinding) -> Double?
        let text: (Double) -> String
    }

    private static func columns(_ findings: StudyFindings) -> [Column] {
        func whole(_ value: Double) -> String { Int(value).short }
        var columns = [
            Column(axis: Figures.Axis("blocks"), value: { Double($0.blocks) }, text: whole),
            Column(axis: Figures.Axis("width β"), value: { $0.beta }, text: \.coefficient),
            Column(axis: Figures.Axis("pixels"), value: { Double($0.resolution) }, text: whole),
            Column(
                axis: Figures.Axis("parameters", numbers: .short), value: { Double($0.parameters) },
                text: whole),
            Column(axis: Figures.Axis("macs", numbers: .short), value: { Double($0.macs) }, text: whole),
        ]
        if findings.hasLatencies {
            columns.append(
                Column(axis: Figures.Axis("latency", unit: "ms"), value: \.latency, text: \.milliseconds))
        }
        if findings.hasAccuracies {
            columns.append(
                Column(
                    axis: Figures.Axis("accuracy", numbers: .percent), value: \.accuracy,
                    text: { $0.percent() }))
        }
        return columns
    }
}
