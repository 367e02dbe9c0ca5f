// The studies of a store: which there are, and what the log has of each.

import CompoundSearch
import GRDB
import Measurements
import Networks

/// What the log has of a study.
package struct StudyTally: Hashable, Sendable {
    /// Networks that were recorded.
    package var networks = 0
    /// Networks by the state of their evaluation; one that is complete under any conditions is complete.
    package var complete = 0
    /// Networks that a latency ruled out.
    package var rejected = 0
    /// Networks that could not be evaluated.
    package var failed = 0
    /// Networks that a person set aside.
    package var setAside = 0
    /// Finished runs of training that count, whichever study asked for them.
    package var runs = 0
    /// The processors that measured or trained, in the order of the alphabet.
    package var machines: [String] = []
    /// What was trained on or by, the first one first.
    package var trainers: [String] = []
    /// The versions of the tool that registered, measured or trained, in the order of the alphabet.
    package var versions: [String] = []
    /// The number of the trial that was recorded last, or nil without any.
    package var lastTrial: Int?
    /// When the last row was recorded, `YYYY-MM-DD HH:MM:SS.SSS` in UTC.
    package var lastAt = ""

    /// Nothing yet.
    package init() {}
}

extension TrialStore {
    /// The studies in the order in which they were registered.
    package func studies() throws(StoreError) -> [StudyRecord] {
        try read { db in
            try String.fetchAll(db, sql: "SELECT id FROM study ORDER BY created_at, rowid")
                .map { try StudyRecord(id: $0, from: db) }
        }
    }

    /// Throws where no study has that identifier or name.
    func checkStudy(named name: String) throws(StoreError) {
        try read { db in
            let sql = "SELECT DISTINCT name FROM study"
            let isKnown = "SELECT 1 FROM study WHERE id = :name OR name = :name"
            if try Bool.fetchOne(db, sql: isKnown, arguments: ["name": name]) != nil { return }
            let known = name.nearestFirst(of: try String.fetchAll(db, sql: sql))
            throw StoreError.unknownStudy(file: file, name: name, known: known)
        }
    }

    /// What the log has of a study; takes a moment for each thousand trials.
    package func tally(study: String) throws(StoreError) -> StudyTally {
        try read { db in
            var tally = StudyTally()
            let states = try Row.fetchAll(db, sql: Self.statesOfNetworks, arguments: [study])
            for row in states {
                tally.networks += 1
                switch try row.value("state") as String {
                case "complete": tally.complete += 1
                case "rejected": tally.rejected += 1
                case "failed": tally.failed += 1
                case "set_aside": tally.setAside += 1
                default: break
                }
            }
            tally.runs =
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM known_rung JOIN trial ON trial.id = of_trial
                        WHERE trial.study = ? AND state = 'complete'
                        """, arguments: [study]) ?? 0
            func texts(_ sql: String) throws -> [String] {
                try String.fetchAll(db, sql: sql, arguments: ["study": study])
            }
            tally.machines = try texts(Self.machinesOfStudy)
            tally.versions = try texts(Self.versionsOfStudy)
            tally.trainers = try texts(
                """
                SELECT trainer FROM training JOIN study_training ON training = training.id WHERE study = :study
                GROUP BY trainer ORDER BY min(training.id)
                """)
            let last = "SELECT max(id) FROM trial WHERE study = ?"
            tally.lastTrial = try Int.fetchOne(db, sql: last, arguments: [study])
            tally.lastAt = try texts(Self.lastOfStudy).first ?? ""
            return tally
        }
    }

    /// How the evaluation of each network of a study ended, under whatever conditions, by its hash; what is pending or set aside has
    /// none.
    package func outcomes(study: String) throws(StoreError) -> [String: Outcome] {
        try read { db in
            let rows = try Row.fetchAll(db, sql: Self.statesOfNetworks, arguments: [study])
            return try Dictionary(
                rows.compactMap { row in
                    let state: String = try row.value("state")
                    guard ["complete", "rejected", "failed"].contains(state) else { return nil }
                    let reason: String? = try row.optional("reason")
                    return (try row.value("network_hash"), Outcome(state: state, reason: reason ?? ""))
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The ways of training that a study uses, the first one first.
    package func trainings(study: String) throws(StoreError) -> [TrainingKey] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT training.* FROM training JOIN study_training ON training = training.id WHERE study = ?
                    ORDER BY training.id
                    """, arguments: [study]
            ).map { row in
                TrainingKey(
                    hash: try row.value("hash"), trainer: try row.value("trainer"),
                    recipe: try row.value("recipe"), data: try row.optional("data"),
                    instructionSet: try row.optional("instruction_set"),
                    toolVersion: try row.optional("tool_version"))
            }
        }
    }

    /// A row for each network, with the best of its states: of bare columns SQLite takes those of the row that has the minimum.
    private static let statesOfNetworks = """
        SELECT network_hash, state, reason, min(CASE state
            WHEN 'complete' THEN 0 WHEN 'rejected' THEN 1 WHEN 'failed' THEN 2 ELSE 3 END)
        FROM trials WHERE study = ? GROUP BY network_hash
        """

    private static let measuredSets = """
        FROM measurement_set JOIN study_measurement_set AS asked ON asked.measurement_set = measurement_set.id
        """

    private static let ownRungs = "FROM rung JOIN trial ON trial.id = rung.trial"

    private static let machinesOfStudy = """
        SELECT processor FROM machine WHERE fingerprint IN (
            SELECT machine \(measuredSets) WHERE study = :study
            UNION SELECT machine \(ownRungs) WHERE trial.study = :study)
        GROUP BY processor ORDER BY processor
        """

    private static let versionsOfStudy = """
        SELECT tool_version FROM study WHERE id = :study
        UNION SELECT tool_version \(measuredSets) WHERE study = :study
        UNION SELECT tool_version \(ownRungs) WHERE trial.study = :study
        ORDER BY tool_version
        """

    private static let lastOfStudy = """
        SELECT strftime('%Y-%m-%d %H:%M:%f', max(at)) FROM (
            SELECT created_at AS at FROM study WHERE id = :study
            UNION ALL SELECT created_at FROM trial WHERE study = :study
            UNION ALL SELECT measured_at FROM measurement JOIN trial ON trial.id = measurement.trial
                WHERE trial.study = :study
            UNION ALL SELECT trained_at \(ownRungs) WHERE trial.study = :study)
        """
}
