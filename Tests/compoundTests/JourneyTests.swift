// The first test for a newcomer: the whole journey on a toy space, in seconds.

import Foundation
import Networks
import Testing

@Suite struct Journey {
    @Test func searchQueryExportShow() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace()

        let dry = try CompoundTool.run("search", space, "--dry-run", "--format", "json", in: scratch)
        #expect(dry.status == 0)
        let funnel = try #require(try dry.json() as? [String: Any])
        let within = try #require(funnel["within_budget"] as? Int)
        #expect(funnel["points"] as? Int == 125)
        #expect(within > 3)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("results")))

        let search = try CompoundTool.run("search", space, "--store", "trials.sqlite", in: scratch)
        #expect(search.status == 0, "\(search.errors)")
        #expect(search.output.contains("\(within) trial"))
        #expect(!search.errors.contains("\u{1b}"))

        let query = try CompoundTool.run(
            "query", "--store", "trials.sqlite", "--sort", "latency_ratio", "--format", "json", in: scratch)
        let rows = try #require(try query.json() as? [[String: Any]])
        #expect(rows.count == within)
        let ratios = rows.compactMap { $0["latency_ratio"] as? Double }
        #expect(ratios.count == within && ratios == ratios.sorted() && ratios[0] > 0)
        #expect(rows.allSatisfy { $0["state"] as? String == "complete" && $0["latency_ms"] is Double })

        let export = try CompoundTool.run(
            "export", "--best", "--store", "trials.sqlite", "--output", "best.yaml", in: scratch)
        #expect(export.status == 0, "\(export.errors)")

        let show = try CompoundTool.run("show", "best.yaml", "--format", "json", in: scratch)
        let shown = try #require(try show.json() as? [String: Any])
        #expect(shown["macs"] as? Int == rows[0]["macs"] as? Int)
        #expect(shown["network_hash"] as? String == rows[0]["network_hash"] as? String)

