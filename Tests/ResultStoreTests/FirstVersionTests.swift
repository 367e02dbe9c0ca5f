// A file that the first version of the store made, before there was training, opens with all it holds. Its tables
// stand here as they were; the code's own first migration may not drift away from them.

import CompoundSearch
import Foundation
import GRDB
import Networks
import Recipes
import ResultStore
import Testing

@Test func aStoreOfTheFirstVersionKeepsItsRowsAndTakesTraining() throws {
    // given: a trial that was measured, one that failed, and the time of a block
    let folder = try TemporaryFolder()
    let file = folder.file()
    try makeFirstVersion(file, trials: trials(2))
    let before = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(try TrialStore(path: file, access: .readOnly).rowCount == 2)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)

    // when
    let store = try TrialStore(path: file, access: .readWrite)

    // then: everything is read
    let trials = try trials(3)
    let rows = try store.query(
        Query(
            columns: [
                "id", "network_hash", "macs", "state", "reason", "latency_ratio", "cost_level", "accuracy",
                "description",
            ], sort: ["id"]))
    #expect(
        rows.rows == [
            [
                .integer(1), .text(trials[0].networkHash), .integer(385_814_752), .text("complete"), .null,
                .real(1.25), .integer(1), .null, .text("first"),
            ],
            [
                .integer(2), .text(trials[1].networkHash), .integer(385_814_753), .text("failed"),
                .text("too large"), .null, .integer(1), .null, .text("second"),
            ],
        ])
    let record = try store.trial(id: 1)
    #expect(record.study.id == trials[0].study && record.study.space == "name: b0")
    #expect(record.alpha == 1...1.04 && record.createdAt == "2023-11-14T22:13:20.500Z")
    #expect(record.measurements.map(\.conditions) == [conditions()])
    #expect(record.measurements.first?.evaluation == measured(1.25))
    #expect(record.rungs.isEmpty)
    #expect(
        try store.evaluated(study: trials[0].study, conditions: conditions())
            == Set(trials.prefix(2).map(\.networkHash)))
    #expect(try store.blockTimes(conditions()) == ["mbconv 3x3": 0.125])
    #expect(try store.best().trial.id == 1)

    // and: everything can be added
    #expect(try store.record(trials[2], measured(2), conditions: conditions(), description: "third"))
    #expect(try store.record(trials[0], measured(3), conditions: conditions(threads: 2), description: ""))
    #expect(!(try store.record(trials[0], measured(4), conditions: conditions(), description: "")))
    try store.record(blockTimes: ["fused": 0.5], conditions: conditions())
    #expect(try store.blockTimes(conditions()).count == 2)
    let rung = FinishedRung(
        networkHash: trials[1].networkHash,
        rung: TrainingRung(
            phase: .pretraining, index: 0, seed: 1, startEpochs: 0, epochs: 2, isFinal: true),
        outcome: .complete(RungResult(accuracy: 0.75, seconds: 1)))
    let plan = AccuracyPlan(
        trainer: .data("shapes", folder: ""), recipe: TrainingRecipe(pretraining: .init(epochs: 2)))
    #expect(
        try store.record(
            rung, study: trials[0].study, plan: plan, machine: conditions().machine, toolVersion: "2.0.0"))
    let reader = try TrialStore(path: file, access: .readOnly)
    #expect(try reader.cell("accuracy", where: "id = 2") == .real(0.75))
    #expect(try reader.rowCount == 4)
}

