// Set aside and brought back: in the log for ever, in rankings only while it counts.

import CompoundSearch
import Foundation
import ResultStore
import Testing

private let key = TrainingKey(hash: "k", trainer: "shapes", recipe: "{batch: 32}")

private func rung(_ trial: Trial, _ accuracy: Double) -> FinishedRung {
    FinishedRung(
        networkHash: trial.networkHash,
        rung: TrainingRung(
            phase: .pretraining, index: 0, seed: 1, startEpochs: 0, epochs: 2, isFinal: true),
        outcome: .complete(RungResult(accuracy: accuracy, seconds: 1)))
}

extension TrialStore {
    @discardableResult
    fileprivate func add(_ accuracy: Double, of trial: Trial) throws -> Bool {
        try record(
            rung(trial, accuracy), study: trial.study, training: key, machine: conditions().machine,
            toolVersion: "1.0.0")
    }

    fileprivate func setAside(_ id: Int) throws {
        try setAside(trial: id, reason: "leaked labels", toolVersion: "1.0.0")
    }

    fileprivate func bringBack(_ id: Int) throws {
        try bringBack(trial: id, reason: "all was well", toolVersion: "1.0.0")
    }

    fileprivate var front: [ResultTable.Value] {
        get throws {
            try query(Query(columns: ["id"], pareto: [ColumnOrder(better: "accuracy")])).rows.map { $0[0] }
        }
    }
}

/// Three trained trials, of which the third is too good to be true.
private func trained() throws -> (store: TrialStore, trials: [Trial]) {
    let store = try TrialStore.holding([1, 2, 0.5])
    let all = try trials(3)
    for (trial, accuracy) in zip(all, [0.5, 0.75, 1]) { try store.add(accuracy, of: trial) }
    return (store, all)
}

@Test func aTrialThatIsSetAsideIsNeitherBestNorOnAFrontAndStaysInTheLog() throws {
    // given
    let (store, all) = try trained()
    #expect(try store.best(by: .accuracy).trial.id == 3)
    #expect(try store.front == [.integer(3)])

    // when
    try store.setAside(3)

    // then: nothing ranks it, and nothing is lost
    #expect(try store.best(by: .accuracy).trial.id == 2)
    #expect(try store.best(by: .latency).trial.id == 1)
    #expect(try store.front == [.integer(2)])
    #expect(
        try store.query(
            Query(columns: ["state", "reason", "set_aside", "accuracy", "latency_ms"], filter: "id = 3")
        )
        .rows == [[.text("set_aside"), .text("leaked labels"), .text("leaked labels"), .null, .null]])
    #expect(try store.rowCount == 3)
    let logged = try store.query(Query(.rungs, columns: ["accuracy", "set_aside"], filter: "trial = 3")).rows
    #expect(logged == [[.real(1), .text("leaked labels")]])
    let front = Query(.rungs, columns: ["trial"], pareto: [ColumnOrder(better: "accuracy")])
    #expect(try store.query(front).rows == [[.integer(2)]])
    #expect(try store.setAsideHashes(study: all[0].study) == [all[2].networkHash])
    #expect(
        try store.rungs(of: all.map(\.networkHash), study: all[0].study, training: key)
            == [rung(all[0], 0.5), rung(all[1], 0.75)])
    #expect(
        try store.evaluations(study: all[0].study, conditions: conditions())[all[2].networkHash] == nil)
    let record = try store.trial(id: 3)
    #expect(record.setAside == "leaked labels" && record.measurements.isEmpty && record.rungs.isEmpty)
}

@Test func broughtBackItCountsAsBefore() throws {
    let (store, all) = try trained()
    let before = try store.query(Query())
    try store.setAside(3)
    try store.bringBack(3)
    #expect(try store.query(Query()) == before)
    #expect(try store.best(by: .accuracy).trial.id == 3)
    #expect(try store.setAsideHashes(study: all[0].study).isEmpty)
    #expect(!(try store.add(0.25, of: all[2])))

    // and once more
    try store.setAside(3)
    #expect(try store.best(by: .accuracy).trial.id == 2)
    try store.bringBack(3)
    #expect(try store.query(Query()) == before)
    #expect(try store.verdicts(trial: 3).map(\.action) == [.setAside, .bringBack, .setAside, .bringBack])
    #expect(try store.verdicts(trial: 3).map(\.reason).prefix(2) == ["leaked labels", "all was well"])
}

