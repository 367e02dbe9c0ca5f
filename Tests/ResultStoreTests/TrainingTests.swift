// Rungs of training: recorded once, never changed, and shown beside each trial.

import CompoundSearch
import Foundation
import GRDB
import Recipes
import ResultStore
import Testing

private func plan(rate: Double = 0.4) -> AccuracyPlan {
    var recipe = TrainingRecipe(
        pretraining: .init(epochs: 2), fineTuning: .init(epochs: 4, rate: 0.25))
    recipe.rate = rate
    return AccuracyPlan(trainer: .command(["python", "train.py"]), recipe: recipe)
}

private func rung(_ epochs: Int, seed: Int = 1) -> TrainingRung {
    TrainingRung(
        phase: epochs == 2 ? .pretraining : .fineTuning, index: epochs == 2 ? 0 : epochs == 4 ? 1 : 2,
        seed: seed, startEpochs: epochs == 2 ? 0 : 2, epochs: epochs, isFinal: epochs == 6)
}

private func complete(
    _ trial: Trial, _ epochs: Int, _ accuracy: Double, seed: Int = 1, test: Double? = nil
) -> FinishedRung {
    FinishedRung(
        networkHash: trial.networkHash, rung: rung(epochs, seed: seed),
        outcome: .complete(
            RungResult(
                accuracy: accuracy, loss: 1.5, testAccuracy: test, seconds: 2.5, imagesPerSecond: 1000,
                weightsFile: "weights/\(epochs)-\(seed).safetensors")))
}

private func failed(_ trial: Trial, _ epochs: Int, seed: Int = 1) -> FinishedRung {
    FinishedRung(
        networkHash: trial.networkHash, rung: rung(epochs, seed: seed),
        outcome: .failed("the loss is no number", seconds: 0.5))
}

extension TrialStore {
    @discardableResult
    fileprivate func add(_ finished: FinishedRung, _ plan: AccuracyPlan = plan()) throws -> Bool {
        try record(
            finished, study: space().studyIdentifier(strategy: .grid, seed: 0), plan: plan,
            machine: conditions().machine, toolVersion: "1.0.0")
    }

    fileprivate func row(_ columns: String..., where filter: String = "id = 1") throws -> [ResultTable.Value]
    {
        let rows = try query(Query(columns: columns, filter: filter)).rows
        try #require(rows.count == 1)
        return rows[0]
    }
}

@Test func theLogComesBackAsItWasWritten() throws {
    let store = try TrialStore.holding([1, 2])
    let trials = try trials(2)
    let log = [
        complete(trials[1], 2, 0.75), complete(trials[0], 2, 0.5), failed(trials[1], 4),
        complete(trials[0], 6, 1, seed: 3, test: 0),
    ]
    for finished in log { #expect(try store.add(finished)) }

    let study = trials[0].study
    #expect(try store.rungs(study: study, plan: plan()) == log)
    #expect(try store.rungs(study: study, plan: plan(rate: 0.1)).isEmpty)
    #expect(try store.rungs(study: "another", plan: plan()).isEmpty)
    let record = try store.trial(id: 1).rungs
    #expect(record.map(\.finished) == [log[3], log[1]])
    #expect(record[0].trainer == "python train.py")
    #expect(record[0].recipe.hasPrefix("{pretrain_epochs: 2, pretrain_images: none, fine_tune_epochs: 4, "))
}

@Test func aTrialShowsTheMeanOverItsSeedsWhereItGotFurthest() throws {
    let store = try TrialStore.holding([1])
    let trial = try trials(1)[0]
    try store.add(complete(trial, 2, 0.5))
    #expect(
        try store.row(
            "accuracy", "accuracy_pretrain", "accuracy_seeds", "accuracy_epochs", "accuracy_deviation")
            == [.real(0.5), .real(0.5), .integer(1), .integer(2), .null])

    try store.add(complete(trial, 2, 0.75, seed: 2))
    #expect(
        try store.row("accuracy", "accuracy_pretrain", "accuracy_seeds", "accuracy_deviation")
            == [.real(0.625), .real(0.625), .integer(2), .real(0.125 * 2.0.squareRoot())])

    try store.add(complete(trial, 6, 0.875, test: 0.75))
    try store.add(complete(trial, 6, 0.875, seed: 2, test: 0.5))
    #expect(
        try store.row(
            "accuracy", "accuracy_pretrain", "accuracy_seeds", "accuracy_epochs", "accuracy_deviation",
            "test_accuracy", "training_seconds", "loss", "training_state", "cost_level", "trainer",
            "description")
            == [
                .real(0.875), .real(0.625), .integer(2), .integer(6), .real(0), .real(0.625), .real(10),
                .real(1.5), .text("complete"), .integer(1), .text("python train.py"), .text("network"),
            ])
}

@Test func aFailedRungHidesNothingThatWasFoundBefore() throws {
    let store = try TrialStore.holding([1, 2])
    let trials = try trials(2)
    try store.add(complete(trials[0], 2, 0.5))
    try store.add(failed(trials[0], 4))
    try store.add(failed(trials[1], 2))
    #expect(
        try store.row("accuracy", "training_state", "training_reason", "training_seconds")
            == [.real(0.5), .text("failed"), .text("the loss is no number"), .real(3)])
    #expect(
        try store.row("accuracy", "accuracy_pretrain", "training_state", where: "id = 2")
            == [.null, .null, .text("failed")])

    // It may be tried again, and then counts.
    #expect(try store.add(complete(trials[1], 2, 0.25)))
    #expect(
        try store.row("accuracy", "training_state", where: "id = 2") == [.real(0.25), .text("complete")])
}

