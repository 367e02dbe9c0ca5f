// The non-dominated rows, checked against the definition.

import Basics
import CompoundSearch
import Testing

@Test func frontOfAKnownSet() {
    let rows: [[Double]] = [[1, 5], [2, 3], [3, 3], [4, 1], [5, 2], [2, 3]]
    #expect(ParetoFront.indices(of: rows) == [0, 1, 3, 5])
}

@Test func rowsWithNaNNeverBelongToTheFront() {
    #expect(ParetoFront.indices(of: [[.nan, 0], [1, 1]]) == [1])
    #expect(ParetoFront.indices(of: []) == [])
}

@Test func frontAgreesWithItsDefinitionOnRandomRows() {
    for seed in UInt64(0)..<50 {
        let rows = (0..<80).map { row in
            (0..<3).map { column in
                (CounterRandom.fraction(seed: seed, index: row, lane: UInt64(column)) * 12).rounded()
            }
        }
        let front = Set(ParetoFront.indices(of: rows))
        for (index, row) in rows.enumerated() {
            let dominated = rows.contains { other in
                other != row && zip(other, row).allSatisfy { $0 <= $1 }
            }
            #expect(front.contains(index) == !dominated, "seed \(seed), row \(index)")
        }
    }
}
