// The second migration: how far each trial was trained, and what came of it.

extension Schema {
    /// Tables and views of training. Rungs that failed may be tried again, complete ones never come twice.
    static let rungTables = """
        ALTER TABLE trial ADD COLUMN cost_level INTEGER NOT NULL DEFAULT 1;

        CREATE TABLE training (
            id INTEGER PRIMARY KEY,
            hash TEXT NOT NULL UNIQUE,
            trainer TEXT NOT NULL,  -- a data set, or a command line
            recipe TEXT NOT NULL
        ) STRICT;

        CREATE TABLE rung (
            id INTEGER PRIMARY KEY,
            trial INTEGER NOT NULL REFERENCES trial (id),
            training INTEGER NOT NULL REFERENCES training (id),
            phase TEXT NOT NULL CHECK (phase IN ('pretrain', 'fine_tune')),
            rung INTEGER NOT NULL,
            seed INTEGER NOT NULL,
            start_epochs INTEGER NOT NULL,
            epochs INTEGER NOT NULL,  -- behind the trial at the end of the rung
            final INTEGER NOT NULL CHECK (final IN (0, 1)),
            state TEXT NOT NULL CHECK (state IN ('complete', 'failed')),
            reason TEXT,
            accuracy REAL CHECK (accuracy BETWEEN 0 AND 1),
            loss REAL,
            test_accuracy REAL CHECK (test_accuracy BETWEEN 0 AND 1),
            seconds REAL NOT NULL,
            images_per_second REAL,
            weights TEXT,  -- a path from the store's folder
            machine TEXT NOT NULL REFERENCES machine (fingerprint),
            tool_version TEXT NOT NULL,
            trained_at TEXT NOT NULL,
            CHECK (state = 'failed' OR accuracy IS NOT NULL)
        ) STRICT;

        CREATE UNIQUE INDEX rung_completes_once ON rung (trial, training, seed, epochs)
            WHERE state = 'complete';
        CREATE INDEX rung_by_trial ON rung (trial, training, epochs);

        CREATE TRIGGER training_keeps BEFORE UPDATE ON training
            BEGIN SELECT RAISE(ABORT, 'trainings are never changed'); END;
        CREATE TRIGGER training_stays BEFORE DELETE ON training
            BEGIN SELECT RAISE(ABORT, 'trainings are never deleted'); END;
        CREATE TRIGGER rung_keeps BEFORE UPDATE ON rung
            BEGIN SELECT RAISE(ABORT, 'rungs are never changed'); END;
        CREATE TRIGGER rung_stays BEFORE DELETE ON rung
            BEGIN SELECT RAISE(ABORT, 'rungs are never deleted'); END;

        -- A row for each trial and training: where the trial has got to, and the mean over its seeds there.
        CREATE VIEW trained AS
        WITH total AS (
            SELECT
                trial, training, sum(seconds) AS training_seconds, max(trained_at) AS trained_at,
                max(id) AS latest, max(CASE WHEN state = 'complete' THEN epochs END) AS epochs,
                avg(CASE WHEN state = 'complete' AND phase = 'pretrain' THEN accuracy END)
                    AS accuracy_pretrain
            FROM rung GROUP BY trial, training
        ), furthest AS (
            SELECT
                total.trial, total.training, avg(rung.accuracy) AS accuracy, avg(rung.loss) AS loss,
                avg(rung.test_accuracy) AS test_accuracy, count(*) AS seeds
            FROM total
            JOIN rung ON rung.trial = total.trial AND rung.training = total.training
                AND rung.epochs = total.epochs AND rung.state = 'complete'
            GROUP BY total.trial, total.training
        )
        SELECT
            total.trial, total.training, furthest.accuracy,
            (
                SELECT sqrt(
                    sum((rung.accuracy - furthest.accuracy) * (rung.accuracy - furthest.accuracy))
                    / (furthest.seeds - 1))
                FROM rung WHERE rung.trial = total.trial AND rung.training = total.training
                    AND rung.epochs = total.epochs AND rung.state = 'complete'
            ) AS accuracy_deviation,
            furthest.seeds AS accuracy_seeds, total.epochs AS accuracy_epochs,
            furthest.loss, furthest.test_accuracy, total.accuracy_pretrain, total.training_seconds,
            latest.state AS training_state, latest.reason AS training_reason, total.trained_at
        FROM total
        JOIN rung AS latest ON latest.id = total.latest
        LEFT JOIN furthest ON furthest.trial = total.trial AND furthest.training = total.training;

        CREATE VIEW rungs AS
        SELECT
            rung.id, rung.trial, trial.study, study.name AS study_name,
            trial.network, trial.network_hash, trial.cost_level,
            trial.alpha, trial.beta, trial.gamma, trial.phi, trial.resolution, trial.blocks,
            trial.macs, trial.parameters,
            rung.training, training.trainer, training.recipe,
            rung.phase, rung.rung, rung.seed, rung.start_epochs, rung.epochs, rung.final,
            rung.state, rung.reason, rung.accuracy, rung.loss, rung.test_accuracy,
            rung.seconds, rung.images_per_second, rung.weights,
            machine.processor, machine.cores, machine.system, rung.machine, rung.tool_version,
            rung.trained_at
        FROM rung
        JOIN trial ON trial.id = rung.trial
        JOIN study ON study.id = trial.study
        JOIN training ON training.id = rung.training
        JOIN machine ON machine.fingerprint = rung.machine;

        DROP VIEW trials;
        CREATE VIEW trials AS
        SELECT
            trial.id, trial.study, study.name AS study_name, study.strategy, study.seed,
            trial.network, trial.network_hash, trial.point,
            trial.alpha, trial.beta, trial.gamma, trial.phi,
            trial.alpha_low, trial.alpha_high, trial.beta_low, trial.beta_high,
            trial.gamma_low, trial.gamma_high,
            trial.width, trial.depth, trial.resolution, trial.blocks, trial.cost_level,
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
            trained.accuracy, trained.accuracy_deviation, trained.accuracy_seeds, trained.accuracy_epochs,
            trained.accuracy_pretrain, trained.test_accuracy, trained.loss, trained.training_seconds,
            trained.training, training.trainer, trained.training_state, trained.training_reason,
            trial.created_at, measurement.measured_at, trained.trained_at, trial.description
        FROM trial
        JOIN study ON study.id = trial.study
        LEFT JOIN measurement ON measurement.trial = trial.id
        LEFT JOIN measurement_set ON measurement_set.id = measurement.measurement_set
        LEFT JOIN machine ON machine.fingerprint = measurement_set.machine
        LEFT JOIN trained ON trained.trial = trial.id
        LEFT JOIN training ON training.id = trained.training;
        """
}
