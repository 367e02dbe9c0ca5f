// How certain the answer became as the search went on.

import CompoundSearch
import Figures
import Networks
import Rendering

extension PanelKind {
    static let certainty = PanelKind("certainty", figures: ["coefficients", "shares", "regret"]) { findings in
        let title = "How certain it became"
        guard let law = findings.answer.law else {
            return .absent(
                "certainty", title,
                because:
                    "Intervals need a scaling law, which \(findings.hasAccuracies ? "these runs do not allow yet" : "nothing was trained for")."
            )
        }
        guard law.history.count > 1 else {
            return .absent(
                "certainty", title,
                because: "There are too few runs to show how intervals narrowed; more runs will.")
        }
        let fit = law.document.fit
        var panel = Panel(identifier: "certainty", title: title)
        panel.caption =
            "The same fit, of the first runs, of ever more of them, and of all \(fit.runs.grouped); strokes are 95 % intervals. "
            + "Regret is how much lower the error of another network of the budget may be, as a share of the recommended one's."
        panel.figures = [
            estimates(
                "coefficients", "Coefficients, run by run", law.history, axis: Figures.Axis("coefficient"),
                isTold: findings.tellsTrials
            ) {
                $0.optimum.coefficients
            },
            estimates(
                "shares", "Shares of the budget, run by run", law.history,
                axis: Figures.Axis("share of log(cost)", domain: -0.03...1.03, numbers: .percent),
                isTold: findings.tellsTrials
            ) { $0.optimum.shares },
            regret(law.history, goal: fit.options.regret),
        ]
        panel.table = table(law.history)
        return panel
    }

    private static func estimates(
        _ identifier: String, _ title: String, _ history: [ScalingFit], axis: Figures.Axis,
        isTold: Bool, of figures: (ScalingFit) -> [Estimate]
    ) -> Figure {
        let looks: [(role: ColourRole, symbol: Symbol)] = [
            (.first, .circle), (.second, .square), (.third, .triangle),
        ]
        let gap = zip(history.dropFirst(), history).map { Double($0.runs - $1.runs) }.min() ?? 1
        let marks = ScalingAxis.allCases.flatMap { axis -> [Mark] in
            // Beside each other, so that intervals can be told apart.
            let offset = 0.2 * gap * Double(axis.rawValue - 1)
            let look = looks[axis.rawValue]
            let steps = history.map {
                (x: Double($0.runs) + offset, runs: $0.runs, estimate: figures($0)[axis.rawValue])
            }
            return [
                .line(
                    Line(
                        steps.map { Position($0.x, $0.estimate.value) }, role: look.role,
                        label: "\(axis.letter) \(axis)")),
                .points(
                    Points(
                        steps.map { step in
                            Point(
                                step.x, step.estimate.value,
                                vertical: step.estimate.low...max(step.estimate.low, step.estimate.high),
                                hover: !isTold
                                    ? nil
                                    : "\(axis.letter) after \(step.runs) runs: \(step.estimate.value.digits(2)) "
                                        + "(\(step.estimate.low.digits(2))–\(step.estimate.high.digits(2)))")
                        }, symbol: look.symbol, role: look.role)),
            ]
        }
        let widths = ScalingAxis.allCases.map { axis in
            let (first, last) = (
                figures(history[0])[axis.rawValue], figures(history[history.count - 1])[axis.rawValue]
            )
            return "\(axis) from \(first.width.digits(2)) to \(last.width.digits(2))"
        }
        return Figure(
            identifier, title: title,
            summary:
                "From \(history[0].runs) to \(history[history.count - 1].runs) runs the intervals' widths went: \(widths.joined(separator: ", ")).",
            x: Figures.Axis("runs"), y: axis, marks: marks, aspect: 0.4)
    }

    private static func regret(_ history: [ScalingFit], goal: Double) -> Figure {
        let steps = history.compactMap { fit in fit.toldRegret.map { (Double(fit.runs), $0) } }
        let last = steps.last.map { $0.1.percent(1) } ?? "unknown"
        return Figure(
            "regret", title: "Regret, run by run",
            summary:
                "After \(history[history.count - 1].runs) runs the regret is at most \(last) of the error.",
            x: Figures.Axis("runs"),
            y: Figures.Axis(
                "regret", domain: 0...max(1e-3, 1.05 * (steps.map(\.1).max() ?? 1)), numbers: .percent),
            marks: [
                .line(Line(steps.map { Position($0, $1) }, isStepped: false, role: .emphasis)),
                .points(
                    Points(
                        steps.map { Point($0, $1, hover: "\(Int($0)) runs: at most \($1.percent(1))") },
                        role: .emphasis)),
            ], rules: [Rule(.horizontal, at: goal, label: "aimed at")], aspect: 0.3)
    }

    private static func table(_ history: [ScalingFit]) -> PanelTable {
        var table = PanelTable([
            "runs", "networks", "α", "β", "γ", "depth %", "width %", "resolution %", "regret %",
        ])
        func interval(_ estimate: Estimate, _ digits: Int, times factor: Double = 1) -> String {
            let values = [estimate.value, estimate.low, estimate.high].map { (factor * $0).digits(digits) }
            return "\(values[0]) (\(values[1])–\(values[2]))"
        }
        for fit in history {
            table.append(
                ["\(fit.runs)", "\(fit.networks)"] + fit.optimum.coefficients.map { interval($0, 2) }
                    + fit.optimum.shares.map { interval($0, 0, times: 100) }
                    + [fit.toldRegret.map { (100 * $0).digits(1) } ?? ""])
        }
        return table
    }
}

extension ScalingFit {
    /// The regret of the recommended network; nil where the budget has none beside it that was trained, of which it could be said.
    fileprivate var toldRegret: Double? {
        candidates.count > 1 ? recommended?.regret : nil
    }
}
