// Which trials of a study have accuracies: what a scaling law is fitted to.

import CompoundSearch

/// A trial that was trained, in one of its trainings.
package struct TrialAccuracy: Hashable, Sendable {
    /// The trial's number.
    package let trial: Int
    /// The study's identifier.
    package let study: String
    /// The study's name.
    package let studyName: String
    /// When the trial was recorded.
    package let createdAt: String
    /// The number of the training, the later ones the higher.
    package let training: Int
}

extension TrialStore {
    /// The trials with an accuracy of a study, by its identifier or name, or of all; `filter` is an expression over the view.
    ///
    /// A trial has a row for each measurement set and training; trials that were set aside have none, and rejected ones
    /// do not count. Throws where the store has no study of that name.
    package func accuracies(of study: String?, filter: String?) throws(StoreError) -> [TrialAccuracy] {
        try study.map(checkStudy(named:))
        var conditions = ["accuracy IS NOT NULL", "state <> 'rejected'"]
        if let study { conditions.append("(study = \(study.sqlText) OR study_name = \(study.sqlText))") }
        if let filter { conditions.append("(\(filter))") }
        let table = try query(
            Query(
                columns: ["id", "study", "study_name", "created_at", "training"],
                filter: conditions.joined(separator: " AND "), sort: ["id"]))
        return table.rows.compactMap { cells in
            guard case .integer(let trial) = cells[0], case .text(let study) = cells[1],
                case .text(let name) = cells[2], case .text(let createdAt) = cells[3],
                case .integer(let training) = cells[4]
            else { return nil }
            return TrialAccuracy(
                trial: trial, study: study, studyName: name, createdAt: createdAt, training: training)
        }
    }
}
