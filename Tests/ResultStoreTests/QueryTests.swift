// What may be asked of the trials: filters, orders, fronts, the best one.

import CompoundSearch
import Foundation
import Measurements
import Networks
import ResultStore
import Testing

@Test func filterKeepsTheRowsForWhichItIsTrue() throws {
    let store = try TrialStore.holding([1, 2, 3, 4])
    let filter = "latency_ratio > 1.5 AND (state = 'complete' OR reason LIKE '%;--/*)%') AND id <> 3"
    let table = try store.query(Query(columns: ["id", "latency_ratio"], filter: filter))
    #expect(table.columns == ["id", "latency_ratio"])
    #expect(table.rows == [[.integer(2), .real(2)], [.integer(4), .real(4)]])
}

@Test func rowsAreSortedThenLimitedWithUnknownValuesLast() throws {
    // given
    let store = try TrialStore.holding([3, 1, 2, 1])
    try store.record(
        try trials(5)[4], Evaluation(outcome: .failed("x")), conditions: conditions(), description: "")

    // then
    func ids(_ sort: [ColumnOrder], limit: Int? = nil) throws -> [ResultTable.Value] {
        try store.query(Query(columns: ["id"], sort: sort, limit: limit)).rows.map { $0[0] }
    }
    #expect(try ids([]) == [1, 2, 3, 4, 5].map { .integer($0) })
    #expect(try ids(["latency_ratio"]) == [2, 4, 3, 1, 5].map { .integer($0) })
    #expect(try ids(["-latency_ratio"]) == [1, 3, 2, 4, 5].map { .integer($0) })
    #expect(try ids(["latency_ratio", "-id"]) == [4, 2, 3, 1, 5].map { .integer($0) })
    #expect(try ids(["latency_ratio"], limit: 2) == [2, 4].map { .integer($0) })
    #expect(try ids([], limit: 0) == [])
}

@Test func latenciesAreSortedWithinEachMeasurementSet() throws {
    // given: two threads halve the latency of every trial
    let store = try TrialStore.holding([2, 4])
    for (trial, ratio) in zip(try trials(2), [3.0, 1.0]) {
        try store.record(trial, measured(ratio), conditions: conditions(threads: 2), description: "")
    }

    // when
    let table = try store.query(Query(columns: ["threads", "latency_ratio"], sort: ["latency_ratio"]))

    // then
    #expect(
        table.rows == [
            [.integer(2), .real(1)], [.integer(2), .real(3)], [.integer(1), .real(2)],
            [.integer(1), .real(4)],
        ])
}

@Test func frontHoldsTheRowsThatNoOtherRowBeats() throws {
    // given: macs grow with the trial, as the grid's resolution does
    let store = try TrialStore.holding([3, 1, 2, 1, 0.5])
    func ids(_ query: Query) throws -> [ResultTable.Value] { try store.query(query).rows.map { $0[0] } }

    #expect(try ids(Query(columns: ["id"], sort: ["macs"])) == [1, 2, 3, 4, 5].map { .integer($0) })

    // then
    let cheap: [ColumnOrder] = ["macs", "latency_ratio"]
    #expect(try ids(Query(columns: ["id"], pareto: cheap)) == [1, 2, 5].map { .integer($0) })
    #expect(
        try ids(Query(columns: ["id"], pareto: ["-macs", "latency_ratio"])) == [.integer(5)])
    #expect(
        try ids(Query(columns: ["id"], filter: "id < 5", sort: ["-macs"], pareto: cheap, limit: 1))
            == [.integer(2)])
    #expect(try store.query(Query(columns: ["id"], pareto: cheap)).columns == ["id"])
}

@Test func frontLeavesOutRowsWithoutAValue() throws {
    let store = try TrialStore.holding([2, 2])
    try store.record(
        try trials(3)[2], Evaluation(outcome: .failed("x")), conditions: conditions(), description: "")
    let front = try store.query(Query(columns: ["id"], pareto: ["-macs", "latency_ratio"]))
    #expect(front.rows == [[.integer(2)]])
}

@Test func frontOfLatencyIsDrawnPerMeasurementSetAndOneOfCostsAcrossThem() throws {
    // given: with two threads the second trial is slower than any measured with one
    let store = try TrialStore.holding([1, 2])
    try store.record(try trials(2)[1], measured(9), conditions: conditions(threads: 2), description: "")

    // when
    let latency = try store.query(Query(columns: ["id", "threads"], pareto: ["latency_ratio"]))
    let macs = try store.query(Query(columns: ["id", "threads"], pareto: ["-macs"]))

    // then
    #expect(latency.rows == [[.integer(1), .integer(1)], [.integer(2), .integer(2)]])
    #expect(macs.rows == [[.integer(2), .integer(2)], [.integer(2), .integer(1)]])
}

@Test func bestIsTheLowestCompleteRatioOfTheLatestMeasurementSet() throws {
    // given: a rejected trial is faster; a second set, measured later, ranks the other way round
    let store = try TrialStore.holding([2, 3])
    var rejected = measured(1)
    rejected.outcome = .rejected("too slow on Sundays")
    try store.record(try trials(3)[2], rejected, conditions: conditions(), description: "")
    #expect(try store.best().trial.id == 1)
    let later = Date(timeIntervalSinceNow: 60)
    for (trial, ratio) in zip(try trials(2), [8.0, 7.0]) {
        try store.record(
            trial, measured(ratio), conditions: conditions(threads: 2), description: "", now: later)
    }

    // then
    let best = try store.best()
    #expect(best.trial.id == 2)
    #expect(best.measurement.conditions.threads == 2)
    #expect(best.measurement.evaluation == measured(7))
    #expect(try store.best(measurementSet: 1).trial.id == 1)
    #expect(try store.best(by: Objective(column: "macs", maximize: true)).trial.id == 2)
    #expect(try store.best(by: Objective(column: "macs", maximize: false)).trial.id == 1)
}

