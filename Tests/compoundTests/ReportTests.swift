// compound report as its users run it: the page, its refusals, single plots, and what reads a page back.

import Foundation
import Testing

@Suite struct Reports {
    /// A store of a measured toy search, some of whose trials have accuracies.
    private func store(in scratch: Scratch) throws -> String {
        let space = try scratch.toySpace(latency: .none)
        let search = try CompoundTool.run("search", space, "--store", scratch.path("t.sqlite"), in: scratch)
        #expect(search.status == 0, "\(search.errors)")
        try giveAccuracies(
            Dictionary(
                uniqueKeysWithValues: (1...8).map { ($0, GivenAccuracy(accuracy: 0.8 + 0.01 * Double($0))) }),
            to: scratch.path("t.sqlite"))
        return scratch.path("t.sqlite")
    }

    @Test func twoProcessesInTwoFoldersWriteTheSameBytes() throws {
        let (scratch, other) = (try Scratch(), try Scratch())
        let store = try store(in: scratch)
        // Not a copy: whoever wrote the store may still be folding its log into it.
        let relative = "../\(scratch.folder.lastPathComponent)/t.sqlite"
        let first = try CompoundTool.run("report", "--store", store, "--output", "r.html", in: scratch)
        let second = try CompoundTool.run("report", "toy", "--store", relative, in: other)
        #expect(first.status == 0 && second.status == 0, "\(first.errors)\(second.errors)")
        #expect(first.errors.contains("wrote r.html: 1 study, "))
        let page = try Data(contentsOf: URL(fileURLWithPath: scratch.path("r.html")))
        let again = try Data(contentsOf: URL(fileURLWithPath: other.path("report.html")))
        let place =
            zip(page, again).enumerated().first { $1.0 != $1.1 }?.offset ?? min(page.count, again.count)
        func around(_ data: Data) -> String {
            String(decoding: data.dropFirst(max(0, place - 100)).prefix(300), as: UTF8.self)
        }
        #expect(page == again, "\(around(page))\n\(around(again))\n\(first.errors)\(second.errors)")
        #expect(!String(decoding: page, as: UTF8.self).contains(scratch.folder.lastPathComponent))
    }

    @Test func aPageAnswersQueriesAsItsStoreDoesAndNothingElse() throws {
        let scratch = try Scratch()
        let store = try store(in: scratch)
        _ = try CompoundTool.run("report", "--store", store, "--output", "r.html", in: scratch)
        for arguments in [
            ["--format", "json", "--columns", "all"],
            ["--format", "csv", "--where", "macs > 1e5", "--sort", "-macs"],
            ["--pareto", "accuracy,macs"], ["--table", "rungs", "--format", "json"], ["--columns", "help"],
        ] {
            let ofStore = try CompoundTool.run(["query", "--store", store] + arguments, in: scratch)
            let ofPage = try CompoundTool.run(["query", "--store", "r.html"] + arguments, in: scratch)
            #expect(ofPage.status == 0, "\(arguments): \(ofPage.errors)")
            #expect(ofPage.output == ofStore.output, "\(arguments)")
        }
        let best = try CompoundTool.run("query", "--best", "--store", "r.html", in: scratch)
        #expect(best.status == 0, "\(best.errors)")
        for command in [
            ["fit"], ["export", "--best"], ["report"], ["set-aside", "trial:1", "--reason", "x"],
        ] {
            let refused = try CompoundTool.run(command + ["--store", "r.html"], in: scratch)
            #expect(refused.status == 1)
            #expect(
                refused.errors.contains(
                    "r.html is a page of compound report, which compound query alone reads back"),
                "\(command): \(refused.errors)")
        }
    }

    @Test func whatCannotBeIsRefusedInOneSentence() throws {
        let scratch = try Scratch()
        let store = try store(in: scratch)
        func refused(_ arguments: String...) throws -> (Int32, String) {
            let result = try CompoundTool.run(["report"] + arguments, in: scratch)
            return (result.status, result.errors)
        }
        let missing = try refused("--store", "none.sqlite")
        #expect(missing.0 == 1 && missing.1.contains("none.sqlite does not exist; run compound search first"))
        let study = try refused("toi", "--store", store)
        #expect(study.0 == 1 && study.1.contains("has no study 'toi'; did you mean 'toy'?"))
        let plot = try refused("--plot", "frnt", "--store", store)
        #expect(
            plot.0 == 64
                && plot.1.contains("no plot is called 'frnt'; did you mean front? There are ladder, front"))
        let folder = try refused("--store", store, "--output", "no/such/report.html")
        #expect(
            folder.0 == 1
                && folder.1.contains("no/such/report.html cannot be written: there is no folder no/such"))
        let absent = try refused("--plot", "layers", "--store", store)
        #expect(
            absent.0 == 1 && absent.1.contains("study 'toy' has no plot 'layers'. Layers are timed where"))
    }

    @Test func onePlotIsAFileOfItsOwn() throws {
        let scratch = try Scratch()
        let store = try store(in: scratch)
        let drawn = try CompoundTool.run("report", "toy", "--store", store, "--plot", "front", in: scratch)
        #expect(drawn.status == 0, "\(drawn.errors)")
        #expect(
            drawn.output.hasPrefix("<svg ") || drawn.output.hasPrefix("<?xml"), "\(drawn.output.prefix(80))")
        let written = try CompoundTool.run(
            "report", "--store", store, "--plot", "front", "--output", "front.svg", in: scratch)
        #expect(written.errors.contains("wrote front.svg"))
        #expect(try String(contentsOfFile: scratch.path("front.svg"), encoding: .utf8) == drawn.output)
    }

    @Test func watchingEndsWithTheSearchAndLeavesAFinishedPage() throws {
        let scratch = try Scratch()
        let store = try store(in: scratch)
        let process = try CompoundTool.start(
            ["report", "--store", store, "--watch", "--output", "w.html"], in: scratch)
        let deadline = Date(timeIntervalSinceNow: 60)
        while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.1) }
        #expect(!process.isRunning)
        if process.isRunning { process.terminate() }
        #expect(process.terminationStatus == 0)
        let page = try String(contentsOfFile: scratch.path("w.html"), encoding: .utf8)
        #expect(page.contains("</html>") && !page.contains("http-equiv=\"refresh\""))
    }
}
