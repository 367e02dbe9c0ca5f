// Merging is a function of the set of all records: whatever the order, the grouping and the repetition, the same store
// results, row for row and number for number.

import CompoundSearch
import Foundation
import GRDB
import Measurements
import ResultStore
import Testing

/// Something that is recorded at a fixed time, in whichever store it falls to.
private struct Event {
    let record: (TrialStore) throws -> Void
    /// Whether it can be recorded in one store only, since there it depends on what came before.
    var isSingle = false
}

private let start = Date(timeIntervalSince1970: 1_700_000_000)

/// The log of a search, event by event; with `contradictions`, also what others found differently, and later.
private func events(contradictions: Bool) throws -> [Event] {
    let space = space()
    let study = space.studyIdentifier(strategy: .grid, seed: 0)
    let trials = try trials(8)
    let key = TrainingKey(
        hash: "recipe", trainer: "shapes", recipe: "epochs: 4", data: "digest", instructionSet: "avx2",
        toolVersion: "1.0.0")
    func time(_ seconds: Int) -> Date { start.addingTimeInterval(Double(seconds)) }
    func prepare(_ store: TrialStore, _ trial: Int) throws {
        try store.register(study: registration(of: space), now: start)
        try store.record(
            known: [DescribedTrial(trials[trial], description: "network \(trial)", dimensions: "{}")],
            conditions: conditions(), now: time(trial + 1))
    }
    func rung(_ trial: Int, _ epochs: Int, _ outcome: FinishedRung.Outcome) -> FinishedRung {
        FinishedRung(
            networkHash: trials[trial].networkHash,
            rung: TrainingRung(
                phase: .pretraining, index: epochs / 2 - 1, seed: 1, startEpochs: epochs - 2, epochs: epochs,
                isFinal: epochs == 4), outcome: outcome)
    }
    func result(_ accuracy: Double, _ epochs: Int) -> FinishedRung.Outcome {
        var result = RungResult(
            accuracy: accuracy, loss: 0.1 + accuracy, seconds: 2.5,
            weightsFile: "store.sqlite.weights/recipe/n/epochs-\(epochs).safetensors")
        result.curve = (epochs - 1...epochs).map {
            TrainedEpoch(epoch: $0, trainingLoss: 1 / Double($0), seconds: 0.1)
        }
        return .complete(result)
    }
    var events: [Event] = []
    for trial in trials.indices {
        events.append(
            Event { store in
                try prepare(store, trial)
                try store.record(
                    trials[trial], measured(1 + Double(trial) / 3), conditions: conditions(),
                    description: "", now: time(100 + trial))
            })
        for epochs in [2, 4] {
            events.append(
                Event { store in
                    try prepare(store, trial)
                    try store.record(
                        rung(trial, epochs, result(Double(trial) / 8 + 0.01, epochs)), study: study,
                        training: key, machine: conditions().machine, toolVersion: "1.0.0",
                        now: time(200 + 10 * epochs + trial))
                })
        }
    }
    // Failures before and after what others found, a profile, times of blocks, a draw, a verdict.
    for (trial, seconds) in [(1, 50), (2, 400), (2, 401)] {
        events.append(
            Event { store in
                try prepare(store, trial)
                let isKnown = try store.evaluations(study: study, conditions: conditions())[
                    trials[trial].networkHash]
                if isKnown == nil {
                    try store.record(
                        trials[trial],
                        Evaluation(outcome: .failed("out of memory"), latency: nil, plannedMemoryBytes: nil),
                        conditions: conditions(), description: "", now: time(seconds))
                }
                try store.record(
                    rung(trial, 4, .failed("lost", seconds: 1)), study: study, training: key,
                    machine: conditions().machine, toolVersion: "1.0.0", now: time(seconds + 5))
            })
    }
    events.append(
        Event { store in
            try prepare(store, 3)
            try store.record(
                layerTimes: (0..<3).map {
                    LayerTime(layer: "layer \($0)", milliseconds: Double($0) + 0.5, minimum: 0.5, macs: $0)
                }, networkHash: trials[3].networkHash, conditions: conditions(threads: 2))
            try store.record(
                ceilings: [Ceiling(workingSetBytes: 4096, gflops: 64, gigabytesPerSecond: 0.1)],
                conditions: conditions(threads: 2))
            try store.record(
                blockTimes: ["a": 0.125, "b": 0.3], conditions: conditions(threads: 2), now: time(500))
            var counts = FunnelCounts()
            counts.points = 17
            try store.record(funnel: counts, study: study, toolVersion: "1.0.0", now: time(3))
        })
    if contradictions {
        for (trial, seconds) in [(4, 600), (4, 601), (5, 90)] {
            events.append(
                Event(
                    record: { store in
                        try prepare(store, trial)
                        try store.record(
                            trials[trial], measured(7 + Double(seconds)), conditions: conditions(),
                            description: "",
                            now: time(seconds))
                        try store.record(
                            rung(trial, 2, result(Double(seconds) / 1000, 2)), study: study, training: key,
                            machine: conditions().machine, toolVersion: "1.0.0", now: time(seconds))
                    }, isSingle: true))
        }
        events.append(
            Event(
                record: { store in
                    try prepare(store, 6)
                    try store.setAside(
                        trial: store.trialNumbers(ofNetwork: trials[6].networkHash)[0], reason: "leaked",
                        toolVersion: "1.0.0", now: time(700))
                }, isSingle: true))
    }
    return events
}