@Test func bestOfAStudyIsFoundByIdentifierOrName() throws {
    // given
    let store = try TrialStore.holding([2, 1])
    let other = space(named: "other")
    let study = try store.registerGrid(other)
    try store.record(try trials(1, of: other)[0], measured(5), conditions: conditions(), description: "")

    // then
    #expect(try store.best(study: study).trial.id == 3)
    #expect(try store.best(study: "other").trial.id == 3)
    #expect(try store.best(study: "b0").trial.id == 2)
    #expect(
        throws: StoreError.unknownStudy(file: TrialStore.inMemory, name: "othr", known: ["other", "b0"]),
        performing: { try store.best(study: "othr") })
    #expect(
        throws: StoreError.nothingToRank(file: TrialStore.inMemory, column: "accuracy"),
        performing: { try store.best(by: .accuracy, study: "b0") })
}

@Test(arguments: [
    "1; DROP TABLE trial", "1 -- a comment", "1 /* a comment */", "1) OR (1", "(1", "1)", "", "  \n",
    "'never closed", "\"never closed", "[never closed", "1\0) OR (1", "macs > ?", "macs > :macs",
    "macs > @macs", "macs > $macs",
])
func filterThatIsMoreOrLessThanOneExpressionIsRefused(filter: String) throws {
    let store = try TrialStore.holding([1, 2])
    let error = #expect(throws: StoreError.self) { try store.query(Query(filter: filter)) }
    guard case .badFilter(_, filter, _) = error else {
        Issue.record("\(String(describing: error))")
        return
    }
    #expect(try store.rowCount == 2)
}

@Test(arguments: [
    ("ATTACH 'x.sqlite' AS x", "syntax error"),
    ("PRAGMA query_only = 0", "syntax error"),
    ("UPDATE trial SET macs = 1", "syntax error"),
    ("DELETE FROM trial", "syntax error"),
    ("1 UNION SELECT 1", "syntax error"),
    ("max(macs) = macs", "misuse of aggregate"),
    ("load_extension('x')", "not authorized"),
    ("no_such_function(macs)", "no such function"),
    ("latency_rati < 2", "did you mean latency_ratio"),
    ("study_name = \"b0\"", "single quotes"),
    ("1, 2", "row value misused"),
])
func filterThatSQLiteRefusesIsRefusedWithItsReason(filter: String, reason: String) throws {
    let store = try TrialStore.holding([1, 2])
    let error = #expect(throws: StoreError.self) { try store.query(Query(filter: filter)) }
    guard case .badFilter(_, filter, let found) = error else {
        Issue.record("\(String(describing: error))")
        return
    }
    #expect(found.contains(reason))
    #expect(try store.rowCount == 2)
}

@Test func unknownColumnsAreNamedWithTheNearestKnownOne() throws {
    let store = try TrialStore.holding([1])
    let expected = StoreError.badColumn(
        file: TrialStore.inMemory, name: "latencyratio", nearest: "latency_ratio")
    #expect(throws: expected) { try store.query(Query(columns: ["latencyratio"])) }
    #expect(throws: expected) { try store.query(Query(sort: ["-latencyratio"])) }
    #expect(throws: expected) { try store.query(Query(pareto: ["latencyratio"])) }
    #expect(throws: expected) { try store.best(by: Objective(column: "latencyratio", maximize: false)) }
    #expect(
        expected.description
            == "the trials of :memory: have no column 'latencyratio'; did you mean 'latency_ratio'?")
}

@Test func textHasNoFront() throws {
    let store = try TrialStore.holding([1])
    #expect(throws: StoreError.notANumber(file: TrialStore.inMemory, column: "network")) {
        try store.query(Query(pareto: ["macs", "network"]))
    }
}

@Test func tenThousandTrialsAreRecordedAndQueriedAtSpeed() throws {
    // given
    let folder = try TemporaryFolder()
    let store = try TrialStore(path: folder.file(), access: .readWrite)
    let fine = space(step: 0.01)
    try store.registerGrid(fine)
    let many = try trials(10_000, of: fine)
    let text = String(repeating: "- {block: mbconv, repeats: 3}\n", count: 60)
    let clock = ContinuousClock()

    // when
    let recording = try clock.measure {
        for (index, trial) in many.enumerated() {
            let ratio = Double(index * 7919 % 10_007) / 1000
            try store.record(trial, measured(ratio), conditions: conditions(), description: text)
        }
    }
    var everything = 0
    let all = try clock.measure { everything = try store.query(Query()).rows.count }
    let query = Query(filter: "macs < 8e8", sort: ["latency_ratio"], limit: 20)
    let some = try clock.measure { _ = try store.query(query) }
    let front = try clock.measure { _ = try store.query(Query(pareto: ["macs", "latency_ratio"])) }
    let opening = try clock.measure { _ = try TrialStore(path: folder.file(), access: .readWrite) }

    // then
    #expect(everything == 10_000)
    print(
        "recorded \(many.count) trials in \(recording); all of them read in \(all),",
        "20 filtered and sorted in \(some), a front in \(front); opened in \(opening)")
}
