// The store's tables, and the wide view over them that people and queries read.
// A migration is never edited once it has been released: a change is a further migration at the end.

import GRDB

/// What a store's file looks like.
enum Schema {
    /// "CMPD", by which a store knows its own files (`PRAGMA application_id`).
    static let applicationIdentifier = 0x434d_5044

    /// All migrations, in order.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("trials", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: trialTables)
        }
        migrator.registerMigration("rungs", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: rungTables)
        }
        // Tables are made anew under their names, so keys are checked when all of it is there.
        migrator.registerMigration("content", foreignKeyChecks: .deferred) { db in
            try db.execute(sql: contentTables)
            try db.execute(sql: contentTriggers)
            try db.execute(sql: contentViews)
        }
        migrator.registerMigration("latency budgets", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: latencyBudgets)
        }
        migrator.registerMigration("stages", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: stageCoefficients)
            try db.execute(sql: trialsView)
        }
        migrator.registerMigration("rungs of stages", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: rungsOfStages)
        }
        migrator.registerMigration("asked trials", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: askedTrials)
        }
        migrator.registerMigration("conflicts", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: conflicts)
        }
        return migrator
    }

    /// The fourth migration: a study's budget may be a latency.
    private static let latencyBudgets = """
        -- What the budget's latency and the baseline's are, over the anchor's; the study's tolerance holds for it.
        ALTER TABLE study ADD COLUMN latency_target_ratio REAL;
        ALTER TABLE study ADD COLUMN latency_baseline_ratio REAL;
        ALTER TABLE funnel ADD COLUMN below_latency INTEGER;
        ALTER TABLE funnel ADD COLUMN above_latency INTEGER;
        """

    /// The fifth migration: stages may have coefficients of their own, whose mean then stands in `alpha` and `beta`.
    private static let stageCoefficients = """
        ALTER TABLE trial ADD COLUMN alpha_stages TEXT;  -- numbers with blanks between, one a stage
        ALTER TABLE trial ADD COLUMN beta_stages TEXT;
        -- Stores that are older have one that knows no stages, or no bands of latency.
        DROP VIEW IF EXISTS trials;
        """

    /// The seventh migration: how many trials a search was asked for at most, without which nobody could tell whether one is left.
    private static let askedTrials = "ALTER TABLE funnel ADD COLUMN asked_trials INTEGER;"

    private static let trialTables = """
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
}
