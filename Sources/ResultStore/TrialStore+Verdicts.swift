// A person's verdicts. A network that is set aside keeps its rows in the log, but what was found of it does not
// count any more: not for the best, not on fronts, not in a fit. Trained again on request, the new results count.

import CompoundSearch
import Foundation
import GRDB

/// A network set aside, or brought back.
package struct Verdict: Hashable, Sendable {
    /// What was decided.
    package enum Action: String, Codable, Hashable, Sendable {
        /// What was found until now does not count.
        case setAside = "set_aside"
        /// It counts again.
        case bringBack = "bring_back"
    }

    /// The content hash of the network.
    package let networkHash: String
    /// The trial that was named.
    package let trial: Int
    /// What was decided.
    package let action: Action
    /// Why, in the words that were given.
    package let reason: String
    /// When, ISO 8601 in UTC.
    package let madeAt: String
    /// The version of the tool that recorded it.
    package let toolVersion: String
}

extension TrialStore {
    /// Sets the network of a trial aside, in every study that has it.
    ///
    /// Throws where nothing was found of it that could still be set aside.
    package func setAside(
        trial id: Int, reason: String, toolVersion: String, now: Date = Date()
    ) throws(StoreError) {
        try write { db in
            let network = try network(ofTrial: id, in: db)
            let last = try db.verdicts(on: network).last
            if last?.action == .setAside, try !db.hasResults(network, attempt: last?.attempt ?? 0) {
                throw StoreError.noSuchVerdict(
                    file: file, trial: id, reason: "is set aside already (\(last?.reason ?? ""))")
            }
            let attempts = try db.verdicts(on: network).map(\.attempt)
            try VerdictRow(
                networkHash: network, trial: id, action: .setAside, reason: reason,
                attempt: (attempts.max() ?? 0) + 1, madeAt: now.stored, toolVersion: toolVersion
            ).insert(db)
        }
    }

    /// Brings the network of a trial back: what was found before it was set aside counts again.
    ///
    /// Throws where it is not set aside, or where it was measured or trained again since.
    package func bringBack(
        trial id: Int, reason: String, toolVersion: String, now: Date = Date()
    ) throws(StoreError) {
        try write { db in
            let network = try network(ofTrial: id, in: db)
            let verdicts = try db.verdicts(on: network)
            guard let last = verdicts.last, last.action == .setAside else {
                throw StoreError.noSuchVerdict(file: file, trial: id, reason: "is not set aside")
            }
            if try db.hasResults(network, attempt: last.attempt) {
                throw StoreError.noSuchVerdict(
                    file: file, trial: id,
                    reason: "was measured or trained again after it was set aside, and those results count")
            }
            try VerdictRow(
                networkHash: network, trial: id, action: .bringBack, reason: reason,
                attempt: verdicts.dropLast().last?.attempt ?? 0, madeAt: now.stored,
                toolVersion: toolVersion
            ).insert(db)
        }
    }

    /// The hashes of a study's networks that are set aside and were neither measured nor trained again: what a
    /// search leaves alone unless it is asked to try again.
    package func setAsideHashes(study: String) throws(StoreError) -> Set<String> {
        try read { db in
            try String.fetchSet(
                db, sql: "SELECT network_hash FROM trials WHERE study = ? AND state = 'set_aside'",
                arguments: [study])
        }
    }

    /// All verdicts on the network of a trial, the first one first.
    package func verdicts(trial id: Int) throws(StoreError) -> [Verdict] {
        try read { db in
            try db.verdicts(on: network(ofTrial: id, in: db)).map { row in
                Verdict(
                    networkHash: row.networkHash, trial: row.trial, action: row.action, reason: row.reason,
                    madeAt: row.madeAt.timestamp, toolVersion: row.toolVersion)
            }
        }
    }

    private func network(ofTrial id: Int, in db: Database) throws -> String {
        let sql = "SELECT network_hash FROM trial WHERE id = ?"
        guard let hash = try String.fetchOne(db, sql: sql, arguments: [id]) else {
            throw StoreError.noSuchTrial(file: file, id: id)
        }
        return hash
    }
}

extension Database {
    /// The verdicts on a network, the first one first.
    fileprivate func verdicts(on networkHash: String) throws -> [VerdictRow] {
        try VerdictRow.fetchAll(
            self, sql: "SELECT * FROM verdict WHERE network_hash = ? ORDER BY id", arguments: [networkHash])
    }

    /// Whether anything was recorded of a network in that attempt.
    fileprivate func hasResults(_ networkHash: String, attempt: Int) throws -> Bool {
        let sql = """
            SELECT EXISTS (SELECT 1 FROM measurement WHERE network_hash = :hash AND attempt = :attempt)
                OR EXISTS (SELECT 1 FROM rung WHERE network_hash = :hash AND attempt = :attempt)
            """
        return try Bool.fetchOne(self, sql: sql, arguments: ["hash": networkHash, "attempt": attempt])
            ?? false
    }
}
