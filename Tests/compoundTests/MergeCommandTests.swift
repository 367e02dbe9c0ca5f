// compound merge, and several stores read as one, as people use them.

import Foundation
import Testing

@Suite struct MergeCommands {
    /// Two halves of a toy study, measured apart.
    private func halves(in scratch: Scratch) throws -> [String] {
        let space = try scratch.toySpace(latency: .predicted)
        return try (1...2).map { part in
            let search = try CompoundTool.run(
                "search", space, "--shard", "\(part)/2", "--store", "half\(part).sqlite", in: scratch)
            try #require(search.status == 0, "\(search.errors)")
            return "half\(part).sqlite"
        }
    }

    @Test func halvesBecomeOneStoreAndAreReadAsOne() throws {
        let scratch = try Scratch()
        let halves = try halves(in: scratch)
        func count(_ arguments: [String]) throws -> Int {
            let query = try CompoundTool.run(["query", "--format", "json"] + arguments, in: scratch)
            return try #require(query.json() as? [[String: Any]], "\(query.errors)").count
        }
        let parts = try halves.map { try count(["--store", $0]) }
        let stores = halves.flatMap { ["--store", $0] }

        // when
        let merged = try CompoundTool.run(
            "merge", halves[0], halves[1], "--into", "all.sqlite", "--format", "json", in: scratch)

        // then
        #expect(merged.status == 0, "\(merged.errors)")
        let rows = try #require((merged.json() as? [String: Any])?["rows"] as? [[String: Any]])
        let trials = try #require(rows.first { $0["kind"] as? String == "trials" })
        #expect(trials["added"] as? Int == parts[0] + parts[1] && trials["kept_apart"] as? Int == 0)
        #expect(try count(["--store", "all.sqlite"]) == parts[0] + parts[1])
        #expect(try count(stores) == parts[0] + parts[1])
        for command in [
            ["query", "--format", "csv"], ["studies", "--format", "csv"], ["export", "--best"],
        ] {
            let one = try CompoundTool.run(command + ["--store", "all.sqlite"], in: scratch)
            let both = try CompoundTool.run(command + stores, in: scratch)
            let turned = try CompoundTool.run(
                command + ["--store", halves[1], "--store", halves[0]], in: scratch)
            #expect(one.status == 0 && one.output == both.output && one.output == turned.output, "\(command)")
        }
        let compared = try CompoundTool.run(["compare", "trial:1", "trial:2"] + stores, in: scratch)
        #expect(compared.status == 0, "\(compared.errors)")
        let report = try CompoundTool.run(["report", "--output", "r.html"] + stores, in: scratch)
        #expect(report.status == 0 && report.errors.contains("1 study"), "\(report.errors)")

        // and again: nothing is new, and every row has its number
        func printedRows() throws -> String {
            try CompoundTool.run(
                "query", "--store", "all.sqlite", "--format", "csv", "--columns", "all", in: scratch
            ).output
        }
        let before = try printedRows()
        let again = try CompoundTool.run("merge", halves[1], halves[0], "--into", "all.sqlite", in: scratch)
        #expect(again.status == 0 && again.output.contains("all.sqlite had all of it already."))
        #expect(try printedRows() == before && again.errors.isEmpty)
    }

    @Test func whatCannotBeMergedIsOneSentenceAndMakesNoTarget() throws {
        let scratch = try Scratch()
        _ = try scratch.write("no store", to: "text.sqlite")
        for (arguments, status, words) in [
            (["none.sqlite", "--into", "c.sqlite"], 1, "none.sqlite does not exist"),
            (["text.sqlite", "--into", "c.sqlite"], 1, "text.sqlite is not an SQLite database"),
            (["--into", "c.sqlite"], 64, "store"), (["a.sqlite"], 64, "--into"),
            ([":memory:", "--into", "c.sqlite"], 64, "keeps trials"),
            (["a.sqlite", "--into", ""], 64, "--into"),
        ] {
            let merged = try CompoundTool.run(["merge"] + arguments, in: scratch)
            #expect(
                merged.status == Int32(status) && merged.errors.contains(words),
                "\(arguments): \(merged.errors)")
            #expect(!FileManager.default.fileExists(atPath: scratch.path("c.sqlite")))
        }
    }
}
