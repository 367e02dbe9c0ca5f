// Writing: a study once, and each trial together with what was measured of it. Nothing is ever changed.

import CompoundSearch
import Foundation
import GRDB
import Networks

extension TrialStore {
    /// Registers a study where it is not known yet, and returns its identifier.
    @discardableResult
    package func register(
        _ space: SearchSpace, strategy: Strategy, seed: UInt64, text: String, toolVersion: String,
        now: Date = Date()
    ) throws(StoreError) -> String {
        let identifier = space.studyIdentifier(strategy: strategy, seed: seed)
        _ = try write { db in
            try db.insert(
                into: "study",
                [
                    "id": identifier,
                    "name": space.name,
                    "strategy": strategy.rawValue,
                    "seed": Int64(exactly: seed).map(\.databaseValue) ?? String(seed).databaseValue,
                    "space": text,
                    "tool_version": toolVersion,
                    "created_at": now.stored,
                ])
        }
        return identifier
    }

    /// The hashes of a study's networks that were evaluated under these conditions, however that ended, or
    /// only those whose evaluation is complete.
    package func finished(
        study: String, conditions: Conditions, onlyComplete: Bool = false
    ) throws(StoreError) -> Set<String> {
        try read { db in
            guard let set = try db.measurementSet(of: conditions) else { return [] }
            return try String.fetchSet(
                db,
                sql: """
                    SELECT trial.network_hash FROM trial
                    JOIN measurement ON measurement.trial = trial.id AND measurement.measurement_set = ?
                    WHERE trial.study = ? AND (NOT ? OR measurement.state = 'complete')
                    """,
                arguments: [set, study, onlyComplete])
        }
    }

    /// Records an evaluated trial in one transaction, and returns whether it was new.
    ///
    /// Where another process recorded it under the same conditions first, that record stands. `description`
    /// is the network as text, in whatever form it is to be read back.
    @discardableResult
    package func record(
        _ trial: Trial, _ evaluation: Evaluation, conditions: Conditions, description: String,
        now: Date = Date()
    ) throws(StoreError) -> Bool {
        try write { db in
            let time = now.stored
            guard
                try Bool.fetchOne(db, sql: "SELECT 1 FROM study WHERE id = ?", arguments: [trial.study])
                    != nil
            else { throw StoreError.noSuchStudy(file: file, id: trial.study) }
            try db.insert(into: "trial", trial.columns(description: description, time: time))
            let id = try Int.fetchOne(
                db, sql: "SELECT id FROM trial WHERE study = ? AND network_hash = ?",
                arguments: [trial.study, trial.networkHash])
            let set = try db.registerMeasurementSet(of: conditions)
            return try db.insert(into: "measurement", evaluation.columns(trial: id, set: set, time: time))
        }
    }
}

extension TrialStore {
    /// The times of blocks known under these conditions, as ratios of the anchor's time.
    package func blockTimes(_ conditions: Conditions) throws(StoreError) -> [String: Double] {
        try read { db in
            guard let set = try db.measurementSet(of: conditions) else { return [:] }
            let rows = try Row.fetchAll(
                db, sql: "SELECT block, ratio FROM block_time WHERE measurement_set = ?", arguments: [set])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["block"], $0["ratio"]) })
        }
    }

    /// Adds times of blocks in one transaction; a block that is known already keeps its time.
    package func record(
        blockTimes: [String: Double], conditions: Conditions, now: Date = Date()
    ) throws(StoreError) {
        _ = try write { db in
            let set = try db.registerMeasurementSet(of: conditions)
            for (block, ratio) in blockTimes.sorted(by: { $0.key < $1.key }) {
                try db.insert(
                    into: "block_time",
                    ["measurement_set": set, "block": block, "ratio": ratio, "measured_at": now.stored])
            }
        }
    }
}

/// The columns of one row, in the order in which they are written.
typealias Columns = KeyValuePairs<String, (any DatabaseValueConvertible)?>

