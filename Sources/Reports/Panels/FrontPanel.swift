// What is gained by more time: accuracy against latency; where nothing was trained, latency against macs.

import CompoundSearch
import Figures
import Rendering

extension PanelKind {
    static let front = PanelKind("front", figures: ["front"]) { findings in
        guard findings.trials.count != 1 else {
            return .absent(
                "front", "What time buys", because: "There is one trial only, and nothing to compare it with."
            )
        }
        if findings.hasAccuracies, findings.hasLatencies { return accuracyAgainstLatency(findings) }
        if findings.hasAccuracies { return accuracyAgainstMacs(findings) }
        if findings.hasLatencies { return latencyAgainstMacs(findings) }
        return .absent(
            "front", "What time buys",
            because: findings.trials.isEmpty
                ? "There is no trial yet to plot."
                : "No trial has a latency or an accuracy yet; the search has not measured, or its space asks for neither."
        )
    }

    private static func accuracyAgainstLatency(_ findings: StudyFindings) -> Panel {
        panel(
            findings, title: "Accuracy against latency",
            x: Figures.Axis("latency", unit: "ms", scale: .log),
            y: Figures.Axis("accuracy", numbers: .percent),
            value: { trial in
                guard let latency = trial.latency, let accuracy = trial.accuracy else { return nil }
                return (latency, accuracy)
            }, better: { ($0.0, -$0.1) },
            reading: "Up and to the left is better; bars reach from the lowest to the highest seed.")
    }

    private static func accuracyAgainstMacs(_ findings: StudyFindings) -> Panel {
        panel(
            findings, title: "Accuracy against macs",
            x: Figures.Axis("macs", scale: .log, numbers: .short),
            y: Figures.Axis("accuracy", numbers: .percent),
            value: { trial in trial.accuracy.map { (Double(trial.macs), $0) } }, better: { ($0.0, -$0.1) },
            reading:
                "No latency was measured, so macs stand for it. Bars reach from the lowest to the highest seed."
        )
    }

    private static func latencyAgainstMacs(_ findings: StudyFindings) -> Panel {
        panel(
            findings, title: "Latency against macs",
            x: Figures.Axis("macs", scale: .log, numbers: .short),
            y: Figures.Axis("latency", unit: "ms", scale: .log),
            value: { trial in trial.latency.map { (Double(trial.macs), $0) } }, better: { ($0.1, $0.0) },
            reading: "Nothing was trained; lower is faster. Equal macs take unequal times.")
    }

