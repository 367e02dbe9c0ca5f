// A store that version 0.3.3 wrote opens, reads, continues and ranks as it did there.
//
// `stores/` holds three studies of a toy network on drawn shapes and with a program as the trainer: one measured
// under a bound that rejects a trial, one with two seeds and finalists, one in which two candidates failed to train.
// Beside it are the rows as 0.3.3 printed them (`compound query --columns all --format json`).

import CompoundSearch
import Foundation
import GRDB
import Networks
import ResultStore
import Testing

/// A file among the resources.
private func resource(_ name: String) throws -> String {
    try #require(Bundle.module.path(forResource: "stores/" + name, ofType: nil))
}

/// A copy of 0.3.3's store that may be written.
private func oldStore(in folder: TemporaryFolder) throws -> String {
    let file = folder.file()
    try FileManager.default.copyItem(atPath: resource("store-0.3.3.sqlite"), toPath: file)
    return file
}

/// The rows as 0.3.3 printed them.
private func expectation(_ table: Query.Table) throws -> [[String: ResultTable.Value]] {
    let data = try Data(contentsOf: URL(fileURLWithPath: resource("\(table.rawValue)-0.3.3.json")))
    return try JSONDecoder().decode([[String: PrintedCell]].self, from: data).map { $0.mapValues(\.value) }
}

/// A text, a number or null.
private struct PrintedCell: Decodable {
    let value: ResultTable.Value

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            value = .text(text)
        } else {
            value = container.decodeNil() ? .null : .real(try container.decode(Double.self))
        }
    }
}

/// A cell as JSON tells it: all numbers alike, and times as 0.3.3 wrote them.
private func printed(_ cell: ResultTable.Value, in column: String) -> ResultTable.Value {
    switch cell {
    case .integer(let integer): .real(Double(integer))
    case .text(let text) where column.hasSuffix("_at"): .text(text.replacing(" ", with: "T") + "Z")
    default: cell
    }
}

private func expectTheSame(_ table: Query.Table, _ store: TrialStore) throws {
    let found = try store.query(Query(table))
    let expected = try expectation(table)
    #expect(found.rows.count == expected.count)
    for (row, expected) in zip(found.rows, expected) {
        for (column, cell) in zip(found.columns, row) {
            guard let old = expected[column] else { continue }
            #expect(printed(cell, in: column) == old, "\(table), \(column)")
        }
        #expect(Set(expected.keys).isSubset(of: found.columns))
    }
}

@Test(arguments: [TrialStore.Access.readOnly, .readWrite])
func aStoreOf033HasTheRowsThatItHad(access: TrialStore.Access) throws {
    let folder = try TemporaryFolder()
    let file = try oldStore(in: folder)
    let before = try Data(contentsOf: URL(fileURLWithPath: file))

    let store = try TrialStore(path: file, access: access)
    try expectTheSame(.trials, store)
    try expectTheSame(.rungs, store)
    #expect(try store.query(Query(.epochs)).rows.isEmpty)

    // A reader brings it up to date in memory alone.
    if access == .readOnly {
        let isAsBefore = try Data(contentsOf: URL(fileURLWithPath: file)) == before
        #expect(isAsBefore)
        #expect(throws: StoreError.readOnly(file: file)) {
            try store.setAside(trial: 1, reason: "x", toolVersion: "2.0.0")
        }
    }
}

/// Two trained trials that version 0.6.0 wrote, before a space could have a coefficient for each stage.
@Test(arguments: [TrialStore.Access.readOnly, .readWrite])
func aStoreOf060HasTheRowsThatItHad(access: TrialStore.Access) throws {
    let folder = try TemporaryFolder()
    let file = folder.file()
    try FileManager.default.copyItem(atPath: resource("store-0.6.0.sqlite"), toPath: file)

    let store = try TrialStore(path: file, access: access)
    let columns = ["alpha", "beta", "gamma", "macs", "parameters", "accuracy"]
    let found = try store.query(Query(columns: columns, sort: ["id"]))
    #expect(
        found.rows.map { $0.map { printed($0, in: "") } } == [
            [.real(1), .real(1.5), .real(1), .real(204_576), .real(10_916), .real(0.26)],
            [.real(2), .real(1), .real(1), .real(126_784), .real(9_468), .real(0.4)],
        ])
    let staged = "alpha_stages IS NOT NULL OR beta_stages IS NOT NULL"
    #expect(try store.query(Query(filter: staged)).rows.isEmpty)
}

