// Trials and what was measured of their networks. A measurement belongs to the network, so a study that meets a
// network which another one measured under the same conditions records the trial alone.

import CompoundSearch
import Foundation
import GRDB
import Measurements
import Networks

/// A trial as it is recorded, with its network as texts.
package struct DescribedTrial: Hashable, Sendable {
    /// The trial.
    package var trial: Trial
    /// The network in whatever form it is to be read back.
    package var description: String
    /// The realised integers as JSON, where they are given.
    package var dimensions: String?

    /// A trial with its network's texts.
    package init(_ trial: Trial, description: String, dimensions: String? = nil) {
        self.trial = trial
        self.description = description
        self.dimensions = dimensions
    }
}

extension TrialStore {
    /// How the evaluations ended that a study knows under these conditions, by the network's hash.
    ///
    /// They may be another study's: a network counts once, whoever asked. Under a bound of the study's own, a
    /// latency above it is rejected. What a verdict set aside does not count; of several tries, the last does.
    package func evaluations(
        study: String, conditions: Conditions
    ) throws(StoreError) -> [String: Outcome] {
        try read { db in
            guard let set = try db.id(of: MeasurementSetRow(conditions)) else { return [:] }
            let sql = """
                SELECT measurement.network_hash, measurement.state, measurement.reason, latency_ms, latency_ratio,
                    latency_bound_ms, latency_target_ratio, latency_baseline_ratio, tolerance
                FROM measurement
                LEFT JOIN study ON study.id = :study
                WHERE measurement_set = :set AND (only_study IS NULL OR only_study = :study)
                    AND measurement.attempt = \(Database.standingAttempt(of: "measurement"))
                ORDER BY measurement.id
                """
            let rows = try Row.fetchAll(db, sql: sql, arguments: ["study": study, "set": set])
            return try Dictionary(
                rows.map { row in
                    let outcome = Outcome(
                        state: try row.value("state"), reason: try row.optional("reason") ?? "")
                    let judged = try outcome.judged(by: row)
                    return (try row.value("network_hash"), judged)
                }, uniquingKeysWith: { $1 })
        }
    }

    /// Records a trial and what was found of its network in one transaction, and returns whether that was new.
    ///
    /// Without an evaluation the measurement is known already, and only the trial is added. Where another
    /// process recorded the network under the same conditions first, that record stands; one that failed may
    /// be followed by another. `description` is the network as text, in whatever form it is to be read back,
    /// `dimensions` its realised integers as JSON.
    @discardableResult
    package func record(
        _ trial: Trial, _ evaluation: Evaluation?, conditions: Conditions, description: String,
        dimensions: String? = nil, now: Date = Date()
    ) throws(StoreError) -> Bool {
        let described = DescribedTrial(trial, description: description, dimensions: dimensions)
        return try write { db in
            let set = try db.register(conditions)
            let isNew = try add(described, measuredIn: set, at: now, to: db)
            guard let evaluation else { return isNew }
            return try db.add(evaluation, of: trial, measurementSet: set, at: now)
        }
    }

    /// Records trials whose measurements are known already, all in one transaction, and returns how many were
    /// new.
    @discardableResult
    package func record(
        known trials: [DescribedTrial], conditions: Conditions, now: Date = Date()
    ) throws(StoreError) -> Int {
        if trials.isEmpty { return 0 }
        return try write { db in
            let set = try db.register(conditions)
            return try trials.filter { try add($0, measuredIn: set, at: now, to: db) }.count
        }
    }

    private func add(
        _ described: DescribedTrial, measuredIn set: Int, at time: Date, to db: Database
    ) throws -> Bool {
        try checkStudy(described.trial.study, in: db)
        try StudyMeasurementSetRow(study: described.trial.study, measurementSet: set).add(to: db)
        return try TrialRow(described, at: time).add(to: db)
    }
}

extension TrialStore {
    /// The times of blocks known under these conditions, as ratios of the anchor's time.
    package func blockTimes(_ conditions: Conditions) throws(StoreError) -> [String: Double] {
        try read { db in
            guard let set = try db.id(of: MeasurementSetRow(conditions)) else { return [:] }
            let rows = try Row.fetchAll(
                db, sql: "SELECT block, ratio FROM block_time WHERE measurement_set = ?", arguments: [set])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["block"], $0["ratio"]) })
        }
    }

    /// Adds times of blocks in one transaction; a block that is known already keeps its time.
    package func record(
        blockTimes: [String: Double], conditions: Conditions, now: Date = Date()
    ) throws(StoreError) {
        try write { db in
            let set = try db.register(conditions)
            for (block, ratio) in blockTimes.sorted(by: { $0.key < $1.key }) {
                try BlockTimeRow(measurementSet: set, block: block, ratio: ratio, measuredAt: now.stored)
                    .add(to: db)
            }
        }
    }
}

extension Database {
    /// An expression for the attempt that counts of the network in a row of that table.
    static func standingAttempt(of table: String) -> String {
        """
        coalesce((
            SELECT verdict.attempt FROM verdict WHERE verdict.network_hash = \(table).network_hash
            ORDER BY verdict.id DESC LIMIT 1), 0)
        """
    }