extension Trial {
    fileprivate func columns(description: String, time: String) -> Columns {
        let coefficients = candidate.coefficients
        let network = candidate.network
        let scaling = network.architecture.scaling
        let cost = network.cost
        return [
            "study": study,
            "network": network.architecture.name,
            "network_hash": networkHash,
            "description": description,
            "point": candidate.point,
            "alpha": coefficients.alpha,
            "beta": coefficients.beta,
            "gamma": coefficients.gamma,
            "phi": coefficients.phi,
            "alpha_low": ranges.alpha.lowerBound,
            "alpha_high": ranges.alpha.upperBound,
            "beta_low": ranges.beta.lowerBound,
            "beta_high": ranges.beta.upperBound,
            "gamma_low": ranges.gamma.lowerBound,
            "gamma_high": ranges.gamma.upperBound,
            "width": scaling.width,
            "depth": scaling.depth,
            "resolution": network.dimensions.resolution,
            "blocks": network.dimensions.blocks,
            "macs": cost.macs.value,
            "parameters": cost.parameters.value,
            "activations": cost.activations.value,
            "bias_adds": cost.biasAdds.value,
            "norm_elements": cost.normElements.value,
            "weight_bytes": cost.weightBytes.value,
            "peak_activation_bytes": cost.peakActivationBytes.value,
            "cost_level": candidate.level + 1,
            "created_at": time,
        ]
    }
}

extension Evaluation {
    fileprivate func columns(trial: Int?, set: Int?, time: String) -> Columns {
        [
            "trial": trial,
            "measurement_set": set,
            "state": outcome.state,
            "reason": outcome.reason,
            "latency_ms": latency?.median,
            "latency_ms_min": latency?.minimum,
            "latency_ms_ci95": latency?.halfWidth,
            "samples": latency?.samples,
            "anchor_ms": latency?.anchor,
            "latency_ratio": latency?.ratio,
            "latency_ratio_ci95": latency?.ratioHalfWidth,
            "memory_bytes": plannedMemoryBytes,
            "measured_at": time,
        ]
    }
}

extension Conditions {
    fileprivate var columns: Columns {
        [
            "machine": machine.fingerprint,
            "instruction_set": instructionSet,
            "threads": threads,
            "batch": batch,
            "build": build,
            "tool_version": toolVersion,
            "anchor": anchor,
            "latency_origin": origin.rawValue,
        ]
    }
}

extension Machine {
    var columns: Columns {
        [
            "fingerprint": fingerprint,
            "processor": processor,
            "cores": cores,
            "memory_bytes": memoryBytes,
            "system": system,
        ]
    }
}

extension Database {
    /// Inserts a row unless one with the same key is there already, and returns whether it did.
    @discardableResult
    func insert(into table: String, _ row: Columns) throws -> Bool {
        let names = row.map(\.key).joined(separator: ", ")
        let places = row.map { _ in "?" }.joined(separator: ", ")
        let statement = try cachedStatement(
            sql: "INSERT INTO \(table) (\(names)) VALUES (\(places)) ON CONFLICT DO NOTHING")
        try statement.execute(arguments: StatementArguments(row.map(\.value)))
        return changesCount > 0
    }

    fileprivate func measurementSet(of conditions: Conditions) throws -> Int? {
        let columns = conditions.columns
        let equalities = columns.map { "\($0.key) = ?" }.joined(separator: " AND ")
        let statement = try cachedStatement(sql: "SELECT id FROM measurement_set WHERE \(equalities)")
        return try Int.fetchOne(statement, arguments: StatementArguments(columns.map(\.value)))
    }

    fileprivate func registerMeasurementSet(of conditions: Conditions) throws -> Int? {
        if let known = try measurementSet(of: conditions) { return known }
        try insert(into: "machine", conditions.machine.columns)
        try insert(into: "measurement_set", conditions.columns)
        return try measurementSet(of: conditions)
    }
}

extension Date {
    /// ISO 8601 in UTC with milliseconds, so that texts sort as times do.
    var stored: String { formatted(ISO8601FormatStyle(includingFractionalSeconds: true)) }
}