/// Two trained trials of a space with a coefficient for each stage that version 0.7.0 wrote, before tables of rungs knew of these.
@Test(arguments: [TrialStore.Access.readOnly, .readWrite])
func aStoreOf070HasTheRowsThatItHad(access: TrialStore.Access) throws {
    let folder = try TemporaryFolder()
    let file = folder.file()
    try FileManager.default.copyItem(atPath: resource("store-0.7.0.sqlite"), toPath: file)

    let store = try TrialStore(path: file, access: access)
    let columns = ["alpha", "beta_stages", "macs", "parameters", "accuracy"]
    let expected: [[ResultTable.Value]] = [
        [.real(1), .text("1 1 1 1"), .real(1_022_752), .real(75_284), .real(0.1015625)],
        [.real(1), .text("1 2 1 1"), .real(1_483_168), .real(86_648), .real(0.1015625)],
    ]
    let trials = try store.query(Query(columns: columns, sort: ["id"]))
    #expect(trials.rows.map { $0.map { printed($0, in: "") } } == expected)
    let rungs = try store.query(Query(.rungs, columns: columns, sort: ["id"]))
    #expect(rungs.rows.map { $0.map { printed($0, in: "") } } == expected)
}

/// Two trained trials of five networks, all that were asked for, which version 0.8.0 wrote without keeping how many were.
@Test(arguments: [TrialStore.Access.readOnly, .readWrite])
func aStoreOf080HasTheRowsThatItHad(access: TrialStore.Access) throws {
    let folder = try TemporaryFolder()
    let file = folder.file()
    try FileManager.default.copyItem(atPath: resource("store-0.8.0.sqlite"), toPath: file)

    let store = try TrialStore(path: file, access: access)
    let columns = ["alpha", "beta", "macs", "parameters", "accuracy"]
    let trials = try store.query(Query(columns: columns, sort: ["id"]))
    #expect(
        trials.rows.map { $0.map { printed($0, in: "") } } == [
            [.real(1), .real(1.5), .real(179_772), .real(808), .real(0.1105)],
            [.real(2), .real(1), .real(156_712), .real(702), .real(0.1)],
        ])
    let funnel = try #require(try store.funnels(study: store.studies()[0].id).last)
    #expect(funnel.withinBudget == 5 && funnel.askedTrials == nil)
}

@Test func whatAnOldStoreLacksIsUnknown() throws {
    let folder = try TemporaryFolder()
    let store = try TrialStore(path: oldStore(in: folder), access: .readWrite)
    let unknown = [
        "data", "balanced_accuracy", "most_common_share", "tolerance", "latency_bound_ms", "caches",
        "dimensions", "coefficients", "set_aside",
    ]
    for column in unknown {
        #expect(try store.query(Query(filter: "\(column) IS NOT NULL")).rows.isEmpty, "\(column)")
    }
    #expect(try store.query(Query(filter: "precision <> 'float32'")).rows.isEmpty)
    let study = try store.trial(id: 1).study
    #expect(study.baseline == nil && study.levels.isEmpty && study.tolerance == nil)
}

@Test func whatAnOldStudyKnowsIsKnownToNoOther() throws {
    // given: two old studies that share networks, and trained them in one way each
    let folder = try TemporaryFolder()
    let store = try TrialStore(path: oldStore(in: folder), access: .readWrite)
    let shared = try store.query(
        Query(
            columns: ["network_hash", "study_name"],
            filter: "network_hash IN (SELECT network_hash FROM trials WHERE study_name = 'second')"))
    #expect(Set(shared.rows.map { $0[1] }) == [.text("first"), .text("second"), .text("third")])
    let hashes = Set(
        shared.rows.map { row -> String in if case .text(let hash) = row[0] { hash } else { "" } })
    let old = try store.trial(id: 11)
    let key = try #require(old.rungs.first?.key)
    #expect(key.data == nil && key.toolVersion == nil && key.instructionSet == nil)

    // then: each study sees its own
    let own = try store.rungs(of: hashes, study: old.study.id, training: key)
    #expect(own.filter { $0.networkHash == old.networkHash }.map(\.result?.accuracy) == [0.41])
    let conditions = try #require(old.measurements.first?.conditions)
    #expect(try store.evaluations(study: old.study.id, conditions: conditions).count == 4)

    // and a new one sees none, unless it asks
    let new = space(named: "new")
    let study = try store.registerGrid(new)
    #expect(try store.rungs(of: hashes, study: study, training: key).isEmpty)
    #expect(try store.evaluations(study: study, conditions: conditions).isEmpty)
}