    /// The attempt of a network that counts, and that is recorded to.
    func standingAttempt(of networkHash: String) throws -> Int {
        let sql = "SELECT attempt FROM verdict WHERE network_hash = ? ORDER BY id DESC LIMIT 1"
        return try Int.fetchOne(cachedStatement(sql: sql), arguments: [networkHash]) ?? 0
    }

    /// The number of a study's trial of a network, or nil.
    func trial(of networkHash: String, study: String) throws -> Int? {
        let sql = "SELECT id FROM trial WHERE study = ? AND network_hash = ?"
        return try Int.fetchOne(cachedStatement(sql: sql), arguments: [study, networkHash])
    }

    /// The number of the measurement set of these conditions, which is added where it is new.
    func register(_ conditions: Conditions) throws -> Int {
        let row = MeasurementSetRow(conditions)
        if let known = try id(of: row) { return known }
        try MachineRow(conditions.machine).add(to: self)
        return try register(row)
    }

    /// Adds an evaluation unless the network has one that did not fail, and returns whether it did.
    fileprivate func add(
        _ evaluation: Evaluation, of trial: Trial, measurementSet set: Int, at time: Date
    ) throws -> Bool {
        let attempt = try standingAttempt(of: trial.networkHash)
        let sql = """
            SELECT 1 FROM measurement
            WHERE network_hash = ? AND measurement_set = ? AND attempt = ? AND state <> 'failed'
                AND (only_study IS NULL OR only_study = ?)
            """
        let known = try Bool.fetchOne(
            cachedStatement(sql: sql), arguments: [trial.networkHash, set, attempt, trial.study])
        if known != nil { return false }
        let asking = try self.trial(of: trial.networkHash, study: trial.study).stored("trial")
        try MeasurementRow(
            evaluation, of: trial.networkHash, measurementSet: set, attempt: attempt, trial: asking, at: time
        ).insert(self)
        return true
    }
}

extension Outcome {
    /// The outcome under the budget of a study whose columns stand in a row with the latency's: what is complete and above its
    /// bound, or outside the band of latencies that its budget means, is rejected.
    func judged(by row: Row) throws -> Outcome {
        let bounded = judged(
            latency: try row.optional("latency_ms"), bound: try row.optional("latency_bound_ms"))
        guard case .complete = bounded, let ratio: Double = try row.optional("latency_ratio"),
            let reason = try LatencyBand(study: row)?.refusal(of: ratio)
        else { return bounded }
        return .rejected(reason)
    }

    /// The same under a bound in milliseconds, with as many digits as it takes to see it.
    private func judged(latency: Double?, bound: Double?) -> Outcome {
        guard case .complete = self, let latency, let bound, latency > bound else { return self }
        let few = String(format: "%.4g", latency)
        let enough = Double(few).map { $0 > bound } ?? false ? few : String(format: "%.15g", latency)
        return .rejected("\(enough) ms exceeds the bound of \(String(format: "%.15g", bound)) ms")
    }
}

extension TrialRow {
    fileprivate init(_ described: DescribedTrial, at time: Date) {
        let trial = described.trial
        let candidate = trial.candidate
        let network = candidate.network
        let cost = network.cost
        self.init(
            study: trial.study, network: network.architecture.name, networkHash: trial.networkHash,
            description: described.description, point: candidate.point,
            alpha: candidate.coefficients.alpha, beta: candidate.coefficients.beta,
            gamma: candidate.coefficients.gamma, phi: candidate.coefficients.phi,
            alphaLow: trial.ranges.alpha.lowerBound, alphaHigh: trial.ranges.alpha.upperBound,
            betaLow: trial.ranges.beta.lowerBound, betaHigh: trial.ranges.beta.upperBound,
            gammaLow: trial.ranges.gamma.lowerBound, gammaHigh: trial.ranges.gamma.upperBound,
            alphaStages: candidate.coefficients.stages?.alphaText,
            betaStages: candidate.coefficients.stages?.betaText,
            width: network.architecture.scaling.width, depth: network.architecture.scaling.depth,
            resolution: network.dimensions.resolution, blocks: network.dimensions.blocks,
            macs: cost.macs.value, parameters: cost.parameters.value, activations: cost.activations.value,
            biasAdds: cost.biasAdds.value, normElements: cost.normElements.value,
            weightBytes: cost.weightBytes.value, peakActivationBytes: cost.peakActivationBytes.value,
            costLevel: candidate.level + 1, dimensions: described.dimensions, createdAt: time.stored)
    }
}

extension MeasurementRow {
    fileprivate init(
        _ evaluation: Evaluation, of networkHash: String, measurementSet: Int, attempt: Int, trial: Int,
        at time: Date
    ) {
        let latency = evaluation.latency
        self.init(
            networkHash: networkHash, measurementSet: measurementSet, attempt: attempt, trial: trial,
            state: evaluation.outcome.state, reason: evaluation.outcome.reason, latencyMs: latency?.median,
            latencyMsMin: latency?.minimum, latencyMsCi95: latency?.halfWidth, samples: latency?.samples,
            anchorMs: latency?.anchor, latencyRatio: latency?.ratio,
            latencyRatioCi95: latency?.ratioHalfWidth, memoryBytes: evaluation.plannedMemoryBytes,
            measuredAt: time.stored)
    }
}