@Test func aCompleteRungIsRecordedOnceAndStands() throws {
    let store = try TrialStore.holding([1])
    let trial = try trials(1)[0]
    #expect(try store.add(complete(trial, 2, 0.5)))
    #expect(try store.add(complete(trial, 2, 0.75)) == false)
    #expect(try store.row("accuracy") == [.real(0.5)])
    #expect(try store.add(complete(trial, 2, 0.75, seed: 2)))
    #expect(try store.add(complete(trial, 2, 0.75), plan(rate: 0.1)))
}

@Test func trainingOfAnUnknownTrialIsRefused() throws {
    let store = try TrialStore.holding([1])
    let other = try trials(2)[1]
    #expect(throws: StoreError.trialNotRecorded(file: ":memory:", networkHash: other.networkHash)) {
        try store.add(complete(other, 2, 0.5))
    }
}

@Test func anAccuracyOutsideZeroToOneNeverEntersTheStore() throws {
    let store = try TrialStore.holding([1])
    let trial = try trials(1)[0]
    for accuracy in [-0.1, 1.1, 85, .nan] {
        #expect(throws: StoreError.self) { try store.add(complete(trial, 2, accuracy)) }
    }
    #expect(try store.rungs(study: trial.study, plan: plan()).isEmpty)
}

@Test func accuraciesCompareOnlyWithinOneTraining() throws {
    // given: three trials, of which the first two are trained in a second way too, with other winners
    let store = try TrialStore.holding([1, 2, 3])
    let trials = try trials(3)
    for (trial, accuracy) in zip(trials, [0.5, 0.75, 0.625]) { try store.add(complete(trial, 2, accuracy)) }
    for (trial, accuracy) in zip(trials, [0.25, 0.125]) {
        try store.add(complete(trial, 2, accuracy), plan(rate: 0.1))
    }

    // when
    let sorted = try store.query(Query(columns: ["training", "id"], sort: ["-accuracy"])).rows
    let front = try store.query(
        Query(columns: ["training", "id"], pareto: ["-accuracy", "latency_ratio"])
    ).rows

    // then
    #expect(
        sorted == [[2, 1], [2, 2], [1, 2], [1, 3], [1, 1]].map { $0.map(ResultTable.Value.integer) })
    #expect(front == [[2, 1], [1, 1], [1, 2]].map { $0.map(ResultTable.Value.integer) })
    #expect(try store.best(by: .accuracy).trial.id == 1)
    let pretrain = Objective(column: "accuracy_pretrain", maximize: true)
    #expect(try store.best(by: pretrain).trial.id == 1)
    #expect(try store.best(by: .latency).trial.id == 1)
}

@Test func theBestByAccuracyIsTheMostAccurate() throws {
    let store = try TrialStore.holding([1, 2, 3])
    #expect(throws: StoreError.nothingToRank(file: ":memory:", column: "accuracy")) {
        try store.best(by: .accuracy)
    }
    for (trial, accuracy) in zip(try trials(3), [0.5, 0.75, 0.625]) {
        try store.add(complete(trial, 2, accuracy))
    }
    #expect(try store.best(by: .accuracy).trial.id == 2)
}

@Test func rungsCanBeQueriedToo() throws {
    let store = try TrialStore.holding([1, 2])
    let trials = try trials(2)
    try store.add(complete(trials[0], 2, 0.5))
    try store.add(complete(trials[1], 2, 0.75))
    try store.add(failed(trials[1], 4))
    let query = Query(.rungs, columns: ["trial", "epochs", "state"], filter: "trial = 2", sort: ["-id"])
    #expect(
        try store.query(query).rows
            == [
                [.integer(2), .integer(4), .text("failed")], [.integer(2), .integer(2), .text("complete")],
            ])
    #expect(
        try store.query(Query(.rungs, columns: ["trial"], sort: ["-accuracy"], limit: 1)).rows == [
            [.integer(2)]
        ])
    #expect(
        throws: StoreError.badColumn(file: ":memory:", name: "latency_ms", nearest: nil)
    ) { try store.query(Query(.rungs, columns: ["latency_ms"])) }
}

@Test func allColumnsAreAllButTheDescription() throws {
    let columns = try TrialStore.holding([1]).query(Query()).columns
    #expect(!columns.contains("description"))
    #expect(columns.contains("accuracy_deviation") && columns.contains("cost_level"))
}

@Test func rungsAreNeverChangedOrDeleted() throws {
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    try TrialStore(path: file, access: .readWrite).add(complete(trials(1)[0], 2, 0.5))
    for sql in [
        "UPDATE rung SET accuracy = 1", "DELETE FROM rung", "UPDATE training SET trainer = ''",
        "DELETE FROM training",
    ] {
        #expect(throws: DatabaseError.self) { try execute(sql, on: file) }
    }
}

@Test func aTrialKeepsItsCostLevel() throws {
    var levels = space()
    levels.budget = Budget(levels: [.multiple(1.5), .multiple(2), .multiple(3)], tolerance: 0.2)
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    try store.registerGrid(levels)
    for trial in try trials(10, of: levels) {
        try store.record(trial, measured(1), conditions: conditions(), description: "")
    }
    let rows = try store.query(Query(columns: ["cost_level"])).rows
    #expect(rows.map { $0[0] } == (try trials(10, of: levels)).map { .integer($0.candidate.level + 1) })
    #expect(Set(rows).count == 3)
}
