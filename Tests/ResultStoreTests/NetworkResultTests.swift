// What is found out about a network is known to every study that has it, and repeated by none.

import CompoundSearch
import Foundation
import Measurements
import Networks
import ResultStore
import Testing

private let key = TrainingKey(
    hash: "k", trainer: "shapes", recipe: "{batch: 32}", data: "d", instructionSet: "avx2",
    toolVersion: "2.0.0")

private func rung(_ trial: Trial, _ accuracy: Double, seed: Int = 1, epochs: Int = 2) -> FinishedRung {
    FinishedRung(
        networkHash: trial.networkHash,
        rung: TrainingRung(
            phase: .pretraining, index: 0, seed: seed, startEpochs: 0, epochs: epochs, isFinal: true),
        outcome: .complete(RungResult(accuracy: accuracy, seconds: 1)))
}

extension TrialStore {
    fileprivate func add(_ finished: FinishedRung, of trial: Trial, _ key: TrainingKey = key) throws -> Bool {
        try record(
            finished, study: trial.study, training: key, machine: conditions().machine, toolVersion: "2.0.0")
    }
}

@Test func anotherStudyKnowsWhatWasMeasuredAndTrained() throws {
    // given: a study whose first two networks are measured and trained
    let store = try TrialStore.holding([1, 2])
    let own = try trials(2)
    for (trial, accuracy) in zip(own, [0.5, 0.75]) {
        #expect(try store.add(rung(trial, accuracy), of: trial))
    }

    // when: a study of another name that has them too
    let other = space(named: "other")
    try store.register(study: registration(of: other))
    let theirs = try trials(3, of: other)
    let study = theirs[0].study
    #expect(
        try store.evaluations(study: study, conditions: conditions()) == [
            own[0].networkHash: .complete, own[1].networkHash: .complete,
        ])
    let known = theirs.prefix(2).map { DescribedTrial($0, description: "net", dimensions: "{}") }
    #expect(try store.record(known: known, conditions: conditions()) == 2)
    #expect(try store.record(known: known, conditions: conditions()) == 0)
    #expect(
        try store.record(theirs[2], measured(3), conditions: conditions(), description: "net"))

    // then: its trials show the latencies, and the accuracies once it trains in that way
    let query = Query(
        columns: ["id", "latency_ratio", "accuracy"], filter: "study_name = 'other'", sort: ["id"])
    #expect(
        try store.query(query).rows == [
            [.integer(3), .real(1), .null], [.integer(4), .real(2), .null], [.integer(5), .real(3), .null],
        ])
    #expect(
        try store.rungs(of: theirs.map(\.networkHash), study: study, training: key)
            == [rung(own[0], 0.5), rung(own[1], 0.75)])
    #expect(try store.rungs(of: [own[1].networkHash], study: study, training: key).count == 1)
    #expect(!(try store.add(rung(theirs[0], 0.9), of: theirs[0])))
    #expect(
        try store.query(query).rows.map { $0[2] } == [.real(0.5), .real(0.75), .null])
    #expect(try store.trial(id: 4).measurements.map(\.evaluation) == [measured(2)])
    #expect(try store.trial(id: 4).rungs.map(\.finished) == [rung(own[1], 0.75)])
    #expect(try store.trial(id: 3).dimensions == "{}")

    // and: the first study sees nothing of what the second one alone has
    #expect(try store.query(Query(filter: "study_name = 'b0'")).rows.count == 2)
}

@Test func conditionsAndTrainingsOfOneStudyDoNotShowInAnother() throws {
    // given: another study measures the same network with two threads and trains it otherwise
    let store = try TrialStore.holding([1])
    let own = try trials(1)[0]
    #expect(try store.add(rung(own, 0.5), of: own))
    let other = space(named: "other")
    try store.register(study: registration(of: other))
    let theirs = try trials(1, of: other)[0]
    try store.record(theirs, measured(0.5), conditions: conditions(threads: 2), description: "")
    var otherwise = key
    otherwise.hash = "other data"
    #expect(try store.add(rung(theirs, 1), of: theirs, otherwise))

    // then
    let columns = ["latency_ratio", "accuracy"]
    #expect(try store.query(Query(columns: columns, filter: "id = 1")).rows == [[.real(1), .real(0.5)]])
    #expect(try store.query(Query(columns: columns, filter: "id = 2")).rows == [[.real(0.5), .real(1)]])
    #expect(try store.trial(id: 1).rungs.count == 1 && store.trial(id: 1).measurements.count == 1)
    #expect(try store.best(by: .accuracy, study: "b0").trial.id == 1)
}

