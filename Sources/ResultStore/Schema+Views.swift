// The views of the third and the fifth migration. Every time in them is text as SQLite's own functions make it,
// `YYYY-MM-DD HH:MM:SS.SSS` in UTC, whichever version wrote the row.

extension Schema {
    /// What counts of each trial, and the wide views that people and queries read.
    static let contentViews = """
        -- The rungs that count, once for each trial that knows them: its network, a training that its study
        -- uses, the attempt that stands. A study's own rungs of older versions come before what others found.
        CREATE VIEW known_rung AS
        SELECT
            trial.id AS of_trial, rung.id, rung.training, rung.phase, rung.epochs, rung.state, rung.reason,
            rung.accuracy, rung.balanced_accuracy, rung.most_common_share, rung.loss, rung.test_accuracy,
            rung.seconds, rung.trained_at
        FROM trial
        JOIN rung ON rung.network_hash = trial.network_hash
        WHERE (rung.only_study IS NULL OR rung.only_study = trial.study)
            AND EXISTS (
                SELECT 1 FROM study_training
                WHERE study_training.study = trial.study AND study_training.training = rung.training)
            AND rung.attempt = coalesce(
                (
                    SELECT verdict.attempt FROM verdict WHERE verdict.network_hash = trial.network_hash
                    ORDER BY verdict.id DESC LIMIT 1
                ), 0)
            AND (
                rung.only_study IS NOT NULL OR NOT EXISTS (
                    SELECT 1 FROM rung AS own
                    WHERE own.network_hash = rung.network_hash AND own.only_study = trial.study
                        AND own.training = rung.training AND own.seed = rung.seed
                        AND own.epochs = rung.epochs AND own.attempt = rung.attempt
                        AND own.state = 'complete'));

        -- A row for each trial and training: where the trial has got to, and the mean over its seeds there.
        CREATE VIEW trained AS
        WITH placed AS (
            SELECT
                *, max(id) OVER training_of_trial AS latest,
                max(CASE WHEN state = 'complete' THEN epochs END) OVER training_of_trial AS furthest
            FROM known_rung
            WINDOW training_of_trial AS (PARTITION BY of_trial, training)
        ), judged AS (
            SELECT *, state = 'complete' AND epochs = furthest AS counts FROM placed
        ), centred AS (
            SELECT
                *,
                avg(CASE WHEN counts THEN accuracy END) OVER (PARTITION BY of_trial, training) AS mean
            FROM judged
        )
        SELECT
            of_trial AS trial, training, max(mean) AS accuracy,
            sqrt(
                sum(CASE WHEN counts THEN (accuracy - mean) * (accuracy - mean) END) / (sum(counts) - 1))
                AS accuracy_deviation,
            nullif(sum(counts), 0) AS accuracy_seeds, max(furthest) AS accuracy_epochs,
            avg(CASE WHEN counts THEN loss END) AS loss,
            avg(CASE WHEN counts THEN test_accuracy END) AS test_accuracy,
            avg(CASE WHEN counts THEN balanced_accuracy END) AS balanced_accuracy,
            avg(CASE WHEN counts THEN most_common_share END) AS most_common_share,
            avg(CASE WHEN state = 'complete' AND phase = 'pretrain' THEN accuracy END)
                AS accuracy_pretrain,
            sum(seconds) AS training_seconds,
            max(CASE WHEN id = latest THEN state END) AS training_state,
            max(CASE WHEN id = latest THEN reason END) AS training_reason,
            max(strftime('%Y-%m-%d %H:%M:%f', trained_at)) AS trained_at
        FROM centred GROUP BY of_trial, training;

        CREATE VIEW rungs AS
        SELECT
            rung.id, rung.trial, trial.study, study.name AS study_name,
            trial.network, rung.network_hash, trial.cost_level,
            trial.alpha, trial.beta, trial.gamma, trial.phi, trial.resolution, trial.blocks,
            trial.macs, trial.parameters,
            rung.training, training.trainer, training.recipe, training.data,
            training.instruction_set,
            rung.phase, rung.rung, rung.seed, rung.start_epochs, rung.epochs, rung.final,
            rung.state, rung.reason,
            CASE
                WHEN rung.attempt < standing.attempt THEN (
                    SELECT verdict.reason FROM verdict
                    WHERE verdict.network_hash = rung.network_hash AND verdict.attempt > rung.attempt
                    ORDER BY verdict.id LIMIT 1)
            END AS set_aside,
            rung.accuracy, rung.balanced_accuracy, rung.most_common_share, rung.class_accuracies,
            rung.note, rung.loss, rung.test_accuracy, rung.validation_images,
            rung.initialisation_seed, rung.order_seed, rung.split_seed, rung.precision,
            rung.seconds, rung.images_per_second, rung.weights,
            machine.processor, machine.cores, machine.system, rung.machine, rung.tool_version,
            rung.attempt, rung.reused_from,
            strftime('%Y-%m-%d %H:%M:%f', rung.trained_at) AS trained_at
        FROM rung
        JOIN trial ON trial.id = rung.trial
        JOIN study ON study.id = trial.study
        JOIN training ON training.id = rung.training
        JOIN machine ON machine.fingerprint = rung.machine
        LEFT JOIN verdict AS standing ON standing.id = (
            SELECT max(verdict.id) FROM verdict WHERE verdict.network_hash = rung.network_hash);

        CREATE VIEW epochs AS
        SELECT
            epoch.rung AS id, epoch.epoch, rung.trial, trial.study, study.name AS study_name,
            trial.network, rung.network_hash, rung.training, training.trainer, rung.phase, rung.seed,
            epoch.training_loss, epoch.training_accuracy, epoch.validation_loss,
            epoch.validation_accuracy, epoch.images_per_second, epoch.seconds
        FROM epoch
        JOIN rung ON rung.id = epoch.rung
        JOIN trial ON trial.id = rung.trial
        JOIN study ON study.id = trial.study
        JOIN training ON training.id = rung.training;
        """

