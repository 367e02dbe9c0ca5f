// What a search found, for people and for programs.

import CompoundSearch
import Descriptions
import Rendering
import ResultStore
import Studies

/// The best trials of a study under the conditions of this run.
struct SearchSummary {
    private let best: ResultTable
    private let draw: CandidateDraw
    private let finished: Int
    /// How many of them the budget's latency ruled out.
    private let rejected: Int
    /// The answer, where enough was trained for one.
    private let answer: ScalingLawDocument?

    /// Reads the ranking from the store.
    init(_ study: Study) throws {
        draw = study.draw
        let evaluated = try study.store.evaluations(study: draw.study, conditions: study.conditions)
        finished = draw.trials.count { evaluated[$0.networkHash] != nil }
        rejected = draw.trials.count { trial in
            if case .rejected = evaluated[trial.networkHash] { true } else { false }
        }
        answer = try SearchSummary.answer(of: study)
        best = try study.store.ranking(
            study: draw.study, conditions: study.conditions, training: study.training,
            by: draw.space.objective, limit: 10)
    }

    /// The study's answer, or nil where it trains nothing or too little so far.
    private static func answer(of study: Study) throws -> ScalingLawDocument? {
        guard study.training != nil, study.draw.space.accuracy?.fitsLaw == true else { return nil }
        do {
            return try AnsweredTrial(study.draw.study, in: study.store)?.document
        } catch is FitSourceError {
            return nil
        }
    }

    /// Funnel, state, the answer and the best trials.
    var markup: Markup {
        .block([
            ("study", .text(draw.study)), ("points", .whole(draw.funnel.points)),
            ("networks", .whole(draw.funnel.networks)), ("within_budget", .whole(draw.funnel.withinBudget)),
            ("finished", .whole(finished)), ("rejected", .whole(rejected)),
            ("answer", answer.map { .text($0.sentence) } ?? .literal("null")), ("best", best.markup),
        ])
    }

    /// The best trials as a table.
    var text: String {
        let objective = draw.space.objective
        let order = objective.maximize ? "highest" : "lowest"
        let trials =
            "\(finished) trial\(finished == 1 ? "" : "s") finished"
            + (rejected > 0 ? ", \(rejected) rejected by the clock (compound query --columns id,reason)" : "")
        guard best.holds(objective.column) else {
            return rejected > 0 && rejected == finished
                ? "\(trials)."
                : "\(trials), none with \(objective.column); why is said above and in compound query."
        }
        var columns = TableColumns.trials
        if !columns.contains(objective.column) { columns.insert(objective.column, at: columns.count - 1) }
        return
            "\(trials); the \(answer == nil ? "best" : "trials") by \(order) \(objective.column):\n\n"
            + best.selecting(columns).withoutTheUsual.fitting(keeping: [objective.column]).text
            + (answer.map { "\n\n" + $0.sentence.wrapped(to: 100) } ?? "") + nextSteps
    }

    /// What to do with accuracies.
    private var nextSteps: String {
        guard let plan = draw.space.accuracy else { return "" }
        let law = plan.fitsLaw ? "  compound fit" : nil
        let cost = draw.space.measure.latency == .none ? "macs" : "latency_ms"
        let pareto = "  compound query --pareto accuracy,\(cost)"
        return "\n\nnext, with the same --store:\n"
            + [law, pareto, "  compound report", "  compound export --best"].compactMap(\.self)
            .joined(separator: "\n")
    }
}

extension ResultTable {
    /// Whether any row has a value in a column.
    fileprivate func holds(_ column: String) -> Bool {
        columns.firstIndex(of: column).map { index in rows.contains { $0[index] != .null } } ?? false
    }
}