/// Every cell of every table of a file, as text; numbers of rows included.
private func content(of file: String) throws -> [String: [String]] {
    try DatabaseQueue(path: file).read { db in
        let tables = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'grdb_migrations'")
        return try Dictionary(
            uniqueKeysWithValues: tables.map { table in
                let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\($0)" }.sorted()
                return (table, rows)
            })
    }
}

/// Stores in folders of their own, so that all can have one name.
private final class Shelf {
    let folder: TemporaryFolder
    private var count = 0

    init() throws { folder = try TemporaryFolder() }

    /// A path for a new store.
    func path() throws -> String {
        count += 1
        let place = folder.file("\(count)")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        return place + "/store.sqlite"
    }

    /// A new store of all that these have, taken one after another or at once.
    func merged(_ sources: [String], atOnce: Bool = true) throws -> String {
        let path = try path()
        let target = try TrialStore(path: path, access: .readWrite)
        for batch in atOnce ? [sources] : sources.map({ [$0] }) {
            try target.merge(batch.map { try TrialStore.source(at: $0) })
        }
        return path
    }
}

@Test(arguments: [false, true])
func mergingIsAssociativeCommutativeAndIdempotent(contradictions: Bool) throws {
    let events = try events(contradictions: contradictions)
    var conflicts = 0
    for seed in 1...12 {
        // given: a log that is split at random; most events are known to one store, some to several
        var random = Draws(seed: UInt64(seed))
        let shelf = try Shelf()
        let parts = try (0..<4).map { _ in try shelf.path() }
        do {
            let stores = try parts.map { try TrialStore(path: $0, access: .readWrite) }
            for event in events {
                let first = random.below(4)
                for store in stores.indices
                where store == first || !event.isSingle && random.below(4) == 0 {
                    try event.record(stores[store])
                }
            }
        }
        // when
        let expected = try content(of: shelf.merged(parts))
        let message: Comment = "seed \(seed), contradictions \(contradictions)"

        print("merged at random, seed \(seed), contradictions \(contradictions)")

        // then: in any order, one by one or at once
        var order = parts
        for place in order.indices { order.swapAt(place, place + random.below(order.count - place)) }
        #expect(try content(of: shelf.merged(order)) == expected, message)
        #expect(try content(of: shelf.merged(order.reversed(), atOnce: false)) == expected, message)
        // in any groups
        let left = try shelf.merged(Array(order[0..<2]))
        let right = try shelf.merged(Array(order[1..<4]))
        #expect(try content(of: shelf.merged([right, left])) == expected, message)
        // and again
        let again = try shelf.merged([right, left])
        let summary = try TrialStore(path: again, access: .readWrite).merge(
            (parts + [left]).map { try TrialStore.source(at: $0) })
        #expect(summary.added == 0 && summary.apart == 0 && summary.renumbered.isEmpty, message)
        #expect(try content(of: again) == expected, message)
        // The one that is not contradicted has all that one search would have.
        if !contradictions {
            let whole = try shelf.path()
            do {
                let store = try TrialStore(path: whole, access: .readWrite)
                for event in events { try event.record(store) }
            }
            let rows = try content(of: shelf.merged([whole]))
            for table in ["trial", "layer_time", "block_time", "ceiling", "funnel", "study", "cost_level"] {
                #expect(rows[table] == expected[table], "\(table), \(message)")
            }
        }
        conflicts += expected["conflict"]?.count ?? 0
    }
    #expect((conflicts > 0) == contradictions)
}