@Test func aStudyThatFindsEverythingTrainedShowsItOnceItSaysHowItTrains() throws {
    let store = try TrialStore.holding([1])
    let own = try trials(1)[0]
    #expect(try store.add(rung(own, 0.5), of: own))
    let other = space(named: "other")
    let study = try store.registerGrid(other)
    let theirs = DescribedTrial(try trials(1, of: other)[0], description: "")
    try store.record(known: [theirs], conditions: conditions())
    #expect(try store.cell("accuracy", where: "id = 2") == .null)
    #expect(try store.register(training: key, study: study) == 1)
    #expect(try store.cell("accuracy", where: "id = 2") == .real(0.5))
    #expect(try store.cell("data", where: "id = 2") == .text("d"))
}

@Test func aFailedMeasurementMayBeTriedAgainAndTheLastTryCounts() throws {
    let store = try TrialStore.holding([])
    let trial = try trials(1)[0]
    func record(_ evaluation: Evaluation) throws -> Bool {
        try store.record(trial, evaluation, conditions: conditions(), description: "")
    }
    func known() throws -> Outcome? {
        try store.evaluations(study: trial.study, conditions: conditions())[trial.networkHash]
    }
    #expect(try record(Evaluation(outcome: .failed("out of memory"))))
    #expect(try known() == .failed("out of memory"))
    #expect(try record(Evaluation(outcome: .failed("too hot"))))
    #expect(try known() == .failed("too hot"))
    #expect(try store.cell("reason", where: "id = 1") == .text("too hot"))
    #expect(try record(measured(2)))
    #expect(try known() == .complete)
    #expect(try record(measured(3)) == false)
    #expect(
        try store.query(Query(columns: ["state", "latency_ratio"])).rows == [[.text("complete"), .real(2)]])
}

@Test(arguments: [
    (0.0135, 0.014, "0.014 ms exceeds the bound of 0.0135 ms"),
    (0.0135, 0.013_500_4, "0.0135004 ms exceeds the bound of 0.0135 ms"),
    (25, 25.000_01, "25.00001 ms exceeds the bound of 25 ms"),
    (25, 31.987_654, "31.99 ms exceeds the bound of 25 ms"),
    (12, 12, nil), (12, 11.9, nil),
])
func aLatencyAboveTheStudysBoundRejectsTheTrialAndNotTheMeasurement(
    bound: Double, latency: Double, reason: String?
) throws {
    // given: one study with the bound, one without
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    let bounded = space(named: "bounded")
    try store.register(study: registration(of: bounded, latencyBound: bound))
    try store.registerGrid()
    let trial = try trials(1, of: bounded)[0]
    let free = try trials(1)[0]
    var evaluation = measured(latency / 10)
    evaluation.latency?.median = latency

    // when
    try store.record(trial, evaluation, conditions: conditions(), description: "")
    try store.record(free, nil, conditions: conditions(), description: "")

    // then
    let expected = reason.map { Outcome.rejected($0) } ?? .complete
    #expect(
        try store.evaluations(study: trial.study, conditions: conditions())[trial.networkHash] == expected)
    #expect(try store.trial(id: 1).measurements.map(\.evaluation.outcome) == [expected])
    #expect(try store.cell("reason", where: "id = 1") == reason.map { .text($0) } ?? .null)
    #expect(try store.cell("state", where: "id = 1") == .text(reason == nil ? "complete" : "rejected"))
    #expect(try store.cell("state", where: "id = 2") == .text("complete"))
    #expect(try store.best().trial.id == (reason == nil ? 1 : 2))
}

@Test(arguments: [
    (0.9, "measured, it takes 10.0 % less than the budget's latency, of which 5.0 % are tolerated"),
    (0.96, nil), (1.04, nil),
    (1.2, "measured, it takes 20.0 % more than the budget's latency, of which 5.0 % are tolerated"),
])
func aLatencyOutsideTheBudgetsBandRejectsTheTrial(ofTarget share: Double, reason: String?) throws {
    // given: a study that aims at three times the anchor's latency, and one that aims at macs
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    let banded = space(named: "banded")
    let band = LatencyBand(target: 3, baseline: 1.5, tolerance: 0.05)
    try store.register(study: registration(of: banded, latencyBand: band))
    try store.registerGrid()
    let trial = try trials(1, of: banded)[0]

    // when
    try store.record(trial, measured(3 * share), conditions: conditions(), description: "")
    try store.record(try trials(1)[0], nil, conditions: conditions(), description: "")

    // then
    let expected = reason.map { Outcome.rejected($0) } ?? .complete
    #expect(
        try store.evaluations(study: trial.study, conditions: conditions())[trial.networkHash] == expected)
    #expect(try store.trial(id: 1).measurements.map(\.evaluation.outcome) == [expected])
    #expect(try store.trial(id: 1).study.latencyBand == band)
    #expect(try store.latencyBand(study: trial.study) == band)
    #expect(try store.latencyBand(study: "none") == nil)
    #expect(try store.cell("reason", where: "id = 1") == reason.map { .text($0) } ?? .null)
    #expect(try store.cell("state", where: "id = 1") == .text(reason == nil ? "complete" : "rejected"))
    #expect(try store.cell("state", where: "id = 2") == .text("complete"))
}

