// The rows that are written, each property once under the name of its column: `latencyMs` is `latency_ms`.
// Rows with a natural key are inserted unless they are there already; which keys there are, the schema says.

import CompoundSearch
import Foundation
import GRDB
import Measurements
import Networks

/// A row whose properties are the columns of its table.
protocol StoredRow: Encodable, PersistableRecord {}

extension StoredRow {
    static var databaseColumnEncodingStrategy: DatabaseColumnEncodingStrategy { .convertToSnakeCase }

    /// Inserts the row unless one with the same key is there already, and returns whether it did.
    @discardableResult
    func add(to db: Database) throws -> Bool {
        try insert(db, onConflict: .ignore)
        return db.changesCount > 0
    }
}

/// A row that is read as it was written.
protocol ReadableRow: StoredRow, Decodable, FetchableRecord {}

extension ReadableRow {
    static var databaseColumnDecodingStrategy: DatabaseColumnDecodingStrategy { .convertFromSnakeCase }
}

/// A study as it is registered.
struct StudyRow: StoredRow {
    static let databaseTableName = "study"

    var id, name, strategy: String
    var seed: StoredSeed
    var space, toolVersion, createdAt: String
    var baseline: String?
    var tolerance, latencyBoundMs, latencyTargetRatio, latencyBaselineRatio: Double?
}

/// A seed, which STRICT tables keep as an integer, or as text where 63 bits do not hold it.
struct StoredSeed: Encodable, DatabaseValueConvertible {
    let seed: UInt64

    var databaseValue: DatabaseValue {
        Int64(exactly: seed).map(\.databaseValue) ?? String(seed).databaseValue
    }

    static func fromDatabaseValue(_ value: DatabaseValue) -> StoredSeed? {
        (UInt64.fromDatabaseValue(value) ?? String.fromDatabaseValue(value).flatMap { UInt64($0) })
            .map(StoredSeed.init)
    }
}

/// A cost level of a study's budget.
struct CostLevelRow: StoredRow {
    static let databaseTableName = "cost_level"

    var study: String
    var level: Int
    var targetMacs, lowestMacs, highestMacs: Double
}

/// The counts of a study that was drawn.
struct FunnelRow: ReadableRow {
    static let databaseTableName = "funnel"

    var study: String
    var points, networks, withinBudget, unbuildable, untrainable: Int
    var belowMacs, aboveMacs, aboveParameters, aboveActivations, abovePeakMemory: Int
    var belowLatency, aboveLatency: Int?
    var askedTrials: Int?
    var drawnAt, toolVersion: String
}

/// A trial without what is found out about its network.
struct TrialRow: StoredRow {
    static let databaseTableName = "trial"

    var study, network, networkHash, description: String
    var point: Int
    var alpha, beta, gamma, phi: Double
    var alphaLow, alphaHigh, betaLow, betaHigh, gammaLow, gammaHigh: Double
    var alphaStages, betaStages: String?
    var width, depth: Double
    var resolution, blocks: Int
    var macs, parameters, activations, biasAdds, normElements, weightBytes, peakActivationBytes: Int
    var costLevel: Int
    var dimensions: String?
    var createdAt: String
}

/// A computer.
struct MachineRow: StoredRow {
    static let databaseTableName = "machine"

    var fingerprint, processor: String
    var cores, memoryBytes: Int
    var system: String
    var caches: String?

    init(_ machine: Machine) {
        fingerprint = machine.fingerprint
        processor = machine.processor
        cores = machine.cores
        memoryBytes = machine.memoryBytes
        system = machine.system
        caches = machine.caches
    }
}

/// Conditions; all of it is the key.
struct MeasurementSetRow: StoredRow {
    static let databaseTableName = "measurement_set"

    var machine, instructionSet: String
    var threads, batch: Int
    var precision, build, toolVersion, anchor, latencyOrigin: String

    init(_ conditions: Conditions) {
        machine = conditions.machine.fingerprint
        instructionSet = conditions.instructionSet
        threads = conditions.threads
        batch = conditions.batch
        precision = conditions.precision.rawValue
        build = conditions.build
        toolVersion = conditions.toolVersion
        anchor = conditions.anchor
        latencyOrigin = conditions.origin.rawValue
    }
}

/// A measurement set that a study looks at.
struct StudyMeasurementSetRow: StoredRow {
    static let databaseTableName = "study_measurement_set"

