// A trial as it was stored, in the types it was recorded with: what an export or a report reads.

import CompoundSearch
import GRDB
import Measurements
import Networks

/// A study as it was registered.
package struct StudyRecord: Hashable, Sendable {
    /// The hash of space, strategy and seed.
    package let id: String
    /// The name that its space gives it.
    package let name: String
    /// How points were drawn.
    package let strategy: Strategy
    /// The seed of random points.
    package let seed: UInt64
    /// The space's text, as it was registered.
    package let space: String
    /// The version of the tool that registered it.
    package let toolVersion: String
    /// When it was registered, ISO 8601 in UTC.
    package let createdAt: String
    /// The network that is scaled, as YAML; nil where an older version registered the study.
    package let baseline: String?
    /// How far a cost may lie from its level, as a share of it, where it is known.
    package let tolerance: Double?
    /// The highest latency of a feasible trial in milliseconds, or nil.
    package let latencyBound: Double?
    /// What latency the budget means on the machine that searched, or nil where it means none.
    package let latencyBand: LatencyBand?
    /// The cost levels in macs, the cheapest first; none where an older version registered the study.
    package let levels: [CostLevel]

    /// A cost level of a study, in macs.
    package struct CostLevel: Hashable, Sendable {
        /// The macs aimed at.
        package let target: Double
        /// Fewest macs allowed.
        package let lowest: Double
        /// Most macs allowed.
        package let highest: Double
    }
}

/// One evaluation of a trial, with the conditions it was made under.
package struct MeasurementRecord: Hashable, Sendable {
    /// The number of the measurement set, within which latencies may be compared.
    package let measurementSet: Int
    /// Everything that the measurement set depends on.
    package let conditions: Conditions
    /// What was found.
    package let evaluation: Evaluation
    /// When it was recorded, ISO 8601 in UTC.
    package let measuredAt: String
}

/// A trial with all that was measured of it.
package struct TrialRecord: Hashable, Sendable {
    /// Its number in the store.
    package let id: Int
    /// The study it belongs to.
    package let study: StudyRecord
    /// The baseline's name.
    package let network: String
    /// The network's content hash.
    package let networkHash: String
    /// The network as the text it was recorded with.
    package let description: String
    /// Index of the first point that gives this network.
    package let point: Int
    /// The coefficients of that point.
    package let coefficients: Coefficients
    /// Range of α that gives the same network.
    package let alpha: ClosedRange<Double>
    /// Range of β that gives the same network.
    package let beta: ClosedRange<Double>
    /// Range of γ that gives the same network.
    package let gamma: ClosedRange<Double>
    /// Width factor that was asked for.
    package let width: Double
    /// Depth factor that was asked for.
    package let depth: Double
    /// Realised height and width of the image in pixels.
    package let resolution: Int
    /// Realised blocks.
    package let blocks: Int
    /// The network's cost.
    package let cost: Cost
    /// When it was recorded, ISO 8601 in UTC.
    package let createdAt: String
    /// The cost level of its budget, counted from 1.
    package let costLevel: Int
    /// The realised integers as JSON, or nil where an older version recorded it.
    package let dimensions: String?
    /// Why it is set aside, or nil; then it has neither measurements nor rungs that count.
    package let setAside: String?
    /// What was measured of its network and counts, whichever study asked, the latest first.
    package let measurements: [MeasurementRecord]
    /// The rungs of its network that count, whichever study asked, the latest first.
    package let rungs: [RungRecord]
}

extension TrialRecord {
    /// Reads a trial, or nil where there is none of that number.
    init?(id: Int, from db: Database) throws {
        let sql = "SELECT * FROM trial WHERE id = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [id]) else { return nil }
        func range(_ name: String) throws -> ClosedRange<Double> {
            let low: Double = try row.value(name + "_low")
            return low...max(low, try row.value(name + "_high"))
        }
        self.id = id
        study = try StudyRecord(id: try row.value("study"), from: db)
        network = try row.value("network")
        networkHash = try row.value("network_hash")
        description = try row.value("description")
        point = try row.value("point")
        coefficients = Coefficients(
            alpha: try row.value("alpha"), beta: try row.value("beta"), gamma: try row.value("gamma"),
            phi: try row.value("phi"),
            stages: StageFactors(
                alphas: try row.optional("alpha_stages"), betas: try row.optional("beta_stages")))
        alpha = try range("alpha")
        beta = try range("beta")
        gamma = try range("gamma")
        width = try row.value("width")
        depth = try row.value("depth")
        resolution = try row.value("resolution")
        blocks = try row.value("blocks")
        cost = try Cost(row: row)
        createdAt = (try row.value("created_at") as String).timestamp
        costLevel = try row.value("cost_level")
        dimensions = try row.optional("dimensions")
        let reason = "SELECT set_aside FROM trials WHERE id = ? AND set_aside IS NOT NULL"
        setAside = try String.fetchOne(db, sql: reason, arguments: [id])
        measurements = try MeasurementRecord.all(ofTrial: id, from: db)
        rungs = try RungRecord.all(
            "JOIN known_rung ON known_rung.id = rung.id", where: "known_rung.of_trial = ?", arguments: [id],
            order: "rung.id DESC", from: db)
    }
}

