// The third migration: what is found out about a network belongs to the network, whichever study asked.
//
// Rows of older versions lack what that takes (the data's digest, the seeds, who else might have meant the same),
// so they stay known to their own study alone (`only_study`).

extension Schema {
    /// Tables in which measurements and rungs hang on the content hash of a network.
    static let contentTables = """
        DROP VIEW trials;
        DROP VIEW rungs;
        DROP VIEW trained;

        -- A study of an older version lacks its baseline; continuing it may add what was unknown, once.
        ALTER TABLE study ADD COLUMN baseline TEXT;  -- the network that is scaled, as YAML
        ALTER TABLE study ADD COLUMN tolerance REAL;
        ALTER TABLE study ADD COLUMN latency_bound_ms REAL;
        DROP TRIGGER study_keeps;
        CREATE TRIGGER study_keeps BEFORE UPDATE ON study
            WHEN OLD.baseline IS NOT NULL OR NEW.baseline IS NULL OR OLD.id <> NEW.id
                OR OLD.name <> NEW.name OR OLD.strategy <> NEW.strategy OR OLD.seed <> NEW.seed
                OR OLD.space <> NEW.space OR OLD.tool_version <> NEW.tool_version
                OR OLD.created_at <> NEW.created_at
            BEGIN SELECT RAISE(ABORT, 'studies are never changed'); END;

        CREATE TABLE cost_level (
            study TEXT NOT NULL REFERENCES study (id),
            level INTEGER NOT NULL,  -- counted from 1
            target_macs REAL NOT NULL,
            lowest_macs REAL NOT NULL,
            highest_macs REAL NOT NULL,
            PRIMARY KEY (study, level)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE funnel (
            id INTEGER PRIMARY KEY,
            study TEXT NOT NULL REFERENCES study (id),
            points INTEGER NOT NULL,
            networks INTEGER NOT NULL,
            within_budget INTEGER NOT NULL,
            unbuildable INTEGER NOT NULL,
            untrainable INTEGER NOT NULL,
            below_macs INTEGER NOT NULL,
            above_macs INTEGER NOT NULL,
            above_parameters INTEGER NOT NULL,
            above_activations INTEGER NOT NULL,
            above_peak_memory INTEGER NOT NULL,
            drawn_at TEXT NOT NULL,
            tool_version TEXT NOT NULL
        ) STRICT;
        CREATE INDEX funnel_by_study ON funnel (study);

        ALTER TABLE trial ADD COLUMN dimensions TEXT;  -- the realised integers, as JSON
        ALTER TABLE trial ADD COLUMN coefficients TEXT;  -- named parameters, as JSON
        ALTER TABLE trial ADD COLUMN parent INTEGER REFERENCES trial (id);
        ALTER TABLE trial ADD COLUMN proposal TEXT;

        ALTER TABLE machine ADD COLUMN caches TEXT;

        CREATE TABLE new_measurement_set (
            id INTEGER PRIMARY KEY,
            machine TEXT NOT NULL REFERENCES machine (fingerprint),
            instruction_set TEXT NOT NULL,
            threads INTEGER NOT NULL,
            batch INTEGER NOT NULL,
            precision TEXT NOT NULL,
            build TEXT NOT NULL,
            tool_version TEXT NOT NULL,
            anchor TEXT NOT NULL,
            latency_origin TEXT NOT NULL CHECK (latency_origin IN ('measured', 'predicted', 'none')),
            UNIQUE (
                machine, instruction_set, threads, batch, precision, build, tool_version, anchor,
                latency_origin)
        ) STRICT;
        INSERT INTO new_measurement_set
        SELECT id, machine, instruction_set, threads, batch, 'float32', build, tool_version, anchor,
            latency_origin
        FROM measurement_set;
        DROP TABLE measurement_set;
        ALTER TABLE new_measurement_set RENAME TO measurement_set;

        -- What a study looks at: its rows show these measurement sets and trainings, and no other study's.
        CREATE TABLE study_measurement_set (
            study TEXT NOT NULL REFERENCES study (id),
            measurement_set INTEGER NOT NULL REFERENCES measurement_set (id),
            PRIMARY KEY (study, measurement_set)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO study_measurement_set
        SELECT DISTINCT trial.study, measurement.measurement_set
        FROM measurement JOIN trial ON trial.id = measurement.trial;

        CREATE TABLE study_training (
            study TEXT NOT NULL REFERENCES study (id),
            training INTEGER NOT NULL REFERENCES training (id),
            PRIMARY KEY (study, training)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO study_training
        SELECT DISTINCT trial.study, rung.training FROM rung JOIN trial ON trial.id = rung.trial;

        CREATE TABLE new_measurement (
            id INTEGER PRIMARY KEY,
            network_hash TEXT NOT NULL,
            measurement_set INTEGER NOT NULL REFERENCES measurement_set (id),
            attempt INTEGER NOT NULL DEFAULT 0,
            trial INTEGER NOT NULL REFERENCES trial (id),  -- the one that asked for it
            only_study TEXT REFERENCES study (id),  -- the only study that knows it, or NULL for all
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
            measured_at TEXT NOT NULL
        ) STRICT;
        INSERT INTO new_measurement
        SELECT measurement.id, trial.network_hash, measurement_set, 0, trial, trial.study, state, reason,
            latency_ms, latency_ms_min, latency_ms_ci95, samples, anchor_ms, latency_ratio,
            latency_ratio_ci95, memory_bytes, measured_at
        FROM measurement JOIN trial ON trial.id = measurement.trial ORDER BY measurement.id;
        DROP TABLE measurement;
        ALTER TABLE new_measurement RENAME TO measurement;
        CREATE UNIQUE INDEX measurement_completes_once
            ON measurement (network_hash, measurement_set, attempt)
            WHERE state = 'complete' AND only_study IS NULL;
        CREATE INDEX measurement_by_network ON measurement (network_hash, measurement_set, attempt);
        CREATE INDEX measurement_by_trial ON measurement (trial);
        CREATE INDEX measurement_by_latency_ms ON measurement (latency_ms);
        CREATE INDEX measurement_by_latency_ratio ON measurement (measurement_set, latency_ratio);

        ALTER TABLE training ADD COLUMN data TEXT;  -- the digest of the images
        ALTER TABLE training ADD COLUMN instruction_set TEXT;
        ALTER TABLE training ADD COLUMN tool_version TEXT;

        CREATE TABLE new_rung (
            id INTEGER PRIMARY KEY,
            network_hash TEXT NOT NULL,
            training INTEGER NOT NULL REFERENCES training (id),
            attempt INTEGER NOT NULL DEFAULT 0,
            trial INTEGER NOT NULL REFERENCES trial (id),  -- the one that asked for it
            only_study TEXT REFERENCES study (id),  -- the only study that knows it, or NULL for all
            phase TEXT NOT NULL CHECK (phase IN ('pretrain', 'fine_tune')),
            rung INTEGER NOT NULL,
            seed INTEGER NOT NULL,
            start_epochs INTEGER NOT NULL,
            epochs INTEGER NOT NULL,  -- behind the network at the end of the rung
            final INTEGER NOT NULL CHECK (final IN (0, 1)),
            state TEXT NOT NULL CHECK (state IN ('complete', 'failed')),
            reason TEXT,
            accuracy REAL CHECK (accuracy BETWEEN 0 AND 1),
            balanced_accuracy REAL CHECK (balanced_accuracy BETWEEN 0 AND 1),
            class_accuracies TEXT,  -- a JSON list, null for a class without images
            most_common_share REAL CHECK (most_common_share BETWEEN 0 AND 1),
            note TEXT,
            loss REAL,
            test_accuracy REAL CHECK (test_accuracy BETWEEN 0 AND 1),
            validation_images INTEGER,
            initialisation_seed INTEGER,
            order_seed INTEGER,
            split_seed INTEGER,
            precision TEXT,
            seconds REAL NOT NULL,
            images_per_second REAL,
            weights TEXT,  -- a path from the store's folder
            machine TEXT NOT NULL REFERENCES machine (fingerprint),
            tool_version TEXT NOT NULL,
            trained_at TEXT NOT NULL,
            reused_from INTEGER REFERENCES rung (id),
            CHECK (state = 'failed' OR accuracy IS NOT NULL)
        ) STRICT;
        INSERT INTO new_rung (
            id, network_hash, training, trial, only_study, phase, rung, seed, start_epochs, epochs, final,
            state, reason, accuracy, loss, test_accuracy, seconds, images_per_second, weights, machine,
            tool_version, trained_at)
        SELECT rung.id, trial.network_hash, training, trial, trial.study, phase, rung, rung.seed,
            start_epochs, epochs, final, state, reason, accuracy, loss, test_accuracy, seconds,
            images_per_second, weights, machine, tool_version, trained_at
        FROM rung JOIN trial ON trial.id = rung.trial ORDER BY rung.id;
        DROP TABLE rung;
        ALTER TABLE new_rung RENAME TO rung;
        CREATE UNIQUE INDEX rung_completes_once ON rung (network_hash, training, seed, epochs, attempt)
            WHERE state = 'complete' AND only_study IS NULL;
        CREATE INDEX rung_by_network ON rung (network_hash, training, seed, epochs);
        CREATE INDEX rung_of_one_study ON rung (network_hash, only_study) WHERE only_study IS NOT NULL;
        CREATE INDEX rung_by_trial ON rung (trial);
        -- An index repeats the figure, so that a check of the file sees a changed one.
        CREATE INDEX rung_by_accuracy ON rung (training, accuracy);

        CREATE TABLE epoch (
            rung INTEGER NOT NULL REFERENCES rung (id),
            epoch INTEGER NOT NULL,  -- counted from 1 through all rungs
            training_loss REAL,
            training_accuracy REAL,
            validation_loss REAL,
            validation_accuracy REAL,
            images_per_second REAL,
            seconds REAL,
            PRIMARY KEY (rung, epoch)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE verdict (
            id INTEGER PRIMARY KEY,
            network_hash TEXT NOT NULL,
            trial INTEGER NOT NULL REFERENCES trial (id),  -- the one that was named
            action TEXT NOT NULL CHECK (action IN ('set_aside', 'bring_back')),
            reason TEXT NOT NULL,
            attempt INTEGER NOT NULL,  -- the one whose results count from now on
            made_at TEXT NOT NULL,
            tool_version TEXT NOT NULL
        ) STRICT;
        CREATE INDEX verdict_by_network ON verdict (network_hash);

        CREATE TABLE layer_time (
            network_hash TEXT NOT NULL,
            measurement_set INTEGER NOT NULL REFERENCES measurement_set (id),
            position INTEGER NOT NULL,  -- counted from 0 in the order of execution
            layer TEXT NOT NULL,
            time_ms REAL NOT NULL,
            time_ms_min REAL NOT NULL,
            macs INTEGER NOT NULL,
            PRIMARY KEY (network_hash, measurement_set, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ceiling (
            measurement_set INTEGER NOT NULL REFERENCES measurement_set (id),
            working_set_bytes INTEGER NOT NULL,
            gflops REAL NOT NULL,
            gigabytes_per_second REAL NOT NULL,
            PRIMARY KEY (measurement_set, working_set_bytes)
        ) STRICT, WITHOUT ROWID;
        """

    /// The tables that the third migration makes, each with the words of its refusals.
    private static let keptTables = [
        ("cost_level", "cost levels"), ("funnel", "funnels"), ("measurement_set", "measurement sets"),
        ("study_measurement_set", "the measurement sets of a study"),
        ("study_training", "the trainings of a study"), ("measurement", "measurements"), ("rung", "rungs"),
        ("epoch", "epochs"), ("verdict", "verdicts"), ("layer_time", "layer times"),
        ("ceiling", "ceilings"),
    ]

    /// Triggers that keep those tables as they were written; a study may learn its baseline, and nothing else.
    static let contentTriggers = keptTables.map { table, words in
        """
        CREATE TRIGGER \(table)_keeps BEFORE UPDATE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(words) are never changed'); END;
        CREATE TRIGGER \(table)_stays BEFORE DELETE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(words) are never deleted'); END;
        """
    }.joined(separator: "\n")
}