@Test func anEarlierRecordCountsAndTheOtherIsKeptApart() throws {
    // given: two stores that measured a network and trained it differently
    let shelf = try Shelf()
    let (first, second) = (try shelf.path(), try shelf.path())
    let trial = try trials(1)[0]
    for (path, ratio, seconds) in [(first, 2.0, 20.0), (second, 3.0, 10.0)] {
        let store = try TrialStore(path: path, access: .readWrite)
        try store.register(study: registration(of: space()), now: start)
        try store.record(
            trial, measured(ratio), conditions: conditions(), description: "network",
            now: start.addingTimeInterval(seconds))
    }

    // when
    let target = try TrialStore(path: first, access: .readWrite)
    let summary = try target.merge([try TrialStore.source(at: second)])

    // then
    let rows = summary.rows.filter { $0.added + $0.known + $0.apart > 0 }
    #expect(
        rows.map { "\($0.words): \($0.added) \($0.known) \($0.apart)" } == [
            "studies: 0 1 0", "trials: 0 1 0", "measurements: 0 0 1",
        ])
    #expect(try target.cell("latency_ms", where: "id = 1") == .real(30))
    let columns = ["kind", "trial", "study_name", "differs", "latency_ms", "counts_latency_ms"]
    #expect(
        try target.query(Query(.conflicts, columns: columns)).rows == [
            [
                .text("measurement"), .integer(1), .text("b0"),
                .text("latency_ms, latency_ms_min, latency_ratio"), .real(20), .real(30),
            ]
        ])
    // and nothing is lost: taken into a third store first, it is weighed again
    let third = try TrialStore(path: shelf.path(), access: .readWrite)
    try third.merge([try TrialStore.source(at: first)])
    #expect(try third.query(Query(.conflicts, columns: columns)).rows.count == 1)
}

@Test func otherDataAndRecipesOfTheSameNameStayApart() throws {
    let shelf = try Shelf()
    let trial = try trials(1)[0]
    let paths = try ["one", "two", "three"].map { data in
        let path = try shelf.path()
        let store = try TrialStore(path: path, access: .readWrite)
        try store.register(study: registration(of: space()), now: start)
        try store.record(
            known: [DescribedTrial(trial, description: "")], conditions: conditions(), now: start)
        try store.record(
            FinishedRung(
                networkHash: trial.networkHash,
                rung: TrainingRung(
                    phase: .pretraining, index: 0, seed: 1, startEpochs: 0, epochs: 2, isFinal: true),
                outcome: .complete(RungResult(accuracy: 0.5 + Double(data.utf8.count) / 16, seconds: 1))),
            study: trial.study,
            training: TrainingKey(
                hash: "h-\(data)", trainer: "photos", recipe: data == "three" ? "epochs: 3" : "epochs: 2",
                data: data),
            machine: conditions().machine, toolVersion: "1.0.0", now: start)
        return path
    }
    let merged = try TrialStore.reading(paths.map { try TrialStore.source(at: $0) })
    let rows = try merged.query(Query(columns: ["training", "data", "accuracy"], sort: ["id"])).rows
    #expect(Set(rows.map { $0[1] }) == [.text("one"), .text("two"), .text("three")])
    #expect(Set(rows.map { $0[0] }).count == 3)
    #expect(try merged.query(Query(.conflicts)).rows.isEmpty)
}