    private static func panel(
        _ findings: StudyFindings, title: String, x: Figures.Axis, y: Figures.Axis,
        value: (TrialFinding) -> (Double, Double)?, better: ((Double, Double)) -> (Double, Double),
        reading: String
    ) -> Panel {
        let placed = findings.trials.compactMap { trial in value(trial).map { (trial: trial, place: $0) } }
        let eligible = placed.filter { !$0.trial.isRejected }
        let values = eligible.map { place in
            let (first, second) = better(place.place)
            return [first, second]
        }
        let front = ParetoFront.indices(of: values).map { eligible[$0] }.sorted { $0.place.0 < $1.place.0 }
        let isOnFront = Set(front.map(\.trial.id))
        let shown = Set(findings.plotted(placed.map(\.trial), keeping: isOnFront).map(\.id))
        func points(_ belongs: (TrialFinding) -> Bool, labelled: Bool = false) -> [Point] {
            placed.filter { shown.contains($0.trial.id) && belongs($0.trial) }.map { trial, place in
                Point(
                    place.0, place.1, vertical: findings.spread(of: trial, around: place.1),
                    identifier: trial.key,
                    hover: findings.hover(trial), label: labelled ? trial.name : nil)
            }
        }
        let chosen = findings.answer.trial
        let rejected = points(\.isRejected)
        var marks: [Mark] = []
        if front.count > 1, placed.contains(where: { $0.trial.accuracy != nil }) {
            marks.append(
                .line(
                    Line(
                        front.map { Position($0.place.0, $0.place.1) }, isStepped: true, weight: .thin,
                        role: .first, label: "front")))
        }
        marks += [
            .points(
                Points(
                    points { !$0.isRejected && $0.id != chosen && !isOnFront.contains($0.id) },
                    isFilled: false, role: .first)),
            .points(
                Points(
                    points { !$0.isRejected && $0.id != chosen && isOnFront.contains($0.id) }, role: .first)),
        ]
        if !rejected.isEmpty {
            marks.append(
                .points(Points(rejected, symbol: .cross, role: .muted, label: "rejected by the clock")))
        }
        marks.append(
            .points(
                Points(
                    points({ !$0.isRejected && $0.id == chosen }, labelled: true), symbol: .diamond,
                    role: .emphasis)))
        let bound =
            findings.hasAccuracies
            ? Rule(.vertical, at: findings.study.latencyBound ?? 0, label: "bound")
            : Rule(.horizontal, at: findings.study.latencyBound ?? 0, label: "bound")
        let untrained = findings.trials.count(where: \.isRejected) - rejected.count
        var panel = Panel(identifier: "front", title: title)
        panel.figures = [
            Figure(
                "front", title: title, summary: summary(front, count: placed.count, x: x, y: y), x: x, y: y,
                marks: marks,
                rules: findings.study.latencyBound == nil || x.unit != "ms" && y.unit != "ms" ? [] : [bound])
        ]
        panel.caption =
            [
                reading, "Filled: trials that no other beats in both.",
                rejected.isEmpty
                    ? nil : "Crosses were measured and found outside the time that the budget allows.",
                untrained > 0
                    ? "\(untrained.counted("trial was", "trials were")) found outside the time that the budget allows, and not trained."
                    : nil,
                findings.omission(shown.count, of: placed.count),
            ].sentences
        panel.table = table(front.map(\.trial), findings)
        return panel
    }

    private static func summary(
        _ front: [(trial: TrialFinding, place: (Double, Double))], count: Int, x: Figures.Axis,
        y: Figures.Axis
    ) -> String {
        guard let first = front.first, let last = front.last else {
            return "No trial has both a \(x.label) and a \(y.label)."
        }
        let trials = count.counted("trial")
        return first.trial.id == last.trial.id
            ? "Of \(trials), \(first.trial.hover) is beaten by none in both."
            : "Of \(trials), \(front.count) are beaten by none in both, from \(first.trial.hover) to \(last.trial.hover)."
    }

    private static func table(_ trials: [TrialFinding], _ findings: StudyFindings) -> PanelTable {
        var table = PanelTable([
            "trial on the front", "accuracy %", "lowest seed", "highest seed", "ms", "± ms", "macs",
            "parameters",
        ])
        for trial in trials {
            let seeds = findings.spread(of: trial, around: .nan)
            table.append(
                [
                    trial.name, trial.accuracy.map { (100 * $0).digits(2) } ?? "",
                    seeds.map { (100 * $0.lowerBound).digits(2) } ?? "",
                    seeds.map { (100 * $0.upperBound).digits(2) } ?? "", trial.latency?.milliseconds ?? "",
                    trial.latencyHalfWidth?.digits(3) ?? "", trial.macs.short, trial.parameters.short,
                ], trial: trial.id)
        }
        return table
    }
}

extension StudyFindings {
    /// The accuracies of a trial's seeds from the lowest to the highest, where there are several; of a latency its interval.
    fileprivate func spread(of trial: TrialFinding, around value: Double) -> ClosedRange<Double>? {
        if hasAccuracies {
            let seeds = seedAccuracies[trial.networkHash] ?? []
            guard let low = seeds.min(), let high = seeds.max(), low < high else { return nil }
            return low...high
        }
        guard let half = trial.latencyHalfWidth, half > 0, value > half else { return nil }
        return value - half...value + half
    }
}
