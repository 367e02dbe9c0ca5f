// What a search found, for people and for programs.

import CompoundSearch
import ResultStore

/// The best trials of a study under the conditions of this run.
struct SearchSummary {
    private let table: ResultTable
    private let all: ResultTable
    private let draw: CandidateDraw
    private let finished: Int

    /// Reads the ranking from the store.
    init(store: ResultStore, draw: CandidateDraw, conditions: Conditions) throws {
        self.draw = draw
        var query = Query()
        query.study = draw.study
        query.conditions = conditions
        finished = try store.finished(study: draw.study, conditions: conditions).count
        query.filter = "state = 'complete'"
        let objective = draw.space.objective
        query.sort = [.init(objective.column, descending: objective.maximize)]
        query.limit = 10
        all = try store.query(query)
        query.columns = [
            "id", "alpha", "beta", "gamma", "phi", "blocks", "resolution", "macs", "parameters", "latency_ms",
            "latency_ms_ci95", "latency_ratio",
        ]
        table = try store.query(query)
    }

    /// Funnel, state and the best trials.
    var json: JSONValue {
        .object([
            ("study", .text(draw.study)), ("points", .integer(draw.funnel.points)),
            ("networks", .integer(draw.funnel.networks)),
            ("within_budget", .integer(draw.funnel.withinBudget)),
            ("finished", .integer(finished)),
            ("best", .array(all.rows.map { .object(zip(all.columns, $0).map { ($0, $1.json) }) })),
        ])
    }

    /// The best trials as a table.
    var text: String {
        let objective = draw.space.objective
        let order = objective.maximize ? "highest" : "lowest"
        return "\(finished) trials finished; the best by \(order) \(objective.column):\n\n"
            + QueryFormat.table.render(table)
    }
}