@Test(arguments: ["store-0.3.3.sqlite", "store-0.6.0.sqlite", "store-0.7.0.sqlite"])
func aReleasedStoreIsMergedAsItIsAndNeverTouched(name: String) throws {
    // given
    let shelf = try Shelf()
    let old = try #require(Bundle.module.path(forResource: "stores/" + name, ofType: nil))
    let before = try Data(contentsOf: URL(fileURLWithPath: old))

    // when
    let merged = try TrialStore(path: shelf.merged([old, old]), access: .readOnly)

    // then: the same rows, but for their numbers
    let reader = try TrialStore(path: old, access: .readOnly)
    for table in [Query.Table.trials, .rungs, .epochs] {
        let numbers = ["id", "trial", "measurement_set", "training", "reused_from", "weights"]
        let columns = table.columns.map(\.name).filter { !numbers.contains($0) && $0 != "reward" }
        func rows(of store: TrialStore) throws -> [String] {
            try store.query(Query(table, columns: columns)).rows.map { "\($0)" }.sorted()
        }
        #expect(try rows(of: merged) == rows(of: reader), "\(table)")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: old)) == before)
}

@Test func storesInUseAreMergedWithWhatTheirLogsHold() throws {
    let shelf = try Shelf()
    let path = try shelf.path()
    let writer = try TrialStore(path: path, access: .readWrite)
    try writer.registerGrid()
    for trial in try trials(3) {
        try writer.record(trial, measured(1), conditions: conditions(), description: "")
    }
    #expect(try TrialStore(path: shelf.merged([path]), access: .readOnly).rowCount == 3)

    // A copy with its log is whole; without it, it is refused.
    let (both, alone) = (try shelf.path(), try shelf.path())
    for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: path + suffix, toPath: both + suffix)
    }
    try FileManager.default.copyItem(atPath: path, toPath: alone)
    #expect(try TrialStore(path: shelf.merged([both]), access: .readOnly).rowCount == 3)
    #expect(throws: StoreError.logMissing(file: alone)) { try TrialStore.source(at: alone) }
    #expect(try writer.rowCount == 3)
}

@Test func aDamagedCopyIsRefusedWhateverItsSize() throws {
    let folder = try TemporaryFolder()
    let file = try folder.store(40)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    for length in [100, 5000, bytes.count / 2, bytes.count - 5000] {
        try bytes.prefix(length).write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: StoreError.self) { try TrialStore.source(at: file) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(file))
    }
}

@Test func everyTableOfAStoreIsMerged() throws {
    let folder = try TemporaryFolder()
    let tables = try content(of: folder.store(1)).keys.sorted()
    #expect(
        tables == [
            "block_time", "ceiling", "conflict", "conflict_detail", "conflict_value", "cost_level", "epoch",
            "funnel", "layer_time", "machine", "measurement", "measurement_set", "rung", "study",
            "study_measurement_set", "study_training", "training", "trial", "verdict",
        ], "a new table needs an entry in MergedTable.all")
}

@Test func aHundredThousandRowsAreMergedInSeconds() throws {
    // given: two stores of 25,001 trials with a measurement each, of which 12,501 are in both
    let shelf = try Shelf()
    let paths = try [0, 12_500].map { first in
        let path = try shelf.path()
        do {
            let store = try TrialStore(path: path, access: .readWrite)
            try store.registerGrid()
            try store.record(
                trials(1)[0], measured(1), conditions: conditions(),
                description: String(repeating: "a line of a network's description\n", count: 40), now: start)
        }
        try multiply(path, first..<first + 25_000)
        return path
    }
    // when
    let target = try TrialStore(path: shelf.path(), access: .readWrite)
    var summary: MergeSummary?
    let seconds = try processorSeconds {
        summary = try target.merge(paths.map { try TrialStore.source(at: $0) })
    }
    print("100,000 rows of two stores merged in \(seconds) s")

    // then
    let counts = summary?.rows.filter { $0.words == "trials" || $0.words == "measurements" }
    #expect(counts?.map(\.added) == [37_501, 37_501] && counts?.map(\.known) == [12_501, 12_501])
    #expect(seconds > 0.01 && seconds < 10)
}

/// Copies the trial and the measurement of a store under other hashes.
private func multiply(_ path: String, _ numbers: Range<Int>) throws {
    try DatabaseQueue(path: path).write { db in
        for table in ["trial", "measurement"] {
            let columns = try db.columns(in: table).map(\.name)
            let changes = [
                "id": "NULL", "network_hash": "printf('n%06d', i)", "trial": "i - \(numbers.lowerBound) + 2",
                "latency_ms": "i / 7.0",
            ]
            try db.execute(
                sql: """
                    WITH RECURSIVE n(i) AS (
                        SELECT \(numbers.lowerBound) UNION ALL SELECT i + 1 FROM n WHERE i < \(numbers.upperBound - 1))
                    INSERT INTO \(table) (\(columns.joined(separator: ", ")))
                    SELECT \(columns.map { changes[$0] ?? "one.\($0)" }.joined(separator: ", "))
                    FROM n, (SELECT * FROM \(table) WHERE id = 1) AS one ORDER BY i
                    """)
        }
    }
}

/// Whole numbers that a seed tells.
private struct Draws {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
