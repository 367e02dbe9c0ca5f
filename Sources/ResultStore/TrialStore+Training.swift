// Training in the store: each rung once, when it is over, and the log from which a search goes on.

import CompoundSearch
import Foundation
import GRDB
import Networks

/// A rung as it was recorded.
package struct RungRecord: Hashable, Sendable {
    /// The number of the training, within which accuracies may be compared.
    package let training: Int
    /// Who trained: a data set, or a command line.
    package let trainer: String
    /// The recipe as text.
    package let recipe: String
    /// What was trained, and how that ended.
    package let finished: FinishedRung
    /// The version of the tool that recorded it.
    package let toolVersion: String
    /// When it was recorded, ISO 8601 in UTC.
    package let trainedAt: String
}

extension TrialStore {
    /// The rungs of a study that were trained in this way, however they ended, in the order of recording.
    package func rungs(study: String, plan: AccuracyPlan) throws(StoreError) -> [FinishedRung] {
        try read { db in
            try RungRecord.all(
                where: "trial.study = ? AND training.hash = ?", arguments: [study, plan.identifier],
                order: "rung.id", from: db
            ).map(\.finished)
        }
    }

    /// The number of a training, or nil where nothing was trained in this way yet.
    package func training(_ plan: AccuracyPlan) throws(StoreError) -> Int? {
        try read { db in try db.training(plan) }
    }

    /// Records a rung in one transaction, and returns whether it was new.
    ///
    /// The trial itself is recorded before, with its measurement. A rung that is complete already stands.
    @discardableResult
    package func record(
        _ finished: FinishedRung, study: String, plan: AccuracyPlan, machine: Machine, toolVersion: String,
        now: Date = Date()
    ) throws(StoreError) -> Bool {
        try write { db in
            let sql = "SELECT id FROM trial WHERE study = ? AND network_hash = ?"
            guard let trial = try Int.fetchOne(db, sql: sql, arguments: [study, finished.networkHash]) else {
                throw StoreError.trialNotRecorded(file: file, networkHash: finished.networkHash)
            }
            try db.insert(into: "machine", machine.columns)
            try db.insert(
                into: "training",
                ["hash": plan.identifier, "trainer": plan.trainer.stored, "recipe": plan.recipe.stored])
            return try db.insert(
                into: "rung",
                finished.columns(
                    trial: trial, training: db.training(plan), machine: machine.fingerprint,
                    toolVersion: toolVersion, time: now.stored))
        }
    }
}

extension RungRecord {
    /// The rungs for which a condition on `rung`, `trial` and `training` holds.
    static func all(
        where condition: String, arguments: StatementArguments, order: String, from db: Database
    ) throws -> [RungRecord] {
        let sql = """
            SELECT rung.*, trial.network_hash, training.trainer, training.recipe
            FROM rung JOIN trial ON trial.id = rung.trial JOIN training ON training.id = rung.training
            WHERE \(condition) ORDER BY \(order)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map(RungRecord.init(row:))
    }

    private init(row: Row) throws {
        training = try row.value("training")
        trainer = try row.value("trainer")
        recipe = try row.value("recipe")
        toolVersion = try row.value("tool_version")
        trainedAt = try row.value("trained_at")
        let rung = TrainingRung(
            phase: try TrainingRung.Phase(rawValue: row.value("phase")).stored("phase"),
            index: try row.value("rung"), seed: try row.value("seed"),
            startEpochs: try row.value("start_epochs"), epochs: try row.value("epochs"),
            isFinal: try row.value("final"))
        let outcome: FinishedRung.Outcome
        if let accuracy: Double = try row.optional("accuracy"), try row.value("state") == "complete" {
            outcome = .complete(
                RungResult(
                    accuracy: accuracy, loss: try row.optional("loss"),
                    testAccuracy: try row.optional("test_accuracy"), seconds: try row.value("seconds"),
                    imagesPerSecond: try row.optional("images_per_second"),
                    weightsFile: try row.optional("weights")))
        } else {
            outcome = .failed(try row.optional("reason") ?? "", seconds: try row.value("seconds"))
        }
        finished = FinishedRung(
            networkHash: try row.value("network_hash"), rung: rung, outcome: outcome)
    }
}

extension FinishedRung {
    fileprivate func columns(
        trial: Int, training: Int?, machine: String, toolVersion: String, time: String
    ) -> Columns {
        var reason: String?
        var seconds = result?.seconds ?? 0
        if case .failed(let why, let spent) = outcome { (reason, seconds) = (why, spent) }
        return [
            "trial": trial,
            "training": training,
            "phase": rung.phase.rawValue,
            "rung": rung.index,
            "seed": rung.seed,
            "start_epochs": rung.startEpochs,
            "epochs": rung.epochs,
            "final": rung.isFinal,
            "state": result == nil ? "failed" : "complete",
            "reason": reason,
            "accuracy": result?.accuracy,
            "loss": result?.loss,
            "test_accuracy": result?.testAccuracy,
            "seconds": seconds,
            "images_per_second": result?.imagesPerSecond,
            "weights": result?.weightsFile,
            "machine": machine,
            "tool_version": toolVersion,
            "trained_at": time,
        ]
    }
}

extension AccuracyPlan.Trainer {
    /// The data set, or the command line.
    fileprivate var stored: String {
        switch self {
        case .data(let name, _): name
        case .command(let words): words.joined(separator: " ")
        }
    }
}

extension TrainingRecipe {
    /// The settings as one line of YAML.
    fileprivate var stored: String {
        "{" + settings.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "}"
    }
}

extension Database {
    fileprivate func training(_ plan: AccuracyPlan) throws -> Int? {
        try Int.fetchOne(self, sql: "SELECT id FROM training WHERE hash = ?", arguments: [plan.identifier])
    }
}
