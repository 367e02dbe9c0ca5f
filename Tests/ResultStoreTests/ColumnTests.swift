// The registry of columns says of every column of every view what it means, and of no other.

import CompoundSearch
import Foundation
import GRDB
import ResultStore
import Testing

@Test(arguments: Query.Table.allCases)
func theRegistryHasTheColumnsOfTheView(table: Query.Table) throws {
    let folder = try TemporaryFolder()
    let view = try DatabaseQueue(path: folder.store(0)).read {
        try $0.columns(in: table.rawValue).map(\.name)
    }
    #expect(table.columns.map(\.name) == view + (table == .trials ? ["reward"] : []))
}

@Test func everyColumnIsExplainedAndShownAtAPlaceOfItsOwn() {
    for table in Query.Table.allCases {
        let columns = table.columns
        #expect(Set(columns.map(\.name)).count == columns.count)
        for column in columns {
            #expect(!column.meaning.isEmpty && !column.meaning.hasSuffix("."))
            #expect(column.better == nil || !column.isLong)
            let unit = ["_ms", "_bytes", "_seconds"].first(where: column.name.hasSuffix)
            #expect(unit == nil || column.unit != nil, "\(column.name)")
        }
        #expect(Set(columns.compactMap(\.place)).count == table.usualColumns.count)
        #expect(Set(columns.compactMap(\.spare)).count == columns.compactMap(\.spare).count)
    }
}

@Test func aColumnHasOneBetterEndInAllTables() {
    var ends: [String: ResultColumn.Better] = [:]
    for column in Query.Table.allCases.flatMap(\.columns) {
        guard let better = column.better else { continue }
        #expect(ends[column.name, default: better] == better, "\(column.name)")
        ends[column.name] = better
    }
    let higher = ends.filter { $0.value == .higher }.keys.sorted()
    #expect(
        higher == [
            "accuracy", "accuracy_pretrain", "balanced_accuracy", "images_per_second", "reward",
            "test_accuracy", "training_accuracy", "validation_accuracy",
        ])
    #expect(ColumnOrder(better: "balanced_accuracy").descending && !ColumnOrder(better: "macs").descending)
}

@Test func tablesShowTheColumnsThatTheyAlwaysHave() {
    #expect(
        Query.Table.trials.usualColumns == [
            "id", "alpha", "beta", "alpha_stages", "beta_stages", "gamma", "phi", "resolution", "macs",
            "parameters", "latency_ms",
            "latency_ratio", "latency_origin", "cost_level", "accuracy", "balanced_accuracy",
            "accuracy_deviation", "accuracy_seeds", "accuracy_epochs", "accuracy_pretrain", "test_accuracy",
            "state",
        ])
    #expect(
        Query.Table.rungs.usualColumns == [
            "id", "trial", "cost_level", "alpha", "beta", "alpha_stages", "beta_stages", "gamma", "phi",
            "phase", "seed", "epochs",
            "accuracy", "balanced_accuracy", "loss", "test_accuracy", "seconds", "images_per_second", "state",
            "reason", "set_aside", "note",
        ])
}

@Test func theLegendHasARowForEachColumn() {
    let legend = Query.Table.trials.legend
    #expect(legend.columns == ["column", "unit", "better", "comparable_within", "meaning"])
    #expect(
        legend.rows.contains([
            .text("latency_ms"), .text("ms"), .text("lower"), .text("measurement_set"),
            .text("median time of one inference of the batch"),
        ]))
    #expect(legend.rows.count == Query.Table.trials.columns.count)
}
