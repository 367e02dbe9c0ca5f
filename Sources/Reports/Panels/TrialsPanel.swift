// The table of trials: what a page sorts, filters and hands out as CSV.

import Rendering
import ResultStore

extension PanelKind {
    /// Rows beyond which only the best stand in the page itself; the others are in its data.
    static let mostRows = 300

    static let trials = PanelKind("trials") { findings in
        let title = "Trials"
        guard let all = findings.tables[.trials], !findings.trials.isEmpty else {
            return .absent("trials", title, because: "No trial is recorded yet.")
        }
        let shown = findings.shownTrials
        let table = all.selecting(shown.columns)
        var panel = Panel(identifier: "trials", title: title)
        let failed = findings.trials.filter { $0.state == "failed" }
        let reasons = Dictionary(grouping: failed) { $0.reason ?? "" }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        panel.caption =
            [
                failed.isEmpty
                    ? nil
                    : "\(failed.count.counted("trial")) failed, most often because: \(reasons[0].key)",
                shown.rows.count > mostRows
                    ? "The \(mostRows) best of \(shown.rows.count.grouped) stand here; sorting and filtering look at all that the page keeps."
                    : nil,
            ].sentences
        var cells = PanelTable(shown.columns)
        for row in shown.rows.prefix(mostRows) {
            cells.append(
                zip(table.columns, table.rows[row.row]).map { $1.short(column: $0) }, trial: row.trial)
        }
        panel.table = cells
        return panel
    }
}

extension StudyFindings {
    /// What the table of trials shows: the columns that tell trials apart, and of each trial the row of all rows that stands for it,
    /// the best first.
    var shownTrials: (columns: [String], rows: [(row: Int, trial: Int)]) {
        guard let all = tables[.trials] else { return ([], []) }
        let chosen = Dictionary(trials.map { ($0.id, $0) }) { first, _ in first }
        var seen: Set<Int> = []
        var rows: [(row: Int, trial: Int)] = []
        for (index, row) in TableRow.all(in: all).enumerated() {
            guard let id = row.whole("id"), let trial = chosen[id],
                row.whole("measurement_set") == trial.measurementSet, row.whole("training") == trial.training,
                seen.insert(id).inserted
            else { continue }
            rows.append((index, id))
        }
        func worth(_ id: Int) -> (Int, Double, Int) {
            guard let trial = chosen[id] else { return (3, 0, id) }
            let state = trial.state == "complete" ? 0 : trial.isRejected ? 1 : 2
            if hasAccuracies { return (state, -(trial.accuracy ?? -1), id) }
            return (state, trial.latency ?? Double(trial.macs), id)
        }
        rows.sort { worth($0.trial) < worth($1.trial) }
        let narrow = ResultTable(columns: all.columns, rows: rows.map { all.rows[$0.row] })
            .selecting(Query.Table.trials.usualColumns).withoutTheUsual
            .fitting(trials.count > 1000 ? 72 : 110, keeping: ["accuracy"])
        return (narrow.columns, rows)
    }
}