@Test func trainedAgainTheNewResultsCountAndTheOldOnesNeverReturn() throws {
    // given
    let (store, all) = try trained()
    try store.setAside(3)

    // when
    #expect(try store.record(all[2], measured(0.75), conditions: conditions(), description: ""))
    #expect(try store.add(0.25, of: all[2]))

    // then
    #expect(
        try store.query(
            Query(columns: ["state", "set_aside", "accuracy", "latency_ratio"], filter: "id = 3")
        )
        .rows == [[.text("complete"), .null, .real(0.25), .real(0.75)]])
    #expect(try store.setAsideHashes(study: all[0].study).isEmpty)
    let error = #expect(throws: StoreError.self) { try store.bringBack(3) }
    #expect(error?.description.contains("measured or trained again") == true)

    // and: the new ones can be set aside as well
    try store.setAside(3)
    #expect(try store.cell("state", where: "id = 3") == .text("set_aside"))
    try store.bringBack(3)
    #expect(try store.cell("accuracy", where: "id = 3") == .real(0.25))
}

@Test func aVerdictHoldsForEveryStudyThatHasTheNetwork() throws {
    let (store, _) = try trained()
    let other = space(named: "other")
    let study = try store.registerGrid(other)
    let theirs = try trials(3, of: other)
    try store.record(known: theirs.map { DescribedTrial($0, description: "") }, conditions: conditions())
    try store.setAside(6)
    #expect(try store.cell("state", where: "id = 3") == .text("set_aside"))
    #expect(try store.setAsideHashes(study: study) == [theirs[2].networkHash])
}

@Test func verdictsThatDoNotFitAreRefused() throws {
    let (store, _) = try trained()
    #expect(throws: StoreError.noSuchTrial(file: ":memory:", id: 9)) { try store.setAside(9) }
    #expect(throws: StoreError.noSuchTrial(file: ":memory:", id: 9)) { try store.bringBack(9) }
    #expect(
        throws: StoreError.noSuchVerdict(file: ":memory:", trial: 1, reason: "is not set aside"),
        performing: { try store.bringBack(1) })
    try store.setAside(1)
    #expect(
        throws: StoreError.noSuchVerdict(
            file: ":memory:", trial: 1, reason: "is set aside already (leaked labels)"),
        performing: { try store.setAside(1) })
}

@Test func anotherVersionsResultsAreReusedOnlyOnRequest() throws {
    // given: the same training by an older version, and one on other images
    let store = try TrialStore.holding([1, 2])
    let all = try trials(2)
    let hashes = all.map(\.networkHash)
    func key(_ hash: String, data: String?, version: String?) -> TrainingKey {
        TrainingKey(
            hash: hash, trainer: "shapes", recipe: "{batch: 32}", data: data, instructionSet: "avx2",
            toolVersion: version)
    }
    let present = key("now", data: "d", version: "2.0.0")
    func add(_ accuracy: Double, of trial: Trial, _ key: TrainingKey) throws {
        var result = RungResult(accuracy: accuracy, seconds: 1)
        result.curve = [TrainedEpoch(epoch: 1, trainingLoss: accuracy)]
        try store.record(
            FinishedRung(
                networkHash: trial.networkHash, rung: rung(trial, 0).rung, outcome: .complete(result)),
            study: trial.study, training: key, machine: conditions().machine,
            toolVersion: key.toolVersion ?? "0.3.3")
    }
    try add(0.25, of: all[0], key("before", data: "d", version: "1.0.0"))
    try add(0.375, of: all[0], key("older", data: nil, version: nil))
    try add(0.5, of: all[1], key("other images", data: "e", version: "1.0.0"))
    let study = all[0].study

    // then: it is offered, and not taken
    #expect(try store.rungs(of: hashes, study: study, training: present).isEmpty)
    let offered = try store.otherVersions(of: hashes, study: study, training: present)
    #expect(offered.map(\.toolVersion) == ["0.3.3", "1.0.0"])
    #expect(offered.map(\.key.data) == [nil, "d"])

    // when
    #expect(try store.reuse(of: hashes, study: study, training: present) == 1)

    // then: the latest is taken, once, with where it came from
    #expect(try store.reuse(of: hashes, study: study, training: present) == 0)
    #expect(
        try store.rungs(of: hashes, study: study, training: present).map(\.result?.accuracy) == [0.375])
    let copies = try store.query(
        Query(.rungs, columns: ["id", "accuracy", "reused_from", "tool_version"], filter: "reused_from > 0"))
    #expect(copies.rows == [[.integer(4), .real(0.375), .integer(2), .text("0.3.3")]])
    #expect(try store.curve(rung: 4) == [TrainedEpoch(epoch: 1, trainingLoss: 0.375)])
}
