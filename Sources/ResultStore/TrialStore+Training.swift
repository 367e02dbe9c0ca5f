// Training in the store: each rung once, when it is over, and the log from which a search goes on. A rung belongs
// to the network, so that what one study trained is known to every other that trains in the same way.

import CompoundSearch
import Foundation
import GRDB
import Measurements
import Networks

extension TrialStore {
    /// The rungs of these networks that a study knows of this training, however they ended, in the order of
    /// recording.
    ///
    /// They may be another study's. What a verdict set aside does not count.
    package func rungs(
        of networks: some Sequence<String>, study: String, training: TrainingKey
    ) throws(StoreError) -> [FinishedRung] {
        let wanted = Set(networks)
        return try read { db in
            try RungRecord.all(
                where: """
                    training.hash = ? AND (rung.only_study IS NULL OR rung.only_study = ?)
                    AND rung.attempt = \(Database.standingAttempt(of: "rung"))
                    """, arguments: [training.hash, study], from: db
            ).map(\.finished).filter { wanted.contains($0.networkHash) }.withoutRepeats
        }
    }

    /// The number of a training, or nil where nothing was trained in this way yet.
    package func training(_ key: TrainingKey) throws(StoreError) -> Int? {
        try read { db in try db.id(of: TrainingRow(key), by: ["hash"]) }
    }

    /// Registers that a study trains in this way, so that its trials show what is known of that training.
    ///
    /// Recording a rung does so too; a study that finds everything trained already has to say it. Returns the
    /// number of the training.
    @discardableResult
    package func register(training: TrainingKey, study: String) throws(StoreError) -> Int {
        try write { db in
            try checkStudy(study, in: db)
            return try db.register(training, study: study)
        }
    }

    /// Records a rung with its curve in one transaction, and returns whether it was new.
    ///
    /// The trial itself is recorded before. A rung that the study knows as complete stands.
    @discardableResult
    package func record(
        _ finished: FinishedRung, study: String, training key: TrainingKey, machine: Machine,
        toolVersion: String, now: Date = Date()
    ) throws(StoreError) -> Bool {
        try write { db in
            guard let trial = try db.trial(of: finished.networkHash, study: study) else {
                throw StoreError.trialNotRecorded(file: file, networkHash: finished.networkHash)
            }
            let training = try db.register(key, study: study)
            let attempt = try db.standingAttempt(of: finished.networkHash)
            let isKnown = try db.isComplete(finished, study: study, training: training, attempt: attempt)
            if isKnown { return false }
            try MachineRow(machine).add(to: db)
            try db.insert(
                RungRow(
                    finished, trial: trial, training: training, attempt: attempt,
                    machine: machine.fingerprint, toolVersion: toolVersion, at: now),
                curve: finished.result?.curve ?? [])
            return true
        }
    }

    /// The epochs of a rung, in order; none where an older version or a program trained it.
    package func curve(rung: Int) throws(StoreError) -> [TrainedEpoch] {
        try read { db in try db.curve(rung: rung).map(\.epochOfCurve) }
    }
}

extension Database {
    /// The number of a training that a study uses from now on.
    func register(_ key: TrainingKey, study: String) throws -> Int {
        let training = try register(TrainingRow(key), by: ["hash"])
        try StudyTrainingRow(study: study, training: training).add(to: self)
        return training
    }

    /// Whether a study knows a complete rung of that network, seed and length.
    func isComplete(
        _ finished: FinishedRung, study: String, training: Int, attempt: Int
    ) throws -> Bool {
        let sql = """
            SELECT 1 FROM rung
            WHERE network_hash = ? AND training = ? AND seed = ? AND epochs = ? AND attempt = ?
                AND state = 'complete' AND (only_study IS NULL OR only_study = ?)
            """
        return try Bool.fetchOne(
            cachedStatement(sql: sql),
            arguments: [
                finished.networkHash, training, finished.rung.seed, finished.rung.epochs, attempt, study,
            ]) != nil
    }

    /// Inserts a rung with its epochs; a row that breaks the table's rules is an error.
    func insert(_ row: RungRow, curve: [TrainedEpoch]) throws {
        try row.insert(self)
        let rung = Int(lastInsertedRowID)
        for epoch in curve { try EpochRow(epoch, rung: rung).insert(self) }
    }

    /// The stored epochs of a rung.
    func curve(rung: Int) throws -> [EpochRow] {
        try EpochRow.fetchAll(
            self, sql: "SELECT * FROM epoch WHERE rung = ? ORDER BY epoch", arguments: [rung])
    }
}

extension [FinishedRung] {
    /// Without complete rungs that a study knows twice: its own of an older version, and another study's.
    fileprivate var withoutRepeats: [FinishedRung] {
        var seen: Set<RungKey> = []
        return filter { $0.result == nil || seen.insert(RungKey($0)).inserted }
    }
}

/// What only one complete rung of a training may have.
private struct RungKey: Hashable {
    let networkHash: String
    let seed, epochs: Int

    init(_ finished: FinishedRung) {
        networkHash = finished.networkHash
        seed = finished.rung.seed
        epochs = finished.rung.epochs
    }
}