@Test func anOldStudyContinuesAndLearnsItsBaselineOnce() throws {
    // given
    let folder = try TemporaryFolder()
    let store = try TrialStore(path: oldStore(in: folder), access: .readWrite)
    let record = try store.trial(id: 11)
    var study = StudyRegistration(
        id: record.study.id, name: record.study.name, strategy: .grid, seed: 0, text: "another",
        baseline: "name: nano\n", tolerance: 0.25, latencyBound: 0.0072, toolVersion: "2.0.0")

    // when
    #expect(!(try store.register(study: study)))
    study.baseline = "name: other\n"
    #expect(!(try store.register(study: study)))

    // then
    let known = try store.trial(id: 11).study
    #expect(known.baseline == "name: nano\n" && known.latencyBound == 0.0072)
    #expect(known.space == record.study.space && known.toolVersion == "0.3.3")

    // and: a rung that is complete stands, one that failed is followed by another
    let third = try store.query(
        Query(columns: ["id"], filter: "study_name = 'third' AND training_state = 'failed'")
    ).rows
    guard case .integer(let id) = try #require(third.first)[0] else { return }
    let failed = try store.trial(id: id)
    let last = try #require(failed.rungs.first)
    let again = FinishedRung(
        networkHash: failed.networkHash, rung: last.finished.rung,
        outcome: .complete(RungResult(accuracy: 0.5, seconds: 1)))
    func add(_ finished: FinishedRung) throws -> Bool {
        try store.record(
            finished, study: failed.study.id, training: last.key, machine: conditions().machine,
            toolVersion: "2.0.0")
    }
    #expect(try add(again))
    #expect(try add(again) == false)
    #expect(try store.cell("accuracy", where: "id = \(id)") == .real(0.5))
    #expect(try store.cell("training_state", where: "id = \(id)") == .text("complete"))
}

@Test(arguments: [0, 1, 4, 12])
func aMigrationThatIsCutShortLeavesTheOldStore(room: Int) throws {
    // given: a disk that fills up within the migration, after so many pages
    let folder = try TemporaryFolder()
    let file = try oldStore(in: folder)
    let pages = try DatabaseQueue(path: file).read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    #expect(throws: StoreError.diskFull(file: file)) {
        try TrialStore(path: file, access: .readWrite, limits: .init(pages: pages + room))
    }

    // then
    let tables = try DatabaseQueue(path: file).read { db in
        try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid")
    }
    #expect(tables == ["trials", "rungs"])
    let store = try TrialStore(path: file, access: .readWrite)
    try expectTheSame(.trials, store)
    try expectTheSame(.rungs, store)
}

@Test(arguments: [TrialStore.Access.readOnly, .readWrite])
func aStoreOf060LearnsOfStages(access: TrialStore.Access) throws {
    // given: a store as the fourth migration left it
    let folder = try TemporaryFolder()
    let file = try folder.store(2)
    try DatabaseQueue(path: file).write { db in
        try db.execute(
            sql: """
                DROP VIEW trials;
                DROP VIEW rungs;
                ALTER TABLE trial DROP COLUMN alpha_stages;
                ALTER TABLE trial DROP COLUMN beta_stages;
                CREATE VIEW trials AS SELECT id, alpha, beta FROM trial;
                CREATE VIEW rungs AS SELECT id, trial FROM rung;
                DELETE FROM grdb_migrations WHERE identifier IN ('stages', 'rungs of stages');
                """)
    }

    // then
    let store = try TrialStore(path: file, access: access)
    let table = try store.query(Query())
    #expect(table.rows.count == 2 && table.columns.contains("state"))
    #expect(try store.cell("beta_stages", where: "id = 1") == .null)
    #expect(try store.query(Query(.rungs)).columns.contains("alpha_stages"))
    #expect(try store.trial(id: 1).coefficients.stages == nil)
}

@Test func severalProcessesBringAnOldStoreUpToDateOnce() throws {
    let folder = try TemporaryFolder()
    let file = try oldStore(in: folder)
    try inThreads(6) { index in
        let store = try TrialStore(path: file, access: index.isMultiple(of: 2) ? .readWrite : .readOnly)
        #expect(try store.query(Query(.rungs)).rows.count == 52)
    }
    try expectTheSame(.trials, TrialStore(path: file, access: .readOnly))
}
