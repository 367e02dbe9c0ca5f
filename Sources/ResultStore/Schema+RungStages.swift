// The view of the sixth migration: rungs know the coefficients of their trial's stages, too.

extension Schema {
    /// The view of rungs, made anew.
    static let rungsOfStages = """
        DROP VIEW IF EXISTS rungs;
        CREATE VIEW rungs AS
        SELECT
            rung.id, rung.trial, trial.study, study.name AS study_name,
            trial.network, rung.network_hash, trial.cost_level,
            trial.alpha, trial.beta, trial.gamma, trial.phi, trial.alpha_stages, trial.beta_stages,
            trial.resolution, trial.blocks,
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
        """
}
