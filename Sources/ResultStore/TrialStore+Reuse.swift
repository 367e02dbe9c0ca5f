// Results of another version of the tool. They are never taken silently: a person asks for them, and the copy says
// where it comes from.

import CompoundSearch
import Foundation
import GRDB

extension TrialStore {
    /// Whether data of this name were trained on with other bytes, and never yet with these.
    package func wasTrainedOnOtherData(_ key: TrainingKey) throws(StoreError) -> Bool {
        guard let data = key.data else { return false }
        return try read { db in
            let sql = """
                SELECT count(*) FILTER (WHERE data = :data) = 0 AND count(*) FILTER (WHERE data <> :data) > 0
                FROM training JOIN rung ON rung.training = training.id WHERE trainer = :trainer
                """
            return try Bool.fetchOne(db, sql: sql, arguments: ["data": data, "trainer": key.trainer]) ?? false
        }
    }

    /// The complete rungs of these networks from trainings that differ in nothing but the tool's version, the
    /// latest first.
    ///
    /// What an older version did not record of its training counts as equal here, since a person decides.
    package func otherVersions(
        of networks: some Sequence<String>, study: String, training key: TrainingKey
    ) throws(StoreError) -> [RungRecord] {
        let wanted = Set(networks)
        return try read { db in try db.otherVersions(of: wanted, study: study, training: key) }
    }

    /// Copies those rungs into the present training, where it lacks them, all in one transaction, and returns
    /// how many it took.
    ///
    /// Each copy names its original in `reused_from` and keeps the version that trained it. Of several
    /// versions, the latest rung is taken.
    @discardableResult
    package func reuse(
        of networks: some Sequence<String>, study: String, training key: TrainingKey, now: Date = Date()
    ) throws(StoreError) -> Int {
        let wanted = Set(networks)
        return try write { db in
            try checkStudy(study, in: db)
            let training = try db.register(key, study: study)
            var count = 0
            for record in try db.otherVersions(of: wanted, study: study, training: key) {
                let finished = record.finished
                guard let trial = try db.trial(of: finished.networkHash, study: study) else { continue }
                let attempt = try db.standingAttempt(of: finished.networkHash)
                let isKnown = try db.isComplete(
                    finished, study: study, training: training, attempt: attempt)
                if isKnown { continue }
                let original = try RungRow.fetchOne(
                    db, sql: "SELECT * FROM rung WHERE id = ?", arguments: [record.id])
                var copy = try original.stored("rung \(record.id)")
                copy.training = training
                copy.trial = trial
                copy.attempt = attempt
                copy.onlyStudy = nil
                copy.trainedAt = now.stored
                copy.reusedFrom = record.id
                try db.insert(copy, curve: db.curve(rung: record.id).map(\.epochOfCurve))
                count += 1
            }
            return count
        }
    }
}

extension Database {
    fileprivate func otherVersions(
        of networks: Set<String>, study: String, training key: TrainingKey
    ) throws -> [RungRecord] {
        try RungRecord.all(
            where: """
                training.hash <> ? AND training.trainer = ? AND training.recipe = ?
                AND (training.data IS NULL OR training.data IS ?)
                AND (training.instruction_set IS NULL OR training.instruction_set IS ?)
                AND training.tool_version IS NOT ?
                AND rung.state = 'complete' AND (rung.only_study IS NULL OR rung.only_study = ?)
                AND rung.reused_from IS NULL
                AND rung.attempt = \(Database.standingAttempt(of: "rung"))
                """,
            arguments: [
                key.hash, key.trainer, key.recipe, key.data, key.instructionSet, key.toolVersion, study,
            ],
            order: "rung.id DESC", from: self
        ).filter { networks.contains($0.finished.networkHash) }
    }
}
