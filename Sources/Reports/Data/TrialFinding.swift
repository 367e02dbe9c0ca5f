// A trial as panels see it: one row, whatever it was measured and trained in besides.

import ResultStore

/// What was found of one trial, under the conditions that most trials were measured in and in the latest training.
package struct TrialFinding: Hashable, Sendable {
    /// Its number in the store.
    package let id: Int
    /// The network's content hash.
    package let networkHash: String
    /// α, β, γ and φ that were asked for.
    package let alpha, beta, gamma, phi: Double
    /// Realised blocks.
    package let blocks: Int
    /// Height and width of the image in pixels.
    package let resolution: Int
    /// Multiply–accumulates of one inference.
    package let macs: Int
    /// Parameters.
    package let parameters: Int
    /// `complete`, `rejected`, `failed`, `pending` or `set_aside`.
    package let state: String
    /// Why the state is not complete, or why training failed.
    package let reason: String?
    /// Milliseconds of one inference, with the half-width of its 95 % interval.
    package let latency, latencyHalfWidth: Double?
    /// The latency over the anchor's.
    package let latencyRatio: Double?
    /// Share of validation images classified rightly, the mean over `seeds`: 0…1.
    package let accuracy: Double?
    /// Standard deviation over the seeds.
    package let deviation: Double?
    /// Seeds behind the accuracy.
    package let seeds: Int
    /// Epochs behind the accuracy.
    package let epochs: Int?
    /// Share of test images classified rightly: 0…1.
    package let testAccuracy: Double?
    /// Seconds of its training.
    package let trainingSeconds: Double?
    /// The number of the measurement set and of the training that the figures are of.
    package let measurementSet, training: Int?

    /// The trial of a row.
    init?(_ row: TableRow) {
        guard let id = row.whole("id"), let hash = row.text("network_hash") else { return nil }
        self.id = id
        networkHash = hash
        alpha = row.number("alpha") ?? 1
        beta = row.number("beta") ?? 1
        gamma = row.number("gamma") ?? 1
        phi = row.number("phi") ?? 1
        blocks = row.whole("blocks") ?? 0
        resolution = row.whole("resolution") ?? 0
        macs = row.whole("macs") ?? 0
        parameters = row.whole("parameters") ?? 0
        state = row.text("state") ?? "pending"
        reason = row.text("reason") ?? row.text("training_reason")
        latency = row.number("latency_ms")
        latencyHalfWidth = row.number("latency_ms_ci95")
        latencyRatio = row.number("latency_ratio")
        accuracy = row.number("accuracy")
        deviation = row.number("accuracy_deviation")
        seeds = row.whole("accuracy_seeds") ?? 0
        epochs = row.whole("accuracy_epochs")
        testAccuracy = row.number("test_accuracy")
        trainingSeconds = row.number("training_seconds")
        measurementSet = row.whole("measurement_set")
        training = row.whole("training")
    }

    /// How it is called.
    package var name: String { "trial:\(id)" }

    /// Whether a bound that only measuring can check ruled it out.
    package var isRejected: Bool { state == "rejected" }
}

extension TrialFinding {
    /// The trials of a table of all their rows: of each the row in the commonest measurement set and the latest training.
    static func all(in table: ResultTable) -> [TrialFinding] {
        let trials = TableRow.all(in: table).compactMap(TrialFinding.init)
        var counts: [Int: Int] = [:]
        for set in trials.compactMap(\.measurementSet) { counts[set, default: 0] += 1 }
        let common = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
        func rank(_ trial: TrialFinding) -> (Int, Int) {
            (trial.measurementSet == common ? 1 : 0, trial.training ?? -1)
        }
        var best: [Int: TrialFinding] = [:]
        for trial in trials {
            if let known = best[trial.id], rank(known) >= rank(trial) { continue }
            best[trial.id] = trial
        }
        return best.values.sorted { $0.id < $1.id }
    }
}
