// Bad input gets one sentence that names the place and the remedy, and the right exit status.

import Foundation
import Testing

@Suite struct BadInput {
    /// Runs the tool, expecting a refusal that says all of `words`.
    private func refuse(_ arguments: [String], status: Int32, _ words: String..., in scratch: Scratch) throws
    {
        let process = try CompoundTool.start(arguments, in: scratch)
        process.waitUntilExit()
        let errors = try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
        let output = try String(contentsOfFile: scratch.path("stdout"), encoding: .utf8)
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == status, "\(arguments): \(errors)")
        #expect(output.isEmpty, "\(arguments)")
        for word in words { #expect(errors.contains(word), "\(arguments): \(errors)") }
    }

    @Test func unknownNetworksGetTheNearestName() throws {
        let scratch = try Scratch()
        try refuse(["show", "efficentnet-b0"], status: 64, "did you mean 'efficientnet-b0'?", in: scratch)
        try refuse(["show", "nosuch.yaml"], status: 1, "nosuch.yaml", in: scratch)
        try refuse(["show", "trial:x"], status: 64, "trial:7", in: scratch)
        try refuse(["show"], status: 64, "--list", in: scratch)
    }

    @Test(arguments: [
        ["--resolution", "0"], ["--resolution", "100000"], ["--resolution", "nan"], ["--width", "1e9"],
        ["--depth", "1e9"], ["--width", "-1"], ["--width", "0"], ["--depth", "inf"], ["--classes", "0"],
        ["--channels", "0"],
    ])
    func absurdSizesAreBadArguments(_ flags: [String]) throws {
        for command in ["show", "export", "bench"] {
            try refuse(
                [command, "efficientnet-b0"] + flags, status: 64, "\(flags[0]) ", in: try Scratch())
        }
    }

    @Test func networksLargerThanMemoryAreNotBuilt() throws {
        try refuse(
            ["bench", "efficientnet-l2", "--width", "100"], status: 1, "memory", in: try Scratch())
    }

