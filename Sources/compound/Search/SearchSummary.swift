// What a search found, for people and for programs.

import CompoundSearch
import Descriptions
import ResultStore

/// The best trials of a study under the conditions of this run.
struct SearchSummary {
    private let best: ResultTable
    private let draw: CandidateDraw
    private let finished: Int

    /// Reads the ranking from the store.
    init(store: TrialStore, draw: CandidateDraw, conditions: Conditions) throws {
        self.draw = draw
        finished = try store.finished(study: draw.study, conditions: conditions).count
        let objective = draw.space.objective
        var filter = "state = 'complete' AND study = '\(draw.study)' AND \(conditions.filter)"
        if let plan = draw.space.accuracy {
            // Until something was trained, no row belongs to a training.
            filter += try store.training(plan).map { " AND (training = \($0) OR training IS NULL)" } ?? ""
        }
        best = try store.query(
            Query(
                filter: filter,
                sort: [ColumnOrder(column: objective.column, descending: objective.maximize)], limit: 10))
    }

    /// Funnel, state and the best trials.
    var markup: Markup {
        .block([
            ("study", .text(draw.study)), ("points", .whole(draw.funnel.points)),
            ("networks", .whole(draw.funnel.networks)), ("within_budget", .whole(draw.funnel.withinBudget)),
            ("finished", .whole(finished)), ("best", best.markup),
        ])
    }

    /// The best trials as a table.
    var text: String {
        let objective = draw.space.objective
        let order = objective.maximize ? "highest" : "lowest"
        let trials = "\(finished) trial\(finished == 1 ? "" : "s") finished"
        guard best.holds(objective.column) else {
            return "\(trials), none with \(objective.column); why is said above and in compound query."
        }
        var columns = TableColumns.trials
        if !columns.contains(objective.column) { columns.insert(objective.column, at: columns.count - 1) }
        return
            "\(trials); the best by \(order) \(objective.column):\n\n"
            + best.selecting(columns).withoutTheUsual.fitting(keeping: [objective.column]).text + nextSteps
    }

    /// What to do with accuracies.
    private var nextSteps: String {
        guard let plan = draw.space.accuracy else { return "" }
        let law = plan.fitsLaw ? "  compound fit" : nil
        let cost = draw.space.measure.latency == .none ? "macs" : "latency_ms"
        let pareto = "  compound query --pareto accuracy,\(cost)"
        return "\n\nnext, with the same --store:\n"
            + [law, pareto, "  compound export --best --objective accuracy"].compactMap(\.self)
            .joined(separator: "\n")
    }
}

extension ResultTable {
    /// Whether any row has a value in a column.
    fileprivate func holds(_ column: String) -> Bool {
        columns.firstIndex(of: column).map { index in rows.contains { $0[index] != .null } } ?? false
    }
}

extension Conditions {
    /// The condition on the view's columns that holds for these conditions only.
    fileprivate var filter: String {
        let texts = [
            ("machine", machine.fingerprint), ("instruction_set", instructionSet), ("build", build),
            ("tool_version", toolVersion), ("anchor", anchor),
        ]
        let numbers = ["threads = \(threads)", "batch = \(batch)"]
        // The view shows an origin only beside a latency.
        let shown = origin == .none ? "latency_origin IS NULL" : "latency_origin = '\(origin.rawValue)'"
        return (texts.map { "\($0) = '\($1)'" } + numbers + [shown]).joined(separator: " AND ")
    }
}
