// Studies of spaces with a coefficient for each stage.

import CompoundSearch
import Descriptions
import Networks
import ResultStore
import Studies
import Testing

@Suite struct StageStudyTests {
    /// Four networks: one stage, whose depth and width have two coefficients each.
    private var small: SmallStudy {
        var small = SmallStudy()
        (small.alpha, small.beta) = ("{stages: [[1, 2]]}", "{stages: [[1, 2]]}")
        return small
    }

    @Test func stoppedAfterAnyJobItGoesOnToTheSameLog() throws {
        let straight = try TrialStore.empty()
        try small.run(in: straight)
        let all = try straight.query(Query(.rungs, columns: ["id"])).rows.count
        for limit in 0..<all {
            let jobs = Seen<Int>()
            var small = small
            small.train = { job in
                jobs.append(0)
                return SmallStudy.accuracy(of: job)
            }
            let store = try TrialStore.empty()
            #expect(try small.run(in: store) { jobs.all.count >= limit } == .interrupted)
            try small.run(in: store)
            #expect(try store.log() == straight.log())
        }
        #expect(
            try straight.query(
                Query(columns: ["alpha_stages", "beta_stages"], sort: [ColumnOrder("point")])
            )
            .rows == [
                [.text("1"), .text("1")], [.text("1"), .text("2")], [.text("2"), .text("1")],
                [.text("2"), .text("2")],
            ])
    }

    @Test func rungsShowTheStagesOfTheirTrial() throws {
        let store = try TrialStore.empty()
        try small.run(in: store)
        let rungs = try store.query(
            Query(.rungs, columns: ["trial", "alpha_stages", "beta_stages"], sort: ["trial"]))
        #expect(!rungs.rows.isEmpty)
        for row in rungs.rows {
            guard case .integer(let trial) = row[0] else { return #expect(Bool(false)) }
            let stages = try #require(try store.trial(id: trial).coefficients.stages)
            #expect(
                row[1] == .text("\(Int(stages.depths[0]))") && row[2] == .text("\(Int(stages.widths[0]))"))
        }
    }

    @Test func aStoredTrialIsExportedWithItsStages() throws {
        let store = try TrialStore.empty()
        let study = try small.study(in: store)
        _ = try study.run()
        for trial in study.draw.trials {
            let record = try #require(
                try (1...4).map { try store.trial(id: $0) }.first { $0.networkHash == trial.networkHash })
            #expect(record.coefficients == trial.candidate.coefficients)
            #expect(try record.architecture == trial.candidate.network.architecture)
            let export = try record.export(nil)
            let read = try Architecture(yaml: export.yaml, file: "e.yaml")
            #expect(try Network(read).contentHash == record.networkHash)
            #expect(export.reproduction?.commands == ["compound search small.yaml --strategy grid"])
        }
        let says = "note: the law knows a network by its depth, width and resolution as a whole; "
        #expect(try AccuracyStudy(nil, in: store).notes.contains { $0.hasPrefix(says) })
        let plain = try TrialStore.empty()
        try SmallStudy().run(in: plain)
        #expect(try AccuracyStudy(nil, in: plain).notes.isEmpty)
    }
}
