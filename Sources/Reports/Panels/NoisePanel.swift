// What a figure is worth: how far seeds scatter, beside how far networks lie apart.

import CompoundSearch
import Figures
import Foundation
import Rendering

extension PanelKind {
    static let noise = PanelKind("noise", figures: ["noise"]) { findings in
        let title = "Noise: seeds against networks"
        let repeated = findings.trials.filter { (findings.seedAccuracies[$0.networkHash] ?? []).count > 1 }
        let levels = findings.answer.law?.document.fit.noise
        guard !repeated.isEmpty || levels != nil else {
            return .absent(
                "noise", title,
                because: findings.hasAccuracies
                    ? "No network was trained from more than one seed, so noise cannot be told from networks."
                    : "Nothing was trained, so there is no noise of training to show.")
        }
        var panel = Panel(identifier: "noise", title: title)
        panel.caption =
            [
                levels.map {
                    "By the law, another seed changes the error by \($0.seed.percent(1)) of it (one standard deviation), and networks lie "
                        + "\($0.network.percent(1)) off the law for good."
                },
                repeated.isEmpty
                    ? "No network was trained from more than one seed."
                    : "A row is a network, a ring one of its seeds, the bar their mean.",
            ].sentences
        if !repeated.isEmpty { panel.figures = [figure(repeated, findings)] }
        panel.table = table(repeated, findings, levels)
        return panel
    }

    /// Networks beyond which only the most accurate are drawn.
    private static let mostNetworks = 24

    private static func figure(_ repeated: [TrialFinding], _ findings: StudyFindings) -> Figure {
        let rows = repeated.sorted { ($0.accuracy ?? 0, $1.id) > ($1.accuracy ?? 0, $0.id) }.prefix(
            mostNetworks)
        let chosen = findings.answer.trial
        func points(_ belongs: (TrialFinding) -> Bool) -> [Point] {
            rows.enumerated().filter { belongs($0.element) }.flatMap { row, trial in
                (findings.seedAccuracies[trial.networkHash] ?? []).map {
                    Point($0, Double(row), identifier: trial.key, hover: "\(trial.name): \($0.percent())")
                }
            }
        }
        let means = rows.enumerated().map { row, trial in
            let seeds = findings.seedAccuracies[trial.networkHash] ?? []
            return Mark.line(
                Line(
                    [
                        Position(seeds.reduce(0, +) / Double(seeds.count), Double(row) - 0.3),
                        Position(seeds.reduce(0, +) / Double(seeds.count), Double(row) + 0.3),
                    ], weight: .regular, role: trial.id == chosen ? .emphasis : .first))
        }
        let deviation = sqrt(
            rows.compactMap(\.deviation).map { $0 * $0 }.reduce(0, +) / Double(max(1, rows.count)))
        return Figure(
            "noise", title: "Accuracy of each seed",
            summary:
                "Seeds of one network lie \(deviation.percent()) apart in accuracy (one standard deviation); \(rows.count.counted("network")) had several.",
            x: Figures.Axis("accuracy", numbers: .percent),
            y: Figures.Axis("", scale: .categories(rows.map(\.name))),
            marks: means + [
                .points(Points(points { $0.id != chosen }, isFilled: false, role: .first)),
                .points(
                    Points(points { $0.id == chosen }, symbol: .diamond, isFilled: false, role: .emphasis)),
            ])
    }

    private static func table(
        _ repeated: [TrialFinding], _ findings: StudyFindings, _ levels: NoiseLevels?
    ) -> PanelTable {
        guard !repeated.isEmpty else {
            var table = PanelTable(["what differs", "standard deviation, % of the error"])
            if let levels {
                table.append(["seeds", (100 * levels.seed).digits(2)])
                table.append(["networks", (100 * levels.network).digits(2)])
            }
            return table
        }
        var table = PanelTable(["trial", "seeds", "mean %", "standard deviation %", "each %"])
        for trial in repeated.prefix(findings.mostPoints ?? .max) {
            let seeds = findings.seedAccuracies[trial.networkHash] ?? []
            table.append(
                [
                    trial.name, "\(seeds.count)", (100 * seeds.reduce(0, +) / Double(seeds.count)).digits(2),
                    trial.deviation.map { (100 * $0).digits(2) } ?? "",
                    seeds.map { (100 * $0).digits(2) }.joined(separator: ", "),
                ], trial: trial.id)
        }
        return table
    }
}