@Test func frontsLeaveOutInfeasibleTrialsUnlessTheFilterAsksForStates() throws {
    // given: the fastest trial of those with few macs is rejected
    let store = try TrialStore.holding([3, 2])
    var slow = measured(1)
    slow.outcome = .rejected("3.0 is above 2.5")
    try store.record(try trials(3)[2], slow, conditions: conditions(), description: "")
    func front(_ filter: String?) throws -> [ResultTable.Value] {
        try store.query(Query(columns: ["id"], filter: filter, pareto: ["latency_ratio"])).rows.map { $0[0] }
    }

    // then
    #expect(try front(nil) == [.integer(2)])
    #expect(try front("macs > 0 or training_state = 'x'") == [.integer(2)])
    #expect(try front("macs > 0 or reason = 'the state of things'") == [.integer(2)])
    #expect(try front("State = 'rejected' or macs > 0") == [.integer(3)])
}

@Test func timesCompareWithSQLitesOwn() throws {
    let store = try TrialStore.holding([])
    let now = Date()
    for (trial, age) in zip(try trials(3), [30.0, 3601, 90_000]) {
        try store.record(
            trial, measured(1), conditions: conditions(), description: "", now: now.addingTimeInterval(-age))
    }
    func ids(_ filter: String) throws -> [ResultTable.Value] {
        try store.query(Query(columns: ["id"], filter: filter)).rows.map { $0[0] }
    }
    #expect(try ids("measured_at > datetime('now', '-1 hour')") == [.integer(1)])
    #expect(try ids("created_at > datetime('now', '-1 day')") == [.integer(1), .integer(2)])
    #expect(try ids("measured_at < datetime('now', '-1 day')") == [.integer(3)])
    // Times as ISO 8601 has them are the same moments, in whatever zone.
    let hour = now.addingTimeInterval(-3600)
    let zone = Date.ISO8601FormatStyle(timeZone: try #require(TimeZone(secondsFromGMT: 19_800)))
    for text in [hour.ISO8601Format(), hour.formatted(zone)] {
        #expect(text.contains("T"))
        #expect(try ids("measured_at > '\(text)'") == [.integer(1)])
        #expect(try ids("datetime('\(text)') < created_at") == [.integer(1)])
        #expect(try ids("measured_at < '\(text)' AND study_name <> 'it''s'") == [.integer(2), .integer(3)])
    }
    // And so are formats of them that strftime is given.
    for format in ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%fZ", "%Y-%m-%d %H:%M:%f"] {
        #expect(try ids("measured_at > strftime('\(format)', 'now', '-1 hour')") == [.integer(1)])
        #expect(
            try ids("created_at < strftime('\(format)', 'now', '-10 seconds')").count == 3, "\(format)")
    }
    #expect(
        try ids("measured_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] ??:??:??.???'").count == 3)
}

@Test func everythingThatIsKnownOfARungComesBack() throws {
    // given
    let store = try TrialStore.holding([1])
    let trial = try trials(1)[0]
    var result = RungResult(accuracy: 0.75, loss: 1.5, seconds: 2)
    result.balancedAccuracy = 0.5
    result.classAccuracies = [1, nil, 0]
    result.mostCommonShare = 0.7
    result.note = "the model predicts one class"
    result.validationImages = 40
    result.seeds = .init(initialisation: 1, order: 2, split: 3)
    result.precision = "float32"
    let finished = FinishedRung(
        networkHash: trial.networkHash, rung: rung(trial, 0).rung, outcome: .complete(result))

    // when: recorded with its curve
    var withCurve = result
    withCurve.curve = [
        TrainedEpoch(
            epoch: 1, trainingLoss: 2, trainingAccuracy: 0.25, validationLoss: 1.75, validationAccuracy: 0.5,
            imagesPerSecond: 1000, seconds: 1), TrainedEpoch(epoch: 2, trainingLoss: .nan),
    ]
    #expect(
        try store.add(
            FinishedRung(networkHash: trial.networkHash, rung: finished.rung, outcome: .complete(withCurve)),
            of: trial))

    // then
    #expect(try store.rungs(of: [trial.networkHash], study: trial.study, training: key) == [finished])
    #expect(try store.curve(rung: 1) == [withCurve.curve[0], TrainedEpoch(epoch: 2)])
    let epochs = try store.query(Query(.epochs, columns: ["id", "trial", "epoch", "training_loss"]))
    #expect(
        epochs.rows == [
            [.integer(1), .integer(1), .integer(1), .real(2)],
            [.integer(1), .integer(1), .integer(2), .null],
        ])
    #expect(try store.cell("balanced_accuracy", where: "id = 1") == .real(0.5))
    #expect(try store.cell("most_common_share", where: "id = 1") == .real(0.7))
    let classes = try store.query(Query(.rungs, columns: ["class_accuracies", "note"])).rows
    #expect(classes == [[.text("[1,null,0]"), .text("the model predicts one class")]])
}