@Test func aStoreOfTheFirstVersionBecomesTheSameAsANewOne() throws {
    let folder = try TemporaryFolder()
    let (old, new) = (folder.file("old.sqlite"), folder.file("new.sqlite"))
    try makeFirstVersion(old, trials: trials(2))
    for file in [old, new] { _ = try TrialStore(path: file, access: .readWrite) }
    func schema(_ file: String) throws -> [String] {
        try DatabaseQueue(path: file).read { db in
            try String.fetchAll(db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        }
    }
    #expect(try schema(old) == schema(new))
}

/// Makes a file as the first version did, with rows as it wrote them.
private func makeFirstVersion(_ file: String, trials: [Trial]) throws {
    let machine = conditions().machine.fingerprint
    try execute(
        """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('trials');
        \(firstTables)
        INSERT INTO study VALUES (
            '\(trials[0].study)', 'b0', 'grid', 0, 'name: b0', '0.1.0', '2023-11-14T22:13:20.000Z');
        INSERT INTO machine VALUES ('\(machine)', 'Z80', 2, 65536, 'CP/M 2.2');
        INSERT INTO measurement_set VALUES (
            1, '\(machine)', 'avx512', 1, 1, 'release', '1.0.0', 'resnet-18', 'measured');
        INSERT INTO trial VALUES (
            1, '\(trials[0].study)', 'efficientnet-b0', '\(trials[0].networkHash)', 'first', 0, 1, 1, 1, 1,
            1, 1.04, 1, 1, 1, 1, 1, 1, 224, 16, 385814752, 5288548, 6750000, 10, 20, 21154192, 4816896,
            '2023-11-14T22:13:20.500Z');
        INSERT INTO trial VALUES (
            2, '\(trials[0].study)', 'efficientnet-b0', '\(trials[1].networkHash)', 'second', 1, 1, 1, 1.1, 1,
            1, 1, 1, 1, 1.1, 1.1, 1, 1, 246, 16, 385814753, 5288548, 6750000, 10, 20, 21154192, 4816896,
            '2023-11-14T22:13:21.000Z');
        INSERT INTO measurement VALUES (
            1, 1, 1, 'complete', NULL, 12.5, 11.875, 0.25, 40, 10, 1.25, 0.025, 4096,
            '2023-11-14T22:13:20.500Z');
        INSERT INTO measurement VALUES (
            2, 2, 1, 'failed', 'too large', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            '2023-11-14T22:13:21.000Z');
        INSERT INTO block_time VALUES (1, 'mbconv 3x3', 0.125, '2023-11-14T22:13:22.000Z');
        PRAGMA journal_mode = WAL;
        """, on: file)
}

/// The tables of the first version, word for word.
private let firstTables = """
    PRAGMA application_id = 1129140292;

    CREATE TABLE study (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        strategy TEXT NOT NULL,
        seed ANY NOT NULL,  -- an integer, or text where 63 bits do not hold it
        space TEXT NOT NULL,
        tool_version TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE trial (
        id INTEGER PRIMARY KEY,
        study TEXT NOT NULL REFERENCES study (id),
        network TEXT NOT NULL,
        network_hash TEXT NOT NULL,
        description TEXT NOT NULL,
        point INTEGER NOT NULL,
        alpha REAL NOT NULL,
        beta REAL NOT NULL,
        gamma REAL NOT NULL,
        phi REAL NOT NULL,
        alpha_low REAL NOT NULL,
        alpha_high REAL NOT NULL,
        beta_low REAL NOT NULL,
        beta_high REAL NOT NULL,
        gamma_low REAL NOT NULL,
        gamma_high REAL NOT NULL,
        width REAL NOT NULL,
        depth REAL NOT NULL,
        resolution INTEGER NOT NULL,
        blocks INTEGER NOT NULL,
        macs INTEGER NOT NULL,
        parameters INTEGER NOT NULL,
        activations INTEGER NOT NULL,
        bias_adds INTEGER NOT NULL,
        norm_elements INTEGER NOT NULL,
        weight_bytes INTEGER NOT NULL,
        peak_activation_bytes INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (study, network_hash)
    ) STRICT;

    CREATE TABLE machine (
        fingerprint TEXT NOT NULL PRIMARY KEY,
        processor TEXT NOT NULL,
        cores INTEGER NOT NULL,
        memory_bytes INTEGER NOT NULL,
        system TEXT NOT NULL
    ) STRICT;

    CREATE TABLE measurement_set (
        id INTEGER PRIMARY KEY,
        machine TEXT NOT NULL REFERENCES machine (fingerprint),
        instruction_set TEXT NOT NULL,
        threads INTEGER NOT NULL,
        batch INTEGER NOT NULL,
        build TEXT NOT NULL,
        tool_version TEXT NOT NULL,
        anchor TEXT NOT NULL,
        latency_origin TEXT NOT NULL CHECK (latency_origin IN ('measured', 'predicted', 'none')),
        UNIQUE (machine, instruction_set, threads, batch, build, tool_version, anchor, latency_origin)
    ) STRICT;

    CREATE TABLE measurement (
        id INTEGER PRIMARY KEY,
        trial INTEGER NOT NULL REFERENCES trial (id),
        measurement_set INTEGER NOT NULL REFERENCES measurement_set (id),
        state TEXT NOT NULL CHECK (state IN ('complete', 'rejected', 'failed')),
        reason TEXT,
        latency_ms REAL,
        latency_ms_min REAL,
        latency_ms_ci95 REAL,
        samples INTEGER,
        anchor_ms REAL,
        latency_ratio REAL,
        latency_ratio_ci95 REAL,
        memory_bytes INTEGER,
        measured_at TEXT NOT NULL,
        UNIQUE (trial, measurement_set)
    ) STRICT;

    CREATE TABLE block_time (
        measurement_set INTEGER NOT NULL REFERENCES measurement_set (id),
        block TEXT NOT NULL,
        ratio REAL NOT NULL,  -- of the anchor's time
        measured_at TEXT NOT NULL,
        PRIMARY KEY (measurement_set, block)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX trial_by_network_hash ON trial (network_hash);
    CREATE INDEX trial_by_macs ON trial (macs);
    CREATE INDEX trial_by_parameters ON trial (parameters);
    CREATE INDEX measurement_by_latency_ms ON measurement (latency_ms);
    CREATE INDEX measurement_by_latency_ratio ON measurement (measurement_set, latency_ratio);

    CREATE TRIGGER study_keeps BEFORE UPDATE ON study
        BEGIN SELECT RAISE(ABORT, 'studies are never changed'); END;
    CREATE TRIGGER study_stays BEFORE DELETE ON study
        BEGIN SELECT RAISE(ABORT, 'studies are never deleted'); END;
    CREATE TRIGGER trial_keeps BEFORE UPDATE ON trial
        BEGIN SELECT RAISE(ABORT, 'trials are never changed'); END;
    CREATE TRIGGER trial_stays BEFORE DELETE ON trial
        BEGIN SELECT RAISE(ABORT, 'trials are never deleted'); END;
    CREATE TRIGGER machine_keeps BEFORE UPDATE ON machine
        BEGIN SELECT RAISE(ABORT, 'machines are never changed'); END;
    CREATE TRIGGER machine_stays BEFORE DELETE ON machine
        BEGIN SELECT RAISE(ABORT, 'machines are never deleted'); END;
    CREATE TRIGGER measurement_set_keeps BEFORE UPDATE ON measurement_set
        BEGIN SELECT RAISE(ABORT, 'measurement sets are never changed'); END;
    CREATE TRIGGER measurement_set_stays BEFORE DELETE ON measurement_set
        BEGIN SELECT RAISE(ABORT, 'measurement sets are never deleted'); END;
    CREATE TRIGGER measurement_keeps BEFORE UPDATE ON measurement
        BEGIN SELECT RAISE(ABORT, 'measurements are never changed'); END;
    CREATE TRIGGER measurement_stays BEFORE DELETE ON measurement
        BEGIN SELECT RAISE(ABORT, 'measurements are never deleted'); END;

    CREATE TRIGGER block_time_keeps BEFORE UPDATE ON block_time
        BEGIN SELECT RAISE(ABORT, 'block times are never changed'); END;
    CREATE TRIGGER block_time_stays BEFORE DELETE ON block_time
        BEGIN SELECT RAISE(ABORT, 'block times are never deleted'); END;

    CREATE VIEW trials AS
    SELECT
        trial.id, trial.study, study.name AS study_name, study.strategy, study.seed,
        trial.network, trial.network_hash, trial.point,
        trial.alpha, trial.beta, trial.gamma, trial.phi,
        trial.alpha_low, trial.alpha_high, trial.beta_low, trial.beta_high,
        trial.gamma_low, trial.gamma_high,
        trial.width, trial.depth, trial.resolution, trial.blocks,
        trial.macs, trial.parameters, trial.activations, trial.bias_adds, trial.norm_elements,
        trial.weight_bytes, trial.peak_activation_bytes,
        coalesce(measurement.state, 'pending') AS state, measurement.reason,
        measurement.latency_ms, measurement.latency_ms_min, measurement.latency_ms_ci95,
        measurement.samples, measurement.anchor_ms,
        measurement.latency_ratio, measurement.latency_ratio_ci95,
        CASE WHEN measurement.samples IS NOT NULL THEN measurement_set.latency_origin END
            AS latency_origin,
        measurement.memory_bytes, measurement.measurement_set,
        machine.processor, machine.cores, machine.memory_bytes AS machine_memory_bytes, machine.system,
        measurement_set.machine, measurement_set.instruction_set, measurement_set.threads,
        measurement_set.batch, measurement_set.build, measurement_set.tool_version,
        measurement_set.anchor,
        trial.created_at, measurement.measured_at
    FROM trial
    JOIN study ON study.id = trial.study
    LEFT JOIN measurement ON measurement.trial = trial.id
    LEFT JOIN measurement_set ON measurement_set.id = measurement.measurement_set
    LEFT JOIN machine ON machine.fingerprint = measurement_set.machine;
    """
