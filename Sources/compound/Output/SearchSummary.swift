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
    private let store: String
    private let finished: Int
    /// How many of them the budget's latency ruled out.
    private let rejected: Int
    /// The answer with its trial, where enough was trained for one.
    private let answered: AnsweredTrial?
    /// Why there is none, where the study trains for one.
    private let refusal: String?
    /// The files that were written of it.
    private var files: [AnswerFile] = []
    /// Which condition of `until:` ended it, where it has such.
    private let stopped: StopRule.Ending?

    /// Reads the ranking from the store.
    init(_ study: Study) throws {
        draw = study.draw
        store = study.store.file
        let evaluated = try study.store.evaluations(study: draw.study, conditions: study.conditions)
        finished = draw.trials.count { evaluated[$0.networkHash] != nil }
        rejected = draw.trials.count { trial in
            if case .rejected = evaluated[trial.networkHash] { true } else { false }
        }
        (answered, refusal) = try SearchSummary.answer(of: study)
        stopped = study.stopped
        best = try study.store.ranking(
            study: draw.study, conditions: study.conditions, training: study.training,
            by: draw.space.objective, limit: 10)
    }

    /// The study's answer; or, where it trains and does not allow for one yet, why.
    private static func answer(of study: Study) throws -> (trial: AnsweredTrial?, refusal: String?) {
        guard study.training != nil, study.draw.space.accuracy?.fitsLaw == true else { return (nil, nil) }
        do {
            return (try AnsweredTrial(study.draw.study, in: study.store), nil)
        } catch let error as FitSourceError {
            return (nil, "There is no answer yet: \(error)")
        }
    }

    /// Writes the network of the answer, or of the best trial, with what belongs to it.
    mutating func write(to output: String, _ store: TrialStore) throws {
        if let answered {
            files = try AnswerFile.write(answered.record, answered.document, to: output, store)
        } else if case .integer(let id)? = best.value("id") {
            files = try AnswerFile.write(store.trial(id: id), nil, to: output, store)
        }
    }

    /// Funnel, state, the answer and the best trials.
    var markup: Markup {
        .block([
            ("study", .text(draw.study)), ("points", .whole(draw.funnel.points)),
            ("networks", .whole(draw.funnel.networks)), ("within_budget", .whole(draw.funnel.withinBudget)),
            ("finished", .whole(finished)), ("rejected", .whole(rejected)),
            ("ended_by", stopped.map { .text($0.key) } ?? .literal("null")),
            ("answer", answered.map { .text($0.sentence) } ?? .literal("null")),
            ("recommended", answered.map { .whole($0.record.id) } ?? .literal("null")),
            ("files", .list(files.map { .text($0.path) })), ("best", best.markup),
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
        var columns = Query.Table.trials.usualColumns
        if !columns.contains(objective.column) { columns.insert(objective.column, at: columns.count - 1) }
        let table = best.selecting(columns).withoutTheUsual.fitting(keeping: [objective.column]).text
        let heading =
            "\(trials); the \(answered == nil ? "best" : "trials") by \(order) \(objective.column):"
        let parts = [
            heading, table, answer, files.isEmpty ? nextSteps : AnswerFile.list(files, store: store),
        ]
        return parts.compactMap(\.self).joined(separator: "\n\n")
    }

    /// The answer in words, and what its network is; or why there is none.
    private var answer: String? {
        guard let answered else { return refusal?.wrapped(to: 100) }
        let (record, cost) = (answered.record, answered.record.cost)
        return answered.sentence.wrapped(to: 100)
            + "\ntrial:\(record.id) is \(record.coefficients.label): \(record.blocks) blocks at \(record.resolution) pixels, "
            + "\(cost.macs.value.short) macs, \(cost.parameters.value.short) parameters."
    }

    /// What to do with accuracies.
    private var nextSteps: String? {
        guard let plan = draw.space.accuracy else { return nil }
        let law = plan.fitsLaw ? "  compound fit" : nil
        let cost = draw.space.measure.latency == .none ? "macs" : "latency_ms"
        let pareto = "  compound query --pareto accuracy,\(cost)"
        return "next, with the same --store:\n"
            + [law, pareto, "  compound report", "  compound export --best"].compactMap(\.self)
            .joined(separator: "\n")
    }
}

extension ResultTable {
    /// The value of the first row in a column.
    fileprivate func value(_ column: String) -> Value? {
        columns.firstIndex(of: column).flatMap { rows.first?[$0] }
    }

    /// Whether any row has a value in a column.
    fileprivate func holds(_ column: String) -> Bool {
        columns.firstIndex(of: column).map { index in rows.contains { $0[index] != .null } } ?? false
    }
}