@Test func aCurveThatCannotBeStoredLeavesNoRung() throws {
    let store = try TrialStore.holding([1])
    let trial = try trials(1)[0]
    var result = RungResult(accuracy: 0.75, seconds: 2)
    result.curve = [TrainedEpoch(epoch: 1), TrainedEpoch(epoch: 1)]
    let finished = FinishedRung(
        networkHash: trial.networkHash, rung: rung(trial, 0).rung, outcome: .complete(result))
    #expect(throws: StoreError.self) { try store.add(finished, of: trial) }
    #expect(try store.query(Query(.rungs)).rows.isEmpty)
}

@Test func aStudyKeepsItsBaselineLevelsAndFunnel() throws {
    // given
    var levels = space(named: "levels")
    levels.budget = Budget(levels: [.multiple(1.5), .multiple(2)], tolerance: 0.2)
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    let study = try registration(of: levels, latencyBound: 25)
    #expect(try store.register(study: study))
    #expect(!(try store.register(study: study)))
    try store.record(
        try trials(1, of: levels)[0], measured(1), conditions: conditions(), description: "")

    // then
    let record = try store.trial(id: 1).study
    #expect(record.baseline == "name: efficientnet-b0\n")
    #expect(record.tolerance == 0.2 && record.latencyBound == 25)
    #expect(record.levels.map(\.target) == [1.5, 2].map { $0 * 385_814_752 })
    #expect(record.levels.map(\.lowest) == study.levels.map(\.lowest))

    // and: a draw is recorded where it counted something else than the last
    var counts = FunnelCounts()
    counts.points = 10
    counts.aboveMacs = 3
    func draw(_ counts: FunnelCounts) throws -> Bool {
        try store.record(funnel: counts, study: study.id, toolVersion: "1.0.0")
    }
    #expect(try draw(counts))
    #expect(try draw(counts) == false)
    counts.points = 20
    #expect(try draw(counts))
    #expect(try store.funnels(study: study.id).map(\.points) == [10, 20])
    #expect(throws: StoreError.noSuchStudy(file: ":memory:", id: "x")) {
        try store.record(funnel: counts, study: "x", toolVersion: "1.0.0")
    }
}

@Test func layerTimesAndCeilingsBelongToTheirConditions() throws {
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    let times = [
        LayerTime(layer: "stem", milliseconds: 0.5, minimum: 0.25, macs: 1000),
        LayerTime(layer: "head", milliseconds: 1, minimum: 0.75, macs: 2000),
    ]
    #expect(try store.record(layerTimes: times, networkHash: "n", conditions: conditions()))
    #expect(!(try store.record(layerTimes: [times[0]], networkHash: "n", conditions: conditions())))
    #expect(try store.layerTimes(networkHash: "n", conditions: conditions()) == times)
    #expect(try store.layerTimes(networkHash: "n", conditions: conditions(threads: 2)).isEmpty)
    #expect(try store.layerTimes(networkHash: "m", conditions: conditions()).isEmpty)

    let ceilings = [32_768, 1_048_576].map {
        Ceiling(workingSetBytes: $0, gflops: 100, gigabytesPerSecond: 50)
    }
    try store.record(ceilings: ceilings.reversed(), conditions: conditions())
    try store.record(
        ceilings: [Ceiling(workingSetBytes: 32_768, gflops: 1, gigabytesPerSecond: 1)],
        conditions: conditions())
    #expect(try store.ceilings(conditions: conditions()) == ceilings)
    #expect(try store.ceilings(conditions: conditions(threads: 2)).isEmpty)
}

@Test func precisionIsACondition() throws {
    let store = try TrialStore.holding([1])
    var half = conditions()
    half.precision = "bfloat16"
    #expect(try store.record(try trials(1)[0], measured(0.5), conditions: half, description: ""))
    #expect(try store.trial(id: 1).measurements.map(\.conditions) == [half, conditions()])
    #expect(try store.cell("latency_ratio", where: "precision = 'bfloat16'") == .real(0.5))
}