    /// The view of trials, as the fifth migration made it anew.
    static var trialsView: String {
        let offset = "(measurement.latency_ratio / study.latency_target_ratio - 1)"
        let outside = "measurement.state = 'complete' AND abs\(offset) > study.tolerance"
        let reason = """
            printf(
                'measured, it takes %.1f %% %s than the budget''s latency, of which %.1f %% are tolerated',
                100 * abs\(offset), iif(\(offset) < 0, 'less', 'more'), 100 * study.tolerance)
            """
        return """
            -- A row for each trial, measurement set and training. A latency above the study's bound, or outside the
            -- band that its budget means, makes the trial a rejected one; the measurement itself is complete, and
            -- other studies may have other bounds.
            CREATE VIEW trials AS
            SELECT
                trial.id, trial.study, study.name AS study_name, study.strategy, study.seed,
                trial.network, trial.network_hash, trial.point,
                trial.alpha, trial.beta, trial.gamma, trial.phi,
                trial.alpha_low, trial.alpha_high, trial.beta_low, trial.beta_high,
                trial.gamma_low, trial.gamma_high, trial.alpha_stages, trial.beta_stages,
                trial.width, trial.depth, trial.resolution, trial.blocks, trial.cost_level,
                trial.macs, trial.parameters, trial.activations, trial.bias_adds, trial.norm_elements,
                trial.weight_bytes, trial.peak_activation_bytes,
                CASE
                    WHEN measurement.state = 'complete' AND measurement.latency_ms > study.latency_bound_ms
                        THEN 'rejected'
                    WHEN \(outside) THEN 'rejected'
                    WHEN measurement.id IS NOT NULL THEN measurement.state
                    WHEN standing.action = 'set_aside' AND trained.trial IS NULL THEN 'set_aside'
                    ELSE 'pending'
                END AS state,
                CASE
                    WHEN measurement.state = 'complete' AND measurement.latency_ms > study.latency_bound_ms
                        THEN printf(
                            CASE
                                WHEN CAST(printf('%.4g', measurement.latency_ms) AS REAL)
                                    > study.latency_bound_ms
                                    THEN '%.4g ms exceeds the bound of %.15g ms'
                                ELSE '%.15g ms exceeds the bound of %.15g ms'
                            END, measurement.latency_ms, study.latency_bound_ms)
                    WHEN \(outside) THEN \(reason)
                    WHEN measurement.id IS NOT NULL THEN measurement.reason
                    WHEN standing.action = 'set_aside' AND trained.trial IS NULL THEN standing.reason
                END AS reason,
                CASE
                    WHEN standing.action = 'set_aside' AND measurement.id IS NULL AND trained.trial IS NULL
                        THEN standing.reason
                END AS set_aside,
                measurement.latency_ms, measurement.latency_ms_min, measurement.latency_ms_ci95,
                measurement.samples, measurement.anchor_ms,
                measurement.latency_ratio, measurement.latency_ratio_ci95,
                CASE WHEN measurement.samples IS NOT NULL THEN measurement_set.latency_origin END
                    AS latency_origin,
                measurement.memory_bytes, measurement.measurement_set,
                machine.processor, machine.cores, machine.memory_bytes AS machine_memory_bytes,
                machine.caches, machine.system,
                measurement_set.machine, measurement_set.instruction_set, measurement_set.threads,
                measurement_set.batch, measurement_set.precision, measurement_set.build,
                measurement_set.tool_version, measurement_set.anchor,
                trained.accuracy, trained.accuracy_deviation, trained.accuracy_seeds, trained.accuracy_epochs,
                trained.accuracy_pretrain, trained.balanced_accuracy, trained.most_common_share,
                trained.test_accuracy, trained.loss, trained.training_seconds,
                trained.training, training.trainer, training.data, trained.training_state,
                trained.training_reason,
                study.tolerance, study.latency_bound_ms, trial.parent, trial.proposal, trial.coefficients,
                strftime('%Y-%m-%d %H:%M:%f', trial.created_at) AS created_at,
                strftime('%Y-%m-%d %H:%M:%f', measurement.measured_at) AS measured_at, trained.trained_at,
                trial.dimensions, trial.description
            FROM trial
            JOIN study ON study.id = trial.study
            LEFT JOIN verdict AS standing ON standing.id = (
                SELECT max(verdict.id) FROM verdict WHERE verdict.network_hash = trial.network_hash)
            LEFT JOIN measurement ON measurement.network_hash = trial.network_hash
                AND (measurement.only_study IS NULL OR measurement.only_study = trial.study)
                AND measurement.attempt = coalesce(standing.attempt, 0)
                AND EXISTS (
                    SELECT 1 FROM study_measurement_set AS asked
                    WHERE asked.study = trial.study AND asked.measurement_set = measurement.measurement_set)
                AND NOT EXISTS (
                    SELECT 1 FROM measurement AS later
                    WHERE later.network_hash = measurement.network_hash
                        AND later.measurement_set = measurement.measurement_set
                        AND later.attempt = measurement.attempt AND later.id > measurement.id
                        AND (later.only_study IS NULL OR later.only_study = trial.study))
            LEFT JOIN measurement_set ON measurement_set.id = measurement.measurement_set
            LEFT JOIN machine ON machine.fingerprint = measurement_set.machine
            LEFT JOIN trained ON trained.trial = trial.id
            LEFT JOIN training ON training.id = trained.training;
            """
    }
}