    var study: String
    var measurementSet: Int
}

/// A training that a study uses.
struct StudyTrainingRow: StoredRow {
    static let databaseTableName = "study_training"

    var study: String
    var training: Int
}

/// One evaluation of a network.
struct MeasurementRow: StoredRow {
    static let databaseTableName = "measurement"

    var networkHash: String
    var measurementSet, attempt, trial: Int
    var onlyStudy: String?
    var state: String
    var reason: String?
    var latencyMs, latencyMsMin, latencyMsCi95: Double?
    var samples: Int?
    var anchorMs, latencyRatio, latencyRatioCi95: Double?
    var memoryBytes: Int?
    var measuredAt: String
}

/// The time of a block.
struct BlockTimeRow: StoredRow {
    static let databaseTableName = "block_time"

    var measurementSet: Int
    var block: String
    var ratio: Double
    var measuredAt: String
}

/// A way of training.
struct TrainingRow: StoredRow {
    static let databaseTableName = "training"

    var hash, trainer, recipe: String
    var data, instructionSet, toolVersion: String?
}

/// A rung that is over.
struct RungRow: ReadableRow {
    static let databaseTableName = "rung"

    var networkHash: String
    var training, attempt, trial: Int
    var onlyStudy: String?
    var phase: String
    var rung, seed, startEpochs, epochs: Int
    var `final`: Bool
    var state: String
    var reason: String?
    var accuracy, balancedAccuracy: Double?
    var classAccuracies: [Double?]?
    var mostCommonShare: Double?
    var note: String?
    var loss, testAccuracy: Double?
    var validationImages, initialisationSeed, orderSeed, splitSeed: Int?
    var precision: String?
    var seconds: Double
    var imagesPerSecond: Double?
    var weights: String?
    var machine, toolVersion, trainedAt: String
    var reusedFrom: Int?
}

/// One epoch of a rung.
struct EpochRow: ReadableRow {
    static let databaseTableName = "epoch"

    var rung, epoch: Int
    var trainingLoss, trainingAccuracy, validationLoss, validationAccuracy: Double?
    var imagesPerSecond, seconds: Double?
}

/// A network set aside, or brought back.
struct VerdictRow: ReadableRow {
    static let databaseTableName = "verdict"

    var networkHash: String
    var trial: Int
    var action: Verdict.Action
    var reason: String
    var attempt: Int
    var madeAt, toolVersion: String
}

/// The time of one layer of a network.
struct LayerTimeRow: ReadableRow {
    static let databaseTableName = "layer_time"

    var networkHash: String
    var measurementSet, position: Int
    var layer: String
    var timeMs, timeMsMin: Double
    var macs: Int
}

/// What a machine can do at best with a working set of that size.
struct CeilingRow: ReadableRow {
    static let databaseTableName = "ceiling"

    var measurementSet, workingSetBytes: Int
    var gflops, gigabytesPerSecond: Double
}

extension Date {
    /// UTC with milliseconds, as SQLite's own functions write it, so that texts sort and compare as times do.
    var stored: String {
        formatted(
            ISO8601FormatStyle(
                dateTimeSeparator: .space, includingFractionalSeconds: true
            )
        ).replacing("Z", with: "")
    }
}

extension String {
    /// A stored time as ISO 8601 has it; older versions stored it so.
    var timestamp: String { hasSuffix("Z") ? self : replacing(" ", with: "T") + "Z" }
}

extension Database {
    /// The number of the row with these very values, or with the same ones in some columns; nil without one.
    func id(of row: some StoredRow, by columns: [String] = []) throws -> Int? {
        var values = try row.databaseDictionary
        if !columns.isEmpty { values = values.filter { columns.contains($0.key) } }
        let keys = values.keys.sorted()
        let equalities = keys.map { "\($0) IS ?" }.joined(separator: " AND ")
        let statement = try cachedStatement(
            sql: "SELECT id FROM \(type(of: row).databaseTableName) WHERE \(equalities)")
        return try Int.fetchOne(statement, arguments: StatementArguments(keys.map { values[$0] ?? .null }))
    }

    /// The number of the row, which is added where it is not there yet.
    func register(_ row: some StoredRow, by columns: [String] = []) throws -> Int {
        if let known = try id(of: row, by: columns) { return known }
        try row.add(to: self)
        return try id(of: row, by: columns).stored("row of \(type(of: row).databaseTableName)")
    }
}