        let id = try #require(rows[0]["id"] as? Int)
        let again = try CompoundTool.run(
            "show", "trial:\(id)", "--store", "trials.sqlite", "--format", "json", in: scratch)
        #expect(again.output == show.output)
    }

    @Test func theSameSearchAgainMeasuresNothing() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace()
        _ = try CompoundTool.run("search", space, "--store", "trials.sqlite", in: scratch)
        let before = try CompoundTool.run(
            "query", "--store", "trials.sqlite", "--format", "csv", in: scratch)

        let again = try CompoundTool.run("search", space, "--store", "trials.sqlite", in: scratch)

        #expect(again.status == 0)
        #expect(again.errors.contains("were finished before"))
        let after = try CompoundTool.run("query", "--store", "trials.sqlite", "--format", "csv", in: scratch)
        #expect(after.output == before.output)
    }

    @Test func randomSearchesContinueWhenTrialsGrow() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        func search(_ trials: Int, _ store: String) throws -> [String] {
            _ = try CompoundTool.run(
                "search", space, "--strategy", "random", "--seed", "7", "--trials", "\(trials)", "--store",
                store, in: scratch)
            let query = try CompoundTool.run(
                "query", "--store", store, "--sort", "id", "--format", "csv", "--columns",
                "network_hash,alpha,beta,gamma,point", in: scratch)
            return query.output.split(separator: "\n").map(String.init)
        }

        let short = try search(4, "grown.sqlite")
        let grown = try search(9, "grown.sqlite")
        let straight = try search(9, "straight.sqlite")

        #expect(short.count == 5)
        #expect(grown.count == 10)
        #expect(Array(grown.prefix(5)) == short)
        #expect(grown == straight)
    }

    @Test func shardsTogetherAreTheWholeSearch() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        func hashes(_ store: String) throws -> [String] {
            try CompoundTool.run(
                "query", "--store", store, "--format", "csv", "--columns", "network_hash", in: scratch
            )
            .output.split(separator: "\n").dropFirst().map(String.init)
        }
        _ = try CompoundTool.run("search", space, "--store", "whole.sqlite", in: scratch)

        let processes = try (1...3).map { index in
            let folder = try Scratch()
            return (
                folder,
                try CompoundTool.start(
                    ["search", space, "--shard", "\(index)/3", "--store", scratch.path("shared.sqlite")],
                    in: folder)
            )
        }
        for (_, process) in processes { process.waitUntilExit() }

        #expect(processes.allSatisfy { $0.1.terminationStatus == 0 })
        let whole = try hashes("whole.sqlite")
        let shared = try hashes("shared.sqlite")
        #expect(shared.count == whole.count)
        #expect(Set(shared) == Set(whole))
    }

    @Test func aLatencyBudgetIsMetByTheClock() throws {
        // given: all networks of one and a half times the baseline's latency, give or take three fifths: a busy machine is part of it
        let scratch = try Scratch()
        let space = try scratch.toySpace(budget: "{latency: 1.5x, tolerance: 60%}")
        let dry = try CompoundTool.run("search", space, "--dry-run", in: scratch)
        #expect(
            dry.status == 0 && dry.errors.contains("is told once their blocks are timed"), "\(dry.errors)")

        // when: it is searched, and once more
        let first = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        let second = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)

        // then: what was chosen by the times of blocks is measured, and what the clock refuses is rejected
        #expect(first.status == 0 && second.status == 0, "\(first.errors) \(second.errors)")
        #expect(first.errors.contains("timing the blocks of") && !second.errors.contains("timing the blocks"))
        #expect(first.errors.contains("take ×1.50 of the baseline's latency ± 60.0 %"), "\(first.errors)")
        let query = try CompoundTool.run(
            "query", "--store", "t.sqlite", "--format", "json", "--columns",
            "id,state,reason,latency_ratio,macs", "--sort", "id", in: scratch)
        let rows = try #require(try query.json() as? [[String: Any]])
        #expect(rows.count > 2)
        let ratios = rows.filter { $0["state"] as? String == "complete" }
            .compactMap { $0["latency_ratio"] as? Double }
        let (fastest, slowest) = (ratios.min() ?? 0, ratios.max() ?? 0)
        #expect(!ratios.isEmpty && slowest <= fastest * 1.6 / 0.4 * 1.000_001)
        for row in rows where row["state"] as? String == "rejected" {
            #expect((row["reason"] as? String)?.contains("than the budget's latency") == true)
        }
        // and: of equal times the most macs are the best
        let complete = rows.filter { $0["state"] as? String == "complete" }
        let most = complete.compactMap { $0["macs"] as? Int }.max() ?? 0
        let best = complete.first { $0["macs"] as? Int == most }?["id"] as? Int ?? 0
        let listed = first.output.split(separator: "\n").drop { !$0.hasPrefix("id") }.dropFirst().first
        #expect(listed?.split(separator: " ").first == "\(best)", "\(first.output)")

        let export = try CompoundTool.run(
            "export", "--best", "--store", "t.sqlite", "--output", "best.yaml", in: scratch)
        let shown = try CompoundTool.run("show", "best.yaml", "--format", "json", in: scratch)
        #expect(export.status == 0 && shown.output.contains("\(most)"), "\(export.errors) \(shown.output)")

        // and: where no network takes that long, it is said how near they come
        let far = try scratch.toySpace(budget: "{latency: 9000ms}")
        let none = try CompoundTool.run("search", far, "--store", "far.sqlite", in: scratch)
        #expect(none.status == 3 && none.errors.contains("The nearest takes "), "\(none.errors)")
    }

    @Test func predictedLatenciesAreAMeasurementSetOfTheirOwn() throws {
        let scratch = try Scratch()
        let predicted = try scratch.toySpace(latency: .predicted)
        let first = try CompoundTool.run("search", predicted, "--store", "t.sqlite", in: scratch)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.contains("timing the blocks of"))
        let measured = try scratch.toySpace(latency: .measured)
        let second = try CompoundTool.run("search", measured, "--store", "t.sqlite", in: scratch)
        #expect(second.status == 0, "\(second.errors)")

        let query = try CompoundTool.run("query", "--store", "t.sqlite", "--format", "json", in: scratch)
        let rows = try #require(try query.json() as? [[String: Any]])
        let origins = Dictionary(grouping: rows, by: { $0["latency_origin"] as? String ?? "" })
        #expect(origins["predicted"]?.count == origins["measured"]?.count)
        #expect(Set(rows.compactMap { $0["id"] as? Int }).count == rows.count / 2)
        #expect(origins["predicted"]?.allSatisfy { $0["samples"] as? Int == 0 } == true)

        let again = try CompoundTool.run("search", predicted, "--store", "t.sqlite", in: scratch)
        #expect(!again.errors.contains("timing the blocks of"))
    }
}
