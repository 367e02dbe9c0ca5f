// The columns of the view `conflicts`.

extension ResultColumn {
    /// The columns of the view `conflicts`, in its order.
    static let ofConflicts = [
        ResultColumn("id", "number of the row that is kept apart", place: 1),
        ResultColumn("kind", "what it is: measurement, rung, trial, study, block_time, …", place: 2),
        ResultColumn("trial", "number of the trial that asked", place: 3, whenUnknown: .hidden),
        ResultColumn("study", "identifier of its study"),
        ResultColumn("study_name", "name of its study"),
        ResultColumn("network_hash", "content hash of the network"),
        ResultColumn("measurement_set", "number of the conditions", place: 4, whenUnknown: .hidden),
        ResultColumn("training", "number of the training", place: 5, whenUnknown: .hidden),
        ResultColumn("seed", "seed of a rung", place: 6, whenUnknown: .hidden),
        ResultColumn("epochs", "epochs behind the network", place: 7, whenUnknown: .hidden),
        ResultColumn("differs", "the columns in which it differs from the row that counts", place: 8),
        ResultColumn(
            "latency_ms", "its latency, which does not count", unit: "ms", comparable: .measurementSet,
            place: 9, whenUnknown: .hidden),
        ResultColumn(
            "counts_latency_ms", "the latency that counts", unit: "ms", comparable: .measurementSet,
            place: 10, whenUnknown: .hidden),
        ResultColumn(
            "accuracy", "its accuracy, which does not count", comparable: .training, place: 11,
            whenUnknown: .hidden),
        ResultColumn(
            "counts_accuracy", "the accuracy that counts", comparable: .training, place: 12,
            whenUnknown: .hidden),
        ResultColumn("machine", "fingerprint of the machine that trained it"),
        ResultColumn("recorded_at", "when it was recorded, UTC", place: 13, spare: 1),
    ]
}
