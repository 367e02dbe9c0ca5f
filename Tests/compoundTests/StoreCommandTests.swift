// What people do with a store from the command line besides searching: verdicts, names, the meaning of columns.

import Foundation
import Testing

@Suite struct StoreCommands {
    @Test func aTrialIsSetAsideAndBroughtBack() throws {
        // given
        let scratch = try Scratch()
        let store = ["--store", "trials.sqlite"]
        let search = try CompoundTool.run("search", scratch.toySpace(), store[0], store[1], in: scratch)
        try #require(search.status == 0, "\(search.errors)")
        func best() throws -> Int? {
            let query = try CompoundTool.run(
                "query", store[0], store[1], "--where", "state = 'complete'", "--sort", "latency_ratio",
                "--limit", "1", "--format", "json", in: scratch)
            return (try query.json() as? [[String: Any]])?.first?["id"] as? Int
        }
        let first = try #require(try best())

        // when
        let aside = try CompoundTool.run(
            "set-aside", "trial:\(first)", "--reason", "a cold cache", store[0], store[1], in: scratch)

        // then
        #expect(aside.status == 0 && aside.errors.contains("trial:\(first) is set aside"))
        #expect(try best() != first)
        let shown = try CompoundTool.run(
            "query", store[0], store[1], "--where", "state = 'set_aside'", "--columns", "id,set_aside",
            "--format", "csv", in: scratch)
        #expect(shown.output == "id,set_aside\n\(first),a cold cache\n")
        let again = try CompoundTool.run(
            "set-aside", "trial:\(first)", "--reason", "x", store[0], store[1], in: scratch)
        #expect(again.status == 1 && again.errors.contains("is set aside already (a cold cache)"))

        let back = try CompoundTool.run(
            "bring-back", "\(first)", "--reason", "warm after all", store[0], store[1], in: scratch)
        #expect(back.status == 0)
        #expect(try best() == first)
    }

    @Test(arguments: [
        ["trial:0", "--reason", "x"], ["7x", "--reason", "x"], ["trial:7"], ["trial:7", "--reason", "  "],
        ["trial:7", "--reason", "x"],
    ])
    func aVerdictNeedsATrialAReasonAndAStore(arguments: [String]) throws {
        let scratch = try Scratch()
        for command in ["set-aside", "bring-back"] {
            let process = try CompoundTool.start([command] + arguments, in: scratch)
            process.waitUntilExit()
            let isWellFormed = arguments == ["trial:7", "--reason", "x"]
            #expect(process.terminationStatus == (isWellFormed ? 1 : 64))
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.path("results")))
    }

    @Test(arguments: ["", " ", ":memory:", "file:x?mode=memory"])
    func aStoreThatKeepsNothingIsABadArgument(name: String) throws {
        let scratch = try Scratch()
        for command in [["search", "space.yaml"], ["query"], ["fit"]] {
            let process = try CompoundTool.start(command + ["--store", name], in: scratch)
            process.waitUntilExit()
            #expect(process.terminationStatus == 64, "\(command)")
        }
    }

    @Test func theMeaningOfColumnsIsPrintedWithoutAStore() throws {
        let scratch = try Scratch()
        let help = try CompoundTool.run("query", "--columns", "help", "--format", "json", in: scratch)
        let rows = try #require(try help.json() as? [[String: Any]])
        let latency = try #require(rows.first { $0["column"] as? String == "latency_ms" })
        #expect(latency["unit"] as? String == "ms" && latency["better"] as? String == "lower")
        let rungs = try CompoundTool.run("query", "--table", "rungs", "--columns", "help", in: scratch)
        #expect(rungs.output.contains("class_accuracies"))
    }
}
