// A rung of training and its epochs as panels see them.

import ResultStore

/// One stretch of a trial's training.
package struct RungFinding: Hashable, Sendable {
    /// Its number in the store.
    package let id: Int
    /// The trial that was trained, by the network's hash.
    package let networkHash: String
    /// The number of the training, within which accuracies compare.
    package let training: Int
    /// The seed, counted from 1.
    package let seed: Int
    /// Epochs behind the trial where it began, and at its end.
    package let start, epochs: Int
    /// Share of validation images classified rightly at its end; nil where it failed.
    package let accuracy: Double?
    /// Seconds that it took.
    package let seconds: Double
    /// Images that accuracies were measured on.
    package let validationImages: Int?
    /// Accuracy on the validation images after each of its epochs, where training looked at them.
    package var validation: [CurvePoint] = []
    /// Accuracy on the training images, as they were augmented, after each of its epochs, where it was recorded.
    package var fitted: [CurvePoint] = []

    /// An accuracy after so many epochs.
    package struct CurvePoint: Hashable, Sendable {
        /// Epochs.
        package let epoch: Int
        /// The share that was classified rightly.
        package let accuracy: Double
    }

    /// The rung of a row; nil where a person set it aside.
    init?(_ row: TableRow) {
        guard let id = row.whole("id"), let hash = row.text("network_hash"), row.text("set_aside") == nil
        else { return nil }
        self.id = id
        networkHash = hash
        training = row.whole("training") ?? 0
        seed = row.whole("seed") ?? 1
        start = row.whole("start_epochs") ?? 0
        epochs = row.whole("epochs") ?? 0
        accuracy = row.text("state") == "complete" ? row.number("accuracy") : nil
        seconds = row.number("seconds") ?? 0
        validationImages = row.whole("validation_images")
    }

    /// The rungs of a table with the epochs of another.
    static func all(in rungs: ResultTable, epochs: ResultTable) -> [RungFinding] {
        let curves = Dictionary(grouping: TableRow.all(in: epochs)) { $0.whole("id") ?? 0 }
        func curve(_ rung: Int, _ column: String) -> [CurvePoint] {
            (curves[rung] ?? []).compactMap { row in
                guard let epoch = row.whole("epoch"), let accuracy = row.number(column) else { return nil }
                return CurvePoint(epoch: epoch, accuracy: accuracy)
            }.sorted { $0.epoch < $1.epoch }
        }
        return TableRow.all(in: rungs).compactMap { row in
            guard var rung = RungFinding(row) else { return nil }
            rung.validation = curve(rung.id, "validation_accuracy")
            rung.fitted = curve(rung.id, "training_accuracy")
            return rung
        }.sorted { $0.id < $1.id }
    }
}
