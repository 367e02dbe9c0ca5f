// A rung as it was stored, on its way back into the types it was recorded with, and on its way there.

import CompoundSearch
import Foundation
import GRDB
import Measurements

/// A rung as it was recorded.
package struct RungRecord: Hashable, Sendable {
    /// Its number in the store.
    package let id: Int
    /// The number of the training, within which accuracies may be compared.
    package let training: Int
    /// What the training is identified by.
    package let key: TrainingKey
    /// What was trained, and how that ended; without the curve, which `TrialStore.curve(rung:)` reads.
    package let finished: FinishedRung
    /// The version of the tool that recorded it.
    package let toolVersion: String
    /// When it was recorded, ISO 8601 in UTC.
    package let trainedAt: String

    /// Who trained: a data set, or a command line.
    package var trainer: String { key.trainer }
    /// The recipe as text.
    package var recipe: String { key.recipe }
}

extension RungRecord {
    /// The rungs for which a condition on `rung` and `training` holds, from other tables where `join` names
    /// them.
    static func all(
        _ join: String = "", where condition: String, arguments: StatementArguments = StatementArguments(),
        order: String = "rung.id", from db: Database
    ) throws -> [RungRecord] {
        let sql = """
            SELECT rung.*, training.hash AS training_hash, training.trainer, training.recipe, training.data,
                training.instruction_set, training.tool_version AS training_version
            FROM rung JOIN training ON training.id = rung.training \(join)
            WHERE \(condition) ORDER BY \(order)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map(RungRecord.init(row:))
    }

    private init(row: Row) throws {
        let stored = try RungRow(row: row)
        id = try row.value("id")
        training = stored.training
        key = TrainingKey(
            hash: try row.value("training_hash"), trainer: try row.value("trainer"),
            recipe: try row.value("recipe"), data: try row.optional("data"),
            instructionSet: try row.optional("instruction_set"),
            toolVersion: try row.optional("training_version"))
        toolVersion = stored.toolVersion
        trainedAt = stored.trainedAt.timestamp
        finished = try FinishedRung(stored)
    }
}

extension FinishedRung {
    /// The rung of a stored row.
    init(_ row: RungRow) throws {
        let outcome: Outcome
        if let accuracy = row.accuracy, row.state == "complete" {
            var result = RungResult(
                accuracy: accuracy, loss: row.loss, testAccuracy: row.testAccuracy, seconds: row.seconds,
                imagesPerSecond: row.imagesPerSecond, weightsFile: row.weights)
            result.balancedAccuracy = row.balancedAccuracy
            result.classAccuracies = row.classAccuracies
            result.mostCommonShare = row.mostCommonShare
            result.note = row.note
            result.validationImages = row.validationImages
            if let initialisation = row.initialisationSeed, let order = row.orderSeed,
                let split = row.splitSeed
            {
                result.seeds = RungResult.Seeds(initialisation: initialisation, order: order, split: split)
            }
            result.precision = row.precision.map(Precision.init(rawValue:))
            outcome = .complete(result)
        } else {
            outcome = .failed(row.reason ?? "", seconds: row.seconds)
        }
        self.init(
            networkHash: row.networkHash,
            rung: TrainingRung(
                phase: try TrainingRung.Phase(rawValue: row.phase).stored("phase \(row.phase)"),
                index: row.rung, seed: row.seed, startEpochs: row.startEpochs, epochs: row.epochs,
                isFinal: row.final),
            outcome: outcome)
    }
}

extension RungRow {
    /// The row of a rung that is recorded.
    init(
        _ finished: FinishedRung, trial: Int, training: Int, attempt: Int, machine: String,
        toolVersion: String, at time: Date
    ) {
        let result = finished.result
        var reason: String?
        var seconds = result?.seconds ?? 0
        if case .failed(let why, let spent) = finished.outcome { (reason, seconds) = (why, spent) }
        let rung = finished.rung
        self.init(
            networkHash: finished.networkHash, training: training, attempt: attempt, trial: trial,
            phase: rung.phase.rawValue, rung: rung.index, seed: rung.seed, startEpochs: rung.startEpochs,
            epochs: rung.epochs, final: rung.isFinal, state: result == nil ? "failed" : "complete",
            reason: reason, accuracy: result?.accuracy, balancedAccuracy: result?.balancedAccuracy,
            classAccuracies: result?.classAccuracies?.map { $0.flatMap { $0.isFinite ? $0 : nil } },
            mostCommonShare: result?.mostCommonShare, note: result?.note, loss: result?.loss,
            testAccuracy: result?.testAccuracy, validationImages: result?.validationImages,
            initialisationSeed: result?.seeds?.initialisation, orderSeed: result?.seeds?.order,
            splitSeed: result?.seeds?.split, precision: result?.precision?.rawValue, seconds: seconds,
            imagesPerSecond: result?.imagesPerSecond, weights: result?.weightsFile, machine: machine,
            toolVersion: toolVersion, trainedAt: time.stored)
    }
}

extension EpochRow {
    init(_ epoch: TrainedEpoch, rung: Int) {
        self.init(
            rung: rung, epoch: epoch.epoch, trainingLoss: epoch.trainingLoss,
            trainingAccuracy: epoch.trainingAccuracy, validationLoss: epoch.validationLoss,
            validationAccuracy: epoch.validationAccuracy, imagesPerSecond: epoch.imagesPerSecond,
            seconds: epoch.seconds)
    }

    var epochOfCurve: TrainedEpoch {
        TrainedEpoch(
            epoch: epoch, trainingLoss: trainingLoss, trainingAccuracy: trainingAccuracy,
            validationLoss: validationLoss, validationAccuracy: validationAccuracy,
            imagesPerSecond: imagesPerSecond, seconds: seconds)
    }
}
