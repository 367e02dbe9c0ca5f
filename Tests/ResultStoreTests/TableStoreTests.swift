// A store of rows that stand elsewhere: cells keep their types, queries work, and nothing else does.

import ResultStore
import Testing

@Test func rowsThatStandElsewhereAreQueriedWithTheirTypes() throws {
    let rows = ResultTable(
        columns: ["id", "study", "state", "measurement_set", "training", "macs", "accuracy"],
        rows: [
            [.integer(1), .text("a"), .text("complete"), .integer(1), .integer(1), .integer(5), .real(1)],
            [.integer(2), .text("b"), .text("complete"), .integer(1), .integer(1), .integer(7), .real(0.25)],
            [.integer(3), .text("1"), .text("failed"), .null, .null, .integer(6), .null],
        ])
    let store = try TrialStore(file: "page.html", tables: [.trials: rows])
    #expect(try store.query(Query()) == rows)
    #expect(try store.query(Query(filter: "macs > 5", sort: ["-macs"])).rows == [rows.rows[1], rows.rows[2]])
    #expect(
        try store.query(Query(columns: ["id"], pareto: [ColumnOrder(better: "accuracy"), "macs"])).rows == [
            [.integer(1)]
        ])
    #expect(try store.query(Query(.epochs)).rows.isEmpty)
    let error = #expect(throws: StoreError.self) { try store.query(Query(columns: ["latency_ms"])) }
    #expect(error == .badColumn(file: "page.html", name: "latency_ms", nearest: nil))
    #expect(throws: StoreError.readOnly(file: "page.html")) {
        try store.setAside(trial: 1, reason: "", toolVersion: "1")
    }
}
