// Accuracy and latency together: MnasNet's reward as a column, and fronts that know which end is better.

import CompoundSearch
import Foundation
import ResultStore
import Testing

/// A store of trials with these accuracies and latencies in milliseconds.
private func store(in folder: TemporaryFolder, _ figures: [(Double?, Double)]) throws -> TrialStore {
    do {
        let store = try TrialStore(path: folder.file(), access: .readWrite)
        try store.registerGrid()
        for (trial, figure) in zip(try trials(figures.count), figures) {
            try store.record(
                trial, measured(figure.1 / 10), conditions: conditions(), description: "network")
        }
    }
    let accuracies = figures.enumerated().compactMap { index, figure in
        figure.0.map { (index + 1, GivenAccuracy(accuracy: $0)) }
    }
    try giveAccuracies(Dictionary(uniqueKeysWithValues: accuracies), to: folder.file())
    return try TrialStore(path: folder.file(), access: .readOnly)
}

@Test func theRewardIsAccuracyTimesLatencyOverTargetToTheExponent() {
    #expect(Reward(target: 10, exponent: -1).value(accuracy: 0.8, latency: 20) == 0.4)
    #expect(Reward(target: 10, exponent: -1).value(accuracy: 0.8, latency: 5) == 1.6)
    #expect(Reward(target: 10, exponent: 0).value(accuracy: 0.8, latency: 5) == 0.8)
    // Twice the latency for five percent of the accuracy: 2^−0.07 is 0.952638.
    let reward = Reward(target: 80)
    #expect(abs(reward.value(accuracy: 0.75, latency: 160) - 0.75 * 0.952638) < 1e-6)
    #expect(reward.value(accuracy: 0.75, latency: 80) == 0.75)
}

@Test func trialsAreSortedAndFilteredByTheirReward() throws {
    // given
    let folder = try TemporaryFolder()
    let store = try store(in: folder, [(0.8, 20), (0.7, 10), (0.9, 40), (nil, 5)])
    let reward = Reward(target: 10, exponent: -1)

    // when
    let all = try store.query(
        Query(columns: ["id", "reward"], sort: ["-reward"], reward: reward))
    let some = try store.query(
        Query(columns: ["id"], filter: "reward > 0.3", sort: ["-reward"], limit: 5, reward: reward))

    // then: 0.8/2, 0.7/1, 0.9/4; without an accuracy there is none
    #expect(
        all.rows == [
            [.integer(2), .real(0.7)], [.integer(1), .real(0.4)], [.integer(3), .real(0.225)],
            [.integer(4), .null],
        ])
    #expect(some.rows == [[.integer(2)], [.integer(1)]])
    #expect(try store.query(Query(reward: reward)).columns.last == "reward")
    #expect(try !store.query(Query()).columns.contains("reward"))
}

@Test func withoutAccuraciesThereIsNoReward() throws {
    let store = try TrialStore.holding([1, 2])
    do {
        let table = try store.query(Query(columns: ["id", "reward"], reward: Reward(target: 10)))
        // A view that knows accuracies, none of which is given.
        #expect(table.rows.allSatisfy { $0[1] == .null })
    } catch {
        #expect(
            error == .badColumn(file: TrialStore.inMemory, name: "accuracy", nearest: nil), "\(error)")
    }
    #expect(throws: StoreError.self) { try store.query(Query(columns: ["reward"])) }
}

@Test func higherAccuraciesAreBetterWithoutSayingSo() throws {
    // given: the third is slower and no more accurate than the first
    let folder = try TemporaryFolder()
    let store = try store(in: folder, [(0.8, 20), (0.7, 10), (0.8, 30), (0.9, 40)])
    func front(_ orders: [ColumnOrder]) throws -> [ResultTable.Value] {
        try store.query(Query(columns: ["id"], sort: ["id"], pareto: orders)).rows.map { $0[0] }
    }

    // then
    let ways = ["accuracy", "-accuracy"]
    for way in ways {
        #expect(
            try front([ColumnOrder(better: way), ColumnOrder(better: "latency_ms")])
                == [1, 2, 4].map { .integer($0) })
    }
    #expect(
        try front([ColumnOrder(better: "+accuracy"), ColumnOrder(better: "latency_ms")]) == [.integer(2)])
    #expect(ColumnOrder(better: "macs") == ColumnOrder(column: "macs", descending: false))
    #expect(ColumnOrder(better: "reward").descending)
}
