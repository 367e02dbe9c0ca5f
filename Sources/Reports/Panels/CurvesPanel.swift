// How accuracy grew with training, and who was trained on.

import Figures
import Rendering

extension PanelKind {
    static let curves = PanelKind("curves", figures: ["curves"]) { findings in
        let title = "Learning curves"
        let complete = findings.rungs.filter { $0.accuracy != nil }
        guard !complete.isEmpty else {
            return .absent(
                "curves", title,
                because: findings.hasAccuracies
                    ? "No training was recorded for this study itself: its accuracies are known from other studies of the store."
                    : "Nothing was trained: a space with 'accuracy:' trains its candidates.")
        }
        let runs = Run.all(complete, findings)
        let chosen = findings.chosen?.networkHash
        let shown = Set(findings.lined(findings.trials).map(\.networkHash))
        let drawn = runs.filter { shown.contains($0.hash) }
        let promoted = runs.count { $0.ends.count > 1 }
        let hasTraining = runs.contains { !$0.fitted.isEmpty }
        var marks: [Mark] = []
        if hasTraining {
            marks += drawn.filter { $0.hash != chosen }.map { run in
                .line(Line(run.fitted, weight: .thin, role: .muted, identifier: run.key, hover: run.hover))
            }
        }
        marks += drawn.filter { $0.hash != chosen && $0.judged.count > 1 }.map { run in
            .line(Line(run.judged, weight: .thin, role: .first, identifier: run.key, hover: run.hover))
        }
        marks.append(
            .points(
                Points(
                    drawn.filter { $0.hash != chosen }.flatMap(\.points), isFilled: false, role: .first,
                    label: hasTraining ? "validation images" : nil)))
        let ownRuns = runs.filter { $0.hash == chosen }
        for (index, run) in ownRuns.enumerated() {
            let line = run.judged.count > 1 ? run.judged : run.fitted
            marks.append(
                .line(
                    Line(
                        line, role: .emphasis, label: index == 0 ? findings.chosen?.name : nil,
                        identifier: run.key, hover: run.hover)))
        }
        marks.append(
            .points(Points(ownRuns.flatMap(\.points), symbol: .diamond, role: .emphasis)))
        var panel = Panel(identifier: "curves", title: title)
        panel.caption =
            [
                hasTraining
                    ? "Lines are accuracies on the training images as they were augmented, epoch by epoch; points those on the validation "
                        + "images, where a network was judged."
                    : "Points are accuracies on the validation images, where a network was judged.",
                promoted > 0
                    ? "\(promoted.counted("run was", "runs were")) promoted to a longer training." : nil,
                findings.omission(shown.count, of: findings.trials.count),
            ].sentences
        let best = complete.compactMap(\.accuracy).max() ?? 0
        panel.figures = [
            Figure(
                "curves", title: title,
                summary:
                    "\(runs.count.counted("run")) of training reached up to \(best.percent()) on the validation images.",
                x: Figures.Axis("epochs"), y: Figures.Axis("accuracy", numbers: .percent), marks: marks)
        ]
        panel.table = table(complete, findings)
        return panel
    }

    /// The rungs of one network from one seed, one after the other.
    private struct Run {
        let hash: String
        let key: String?
        let hover: String?
        /// Where it was judged.
        let ends: [Position]
        /// Accuracies on the validation images, epoch by epoch or where it was judged.
        let judged: [Position]
        /// Accuracies on the training images, epoch by epoch.
        let fitted: [Position]

        var points: [Point] { ends.map { Point($0.x, $0.y, identifier: key, hover: hover) } }

        static func all(_ rungs: [RungFinding], _ findings: StudyFindings) -> [Run] {
            let trials = Dictionary(findings.trials.map { ($0.networkHash, $0) }) { first, _ in first }
            let groups = Dictionary(grouping: rungs) { "\($0.networkHash) \($0.seed)" }
            return groups.values.map { $0.sorted { ($0.epochs, $0.id) < ($1.epochs, $1.id) } }
                .sorted { $0[0].id < $1[0].id }
                .map { rungs in
                    let trial = trials[rungs[0].networkHash]
                    let ends = rungs.map { Position(Double($0.epochs), $0.accuracy ?? .nan) }
                    let epochs = rungs.flatMap(\.validation).map { Position(Double($0.epoch), $0.accuracy) }
                    let last = ends[ends.count - 1]
                    return Run(
                        hash: rungs[0].networkHash, key: trial?.key,
                        hover: !findings.tellsTrials
                            ? nil
                            : "\(trial?.name ?? "a trial"), seed \(rungs[0].seed): \(last.y.percent()) after \(Int(last.x).counted("epoch"))",
                        ends: ends, judged: epochs.isEmpty ? ends : epochs,
                        fitted: rungs.flatMap(\.fitted).map { Position(Double($0.epoch), $0.accuracy) })
                }
        }
    }

    private static func table(_ rungs: [RungFinding], _ findings: StudyFindings) -> PanelTable {
        var table = PanelTable(["trial", "seed", "from epoch", "to epoch", "accuracy %", "seconds"])
        let most = findings.mostPoints ?? .max
        for rung in rungs.prefix(most) {
            let trial = findings.trial(ofNetwork: rung.networkHash)
            table.append(
                [
                    trial?.name ?? "", "\(rung.seed)", "\(rung.start)", "\(rung.epochs)",
                    rung.accuracy.map { (100 * $0).digits(2) } ?? "", rung.seconds.digits(1),
                ], trial: trial?.id)
        }
        return table
    }
}
