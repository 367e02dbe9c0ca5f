// A store of ten thousand trained trials answers at once.

import CompoundSearch
import Foundation
import GRDB
import Recipes
import ResultStore
import Testing

/// How many trials the store holds, each with a measurement and three rungs.
private let count = 10_000

@Test func tenThousandTrainedTrialsAreQueriedAtSpeed() throws {
    // given
    let folder = try TemporaryFolder()
    try fill(folder.file())
    let store = try TrialStore(path: folder.file(), access: .readOnly)
    #expect(try store.rowCount == count)
    #expect(try store.query(Query(.rungs, columns: ["id"])).rows.count == 3 * count)
    #expect(try store.cell("accuracy", where: "id = 7") == .real(Double(7 * 7919 % 10_007) / 10_007))
    #expect(try store.cell("accuracy_epochs", where: "id = 7") == .integer(6))

    // then
    let columns = ["id", "alpha", "macs", "latency_ms", "accuracy", "test_accuracy"]
    let questions: [(String, Query)] = [
        ("everything", Query()), ("sorted", Query(columns: columns, sort: ["-accuracy"], limit: 10)),
        ("one", Query(columns: columns, filter: "id = 7")),
        ("some", Query(columns: columns, filter: "accuracy > 0.9 and macs < 386e6")),
        ("a front", Query(columns: columns, pareto: ["-accuracy", "latency_ratio"])),
        ("rungs", Query(.rungs, sort: ["-accuracy"], limit: 10)),
    ]
    for (name, query) in questions {
        var rows = 0
        let seconds = try processorSeconds { rows = try store.query(query).rows.count }
        print("\(count) trained trials, \(name): \(rows) rows in \(seconds) s")
        #expect(rows > 0 && seconds > 0.0001 && seconds < 3, "\(name): \(seconds) s")
    }
    let best = try processorSeconds { _ = try store.best(by: .accuracy) }
    print("\(count) trained trials, the best in \(best) s")
    #expect(best > 0.0001 && best < 3, "the best: \(best) s")
}

/// The seconds that this thread computes for; what other tests do beside it does not count.
func processorSeconds(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try body()
    return now() - start
}

/// Copies one trial, its measurement and its rung, with other figures.
private func fill(_ file: String) throws {
    do {
        let store = try TrialStore(path: file, access: .readWrite)
        try store.registerGrid()
        let trial = try trials(1)[0]
        try store.record(trial, measured(1), conditions: conditions(), description: "network")
        let rung = TrainingRung(
            phase: .fineTuning, index: 2, seed: 1, startEpochs: 4, epochs: 6, isFinal: true)
        let plan = AccuracyPlan(
            trainer: .data("shapes", folder: ""), recipe: TrainingRecipe(pretraining: .init(epochs: 2)))
        try store.record(
            FinishedRung(
                networkHash: trial.networkHash, rung: rung,
                outcome: .complete(RungResult(accuracy: 7919.0 / 10_007, seconds: 1))),
            study: trial.study, plan: plan, machine: conditions().machine, toolVersion: "1.0.0")
    }
    try DatabaseQueue(path: file).write { db in
        func copy(_ table: String, _ changes: [String: String], _ further: String = "n") throws {
            let columns = try db.columns(in: table).map(\.name)
            let values = columns.map { changes[$0] ?? "one.\($0)" }
            try db.execute(
                sql: """
                    WITH RECURSIVE
                        n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < \(count)),
                        earlier(i, k) AS (
                            SELECT i, k FROM (SELECT 1 AS k UNION SELECT 2), (SELECT 1 AS i UNION SELECT i FROM n)
                        )
                    INSERT INTO \(table) (\(columns.joined(separator: ", ")))
                    SELECT \(values.joined(separator: ", ")) FROM \(table) AS one, \(further)
                    WHERE one.id = 1
                    """)
        }
        let hash = "one.network_hash || i"
        try copy("trial", ["id": "i", "network_hash": hash, "macs": "one.macs + i % 997"])
        let ratio = "1 + (i * 104729 % 10007) / 10007.0"
        try copy(
            "measurement",
            [
                "id": "i", "trial": "i", "network_hash": hash, "latency_ratio": ratio,
                "latency_ms": "10 * (\(ratio))",
            ])
        try copy(
            "rung",
            [
                "id": "i", "trial": "i", "network_hash": hash, "accuracy": "(i * 7919 % 10007) / 10007.0",
            ])
        try copy(
            "rung",
            [
                "id": "\(count) * k + i", "trial": "i", "rung": "k - 1", "epochs": "2 * k",
                "network_hash": "iif(i = 1, one.network_hash, \(hash))",
                "start_epochs": "2 * k - 2", "phase": "iif(k = 1, 'pretrain', 'fine_tune')", "final": "0",
                "accuracy": "(i * 7919 % 10007) / 20014.0", "test_accuracy": "NULL",
            ], "earlier")
    }
}
