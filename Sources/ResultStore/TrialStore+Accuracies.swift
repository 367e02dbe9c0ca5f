// The accuracies of a study's trials: what a scaling law is fitted to.

import CompoundSearch

/// An accuracy of a trial in one training.
package struct TrialAccuracy: Hashable, Sendable {
    /// The trial's number.
    package let trial: Int
    /// The study's identifier.
    package let study: String
    /// The study's name.
    package let studyName: String
    /// When the trial was recorded.
    package let createdAt: String
    /// The mean over its seeds, where it was trained longest.
    package var accuracy: Double
    /// The deviation between its seeds, where there are several.
    package var deviation: Double?
    /// Its seeds.
    package var seeds: Int
    /// The number of the training, the later ones the higher.
    package let training: Int
    /// Epochs behind the accuracy.
    package let epochs: Double?
    /// The accuracy after pre-training, which every candidate goes through.
    package let pretrained: Double?
}

extension TrialStore {
    /// The accuracies of a study, by its identifier or name, or of all; `filter` is an expression over the view.
    ///
    /// A trial has a row for each measurement set and training; trials that were set aside have none, and rejected ones
    /// do not count.
    package func accuracies(of study: String?, filter: String?) throws(StoreError) -> [TrialAccuracy] {
        var conditions = ["accuracy IS NOT NULL", "state <> 'rejected'"]
        if let study { conditions.append("(study = \(study.sqlText) OR study_name = \(study.sqlText))") }
        if let filter { conditions.append("(\(filter))") }
        let table = try query(
            Query(
                columns: [
                    "id", "study", "study_name", "created_at", "accuracy", "accuracy_deviation",
                    "accuracy_seeds", "training", "accuracy_epochs", "accuracy_pretrain",
                ], filter: conditions.joined(separator: " AND "), sort: ["id"]))
        return table.rows.compactMap { cells in
            TrialAccuracy(Dictionary(uniqueKeysWithValues: zip(table.columns, cells)))
        }
    }
}

extension TrialAccuracy {
    fileprivate init?(_ cells: [String: ResultTable.Value]) {
        guard case .integer(let trial) = cells["id"], case .text(let study) = cells["study"],
            case .text(let name) = cells["study_name"], case .text(let createdAt) = cells["created_at"],
            let accuracy = cells["accuracy"]?.number, let training = cells["training"]?.number
        else { return nil }
        self.init(
            trial: trial, study: study, studyName: name, createdAt: createdAt, accuracy: accuracy,
            deviation: cells["accuracy_deviation"]?.number,
            seeds: cells["accuracy_seeds"]?.number.map { Int($0) } ?? 1, training: Int(training),
            epochs: cells["accuracy_epochs"]?.number, pretrained: cells["accuracy_pretrain"]?.number)
    }
}

extension ResultTable.Value {
    /// The number, or nil for anything else.
    fileprivate var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        case .null, .text: nil
        }
    }
}
