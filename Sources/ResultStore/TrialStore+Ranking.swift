// What a search shows at its end: the best of its own trials.

import CompoundSearch
import Measurements

extension TrialStore {
    /// The complete trials of a study under one set of conditions, the best by an objective first.
    ///
    /// Where a training is named, accuracies are those of that training alone.
    package func ranking(
        study: String, conditions: Conditions, training: TrainingKey?, by objective: Objective, limit: Int
    ) throws(StoreError) -> ResultTable {
        var filter = "state = 'complete' AND study = \(study.sqlText) AND \(conditions.filter)"
        if let training {
            // Until something was trained, no row belongs to a training.
            filter +=
                try self.training(training).map { " AND (training = \($0) OR training IS NULL)" } ?? ""
        }
        return try query(
            Query(
                filter: filter,
                sort: [ColumnOrder(column: objective.column, descending: objective.maximize)], limit: limit))
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
        return (texts.map { "\($0) = \($1.sqlText)" } + numbers + [shown]).joined(separator: " AND ")
    }
}

extension String {
    /// The text as a literal of SQL.
    var sqlText: String { "'" + replacing("'", with: "''") + "'" }
}