    @Test func badOptionsAreBadArguments() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace()
        try refuse(["search", space, "--shard", "5/4"], status: 64, "shard", in: scratch)
        try refuse(["search", space, "--trials", "0"], status: 64, "--trials 0", in: scratch)
        try refuse(["search", space, "--strategy", "genetic"], status: 64, "grid", in: scratch)
        try refuse(["bench", "efficientnet-b0", "--threads", "0"], status: 64, "--threads 0", in: scratch)
        try refuse(["bench", "efficientnet-b0", "--batch", "0"], status: 64, "--batch 0", in: scratch)
        try refuse(["bench", "efficientnet-b0", "--instruction-set", "mmx"], status: 64, "avx2", in: scratch)
        try refuse(
            ["scale", "efficientnet-b0", "--alpha", "nan", "--beta", "1", "--gamma", "1"], status: 64,
            "--alpha",
            in: scratch)
        try refuse(["query", "--limit", "0"], status: 64, "--limit 0", in: scratch)
        try refuse(["query", "--sort", "-reward"], status: 64, "give --reward-target", in: scratch)
        for asked in [["--reward-target", "10"], ["--reward-exponent", "-1"], ["--sort", "-reward"]] {
            try refuse(
                ["query", "--table", "rungs"] + asked, status: 64, "leave out --table rungs", in: scratch)
        }
        try refuse(["export"], status: 64, "--best", in: scratch)
    }

    @Test func aBudgetNobodyMeetsNamesTheNearestCandidates() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace()
        let text = try String(contentsOfFile: space, encoding: .utf8)
            .replacing("macs: 2x, tolerance: 30%", with: "macs: 900x, tolerance: 1%")
        let poor = try scratch.write(text, to: "poor.yaml")
        try refuse(
            ["search", poor, "--store", "none.sqlite"], status: 3, "no candidate meets the budget",
            "nearest:",
            in: scratch)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("none.sqlite")))
    }

    @Test func malformedSpacesNameTheLine() throws {
        let scratch = try Scratch()
        let text = try String(contentsOfFile: try scratch.toySpace(), encoding: .utf8)
        let swapped = try scratch.write(
            text.replacing("from: 1, to: 3", with: "from: 3, to: 1"), to: "a.yaml")
        try refuse(["search", swapped, "--dry-run"], status: 1, "a.yaml:11:", "swap", in: scratch)
        let unknown = try scratch.write(text.replacing("gamma:", with: "gama:"), to: "b.yaml")
        try refuse(["search", unknown, "--dry-run"], status: 1, "b.yaml:13:", "gamma", in: scratch)
        let broken = try scratch.write(text + "\n  - {", to: "c.yaml")
        try refuse(["search", broken, "--dry-run"], status: 1, "c.yaml:", in: scratch)
    }

    @Test func storesThatAreNoneAreNamed() throws {
        let scratch = try Scratch()
        _ = try scratch.write("this is no database, whatever its name says", to: "text.sqlite")
        try refuse(["query", "--store", "text.sqlite"], status: 1, "text.sqlite", in: scratch)
        try refuse(["query", "--store", "missing.sqlite"], status: 1, "missing.sqlite", in: scratch)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("missing.sqlite")))
        let space = try scratch.toySpace(latency: .none)
        try refuse(["search", space, "--store", "text.sqlite"], status: 1, "text.sqlite", in: scratch)
        try refuse(["search", space, "--store", "/proc/such.sqlite"], status: 74, "/proc/such", in: scratch)
    }

    @Test func aStoreInAFolderThatIsNotThereIsRefused() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        for store in ["reslts/s.sqlite", "results/deep/s.sqlite"] {
            try refuse(["search", space, "--store", store], status: 1, "there is no folder", in: scratch)
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.path("reslts")))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("results")))
        // and: the folder that everybody has is made
        #expect(try CompoundTool.run("search", space, in: scratch).status == 0)
        #expect(FileManager.default.fileExists(atPath: scratch.path("results/compound.sqlite")))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func aFullDiskIsNotSuccess() throws {
        let scratch = try Scratch()
        let show = try CompoundTool.run("show", "efficientnet-b0", in: scratch, output: "/dev/full")
        #expect(show.status == 1)
        #expect(show.errors.contains("standard output cannot be written"))
        let export = try CompoundTool.run(
            "export", "efficientnet-b0", "--output", "/dev/full", in: scratch)
        #expect(export.status == 1)
        #expect(export.errors.contains("/dev/full cannot be written"))
    }

    @Test func badQueriesNameTheColumn() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        _ = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        try refuse(
            ["query", "--store", "t.sqlite", "--sort", "latncy_ms"], status: 1, "latency_ms", in: scratch)
        try refuse(
            ["query", "--store", "t.sqlite", "--where", "1; drop table trial"], status: 1, "second statement",
            in: scratch)
        try refuse(["export", "trial:999", "--store", "t.sqlite"], status: 1, "999", in: scratch)
    }

    @Test func filesThatCannotBeWrittenAreRefusedBeforeTheWork() throws {
        let scratch = try Scratch()
        _ = try scratch.write("text", to: "file")
        let data = ["--data", "shapes:size=12,count=1000000000"]
        for (path, word) in [
            ("/nonexistent/w", "there is no folder /nonexistent"), (scratch.folder.path, "it is a folder"),
            (scratch.path("file") + "/w", "not a directory"),
            (scratch.folder.path + "/", "it names a folder"),
        ] {
            for option in ["--output", "--state"] {
                try refuse(
                    ["train", "efficientnet-b0"] + data + [option, path], status: 1, word, option, in: scratch
                )
            }
            try refuse(["export", "efficientnet-b0", "--output", path], status: 1, word, in: scratch)
            try refuse(
                ["run", "efficientnet-b0", "--weights", "none", "--input", "none", "--output", path],
                status: 1,
                word, in: scratch)
        }
        try refuse(
            ["train", "efficientnet-b0"] + data + ["--state", "/dev/null"], status: 1, "no regular file",
            in: scratch)
    }
}