extension StudyRecord {
    init(id: String, from db: Database) throws {
        let sql = "SELECT *, CAST(seed AS TEXT) AS seed_text FROM study WHERE id = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [id]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "study \(id) is gone")
        }
        let strategy: String = try row.value("strategy")
        self.id = id
        name = try row.value("name")
        self.strategy = try Strategy(rawValue: strategy).stored("strategy \(strategy)")
        seed = try UInt64(try row.value("seed_text") as String).stored("seed of study \(id)")
        space = try row.value("space")
        toolVersion = try row.value("tool_version")
        createdAt = (try row.value("created_at") as String).timestamp
        baseline = try row.optional("baseline")
        tolerance = try row.optional("tolerance")
        latencyBound = try row.optional("latency_bound_ms")
        latencyBand = try LatencyBand(study: row)
        levels = try Row.fetchAll(
            db, sql: "SELECT * FROM cost_level WHERE study = ? ORDER BY level", arguments: [id]
        ).map {
            CostLevel(
                target: try $0.value("target_macs"), lowest: try $0.value("lowest_macs"),
                highest: try $0.value("highest_macs"))
        }
    }
}

extension MeasurementRecord {
    fileprivate static func all(ofTrial id: Int, from db: Database) throws -> [MeasurementRecord] {
        let sql = """
            SELECT
                measurement.*, machine.*, measurement_set.*, study.latency_bound_ms,
                study.latency_target_ratio, study.latency_baseline_ratio, study.tolerance,
                machine.memory_bytes AS machine_memory_bytes, measurement.memory_bytes AS planned_bytes
            FROM trial
            JOIN study ON study.id = trial.study
            JOIN measurement ON measurement.network_hash = trial.network_hash
                AND (only_study IS NULL OR only_study = trial.study)
                AND measurement.attempt = \(Database.standingAttempt(of: "trial"))
            JOIN study_measurement_set AS asked ON asked.study = trial.study
                AND asked.measurement_set = measurement.measurement_set
            JOIN measurement_set ON measurement_set.id = measurement.measurement_set
            JOIN machine ON machine.fingerprint = measurement_set.machine
            WHERE trial.id = ? ORDER BY measurement.id DESC
            """
        return try Row.fetchAll(db, sql: sql, arguments: [id]).map(MeasurementRecord.init(row:))
    }

    private init(row: Row) throws {
        measurementSet = try row.value("measurement_set")
        let machine = Machine(
            processor: try row.value("processor"), cores: try row.value("cores"),
            memoryBytes: try row.value("machine_memory_bytes"), system: try row.value("system"),
            caches: try row.optional("caches"))
        conditions = Conditions(
            machine: machine, instructionSet: try row.value("instruction_set"),
            threads: try row.value("threads"), batch: try row.value("batch"), build: try row.value("build"),
            toolVersion: try row.value("tool_version"), anchor: try row.value("anchor"),
            origin: try LatencyOrigin(rawValue: row.value("latency_origin")).stored("latency origin"),
            precision: Precision(rawValue: try row.value("precision")))
        // SQLite keeps NaN as NULL.
        func number(_ column: String) throws -> Double { try row.optional(column) ?? .nan }
        let samples: Int? = try row.optional("samples")
        let latency =
            try samples.map { samples in
                Latency(
                    median: try number("latency_ms"), minimum: try number("latency_ms_min"),
                    halfWidth: try number("latency_ms_ci95"), samples: samples,
                    anchor: try number("anchor_ms"), ratio: try number("latency_ratio"),
                    ratioHalfWidth: try number("latency_ratio_ci95"))
            }
        evaluation = Evaluation(
            outcome: try Outcome(state: row.value("state"), reason: row.optional("reason") ?? "")
                .judged(by: row),
            latency: latency, plannedMemoryBytes: try row.optional("planned_bytes"))
        measuredAt = (try row.value("measured_at") as String).timestamp
    }
}

extension Outcome {
    /// The word by which it is stored.
    var state: String {
        switch self {
        case .complete: "complete"
        case .rejected: "rejected"
        case .failed: "failed"
        }
    }

    /// The outcome that is stored by that word.
    init(state: String, reason: String) {
        switch state {
        case "complete": self = .complete
        case "rejected": self = .rejected(reason)
        default: self = .failed(reason)
        }
    }
}

extension Cost {
    fileprivate init(row: Row) throws {
        self.init()
        macs = Exact(try row.value("macs"))
        parameters = Exact(try row.value("parameters"))
        activations = Exact(try row.value("activations"))
        biasAdds = Exact(try row.value("bias_adds"))
        normElements = Exact(try row.value("norm_elements"))
        weightBytes = Exact(try row.value("weight_bytes"))
        peakActivationBytes = Exact(try row.value("peak_activation_bytes"))
    }
}

extension Row {
    /// A column's value, which the table's own rules guarantee; throws where the file breaks them.
    func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ column: String
    ) throws -> Value {
        try decode(Value.self, forColumn: column)
    }

    /// A column's value or nil.
    func optional<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ column: String
    ) throws -> Value? {
        try decode(Value?.self, forColumn: column)
    }
}

extension Optional {
    /// The value; throws where what was stored could not be understood.
    func stored(_ what: String) throws -> Wrapped {
        guard let self else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "unknown \(what)") }
        return self
    }
}
