// A search that trains, with shell scripts in the place of a training program.

import Foundation
import Testing

extension Scratch {
    /// A space of small networks in three cost levels, trained by `train.sh` of this folder.
    func trainedSpace(_ accuracy: String, macs: String = "[1.5x, 2x, 3x]", script: String) throws -> String {
        _ = try write(script, to: "train.sh")
        let toy = try String(contentsOfFile: try toySpace(latency: .none), encoding: .utf8)
        return try write(
            toy.replacing("macs: 2x, tolerance: 30%", with: "macs: \(macs), tolerance: 20%") + "\n"
                + "accuracy:\n  command: [/bin/sh, train.sh]\n"
                + accuracy.split(separator: "\n").map { "  \($0)\n" }.joined(), to: "trained.yaml")
    }

    /// A space of one candidate, trained once.
    func trainedOnce(_ extra: String = "", script: String) throws -> String {
        try trainedSpace(
            "fit: false\ncandidates: 1\npretrain: {epochs: 1}\n" + extra, macs: "2x", script: script)
    }

    /// The rows of a query, as dictionaries.
    func rows(_ arguments: String...) throws -> [[String: Any]] {
        let process = try CompoundTool.start(
            ["query", "--store", "t.sqlite", "--format", "json"] + arguments, in: self)
        process.waitUntilExit()
        let data = try Data(contentsOf: URL(fileURLWithPath: path("stdout")))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    }

    /// The lines of a file that scripts write, or none.
    func lines(_ name: String) -> [String] {
        ((try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "").split(separator: "\n").map(
            String.init)
    }
}

/// Reads the request, keeps weights, and answers with an accuracy that grows with macs and epochs.
private let training = """
    cat > request.$$
    field() { sed -n "s/^ *\\"$1\\": \\"*\\([^\\",]*\\)\\"*,*$/\\1/p" request.$$ | head -1; }
    echo "$(field seed) $(field start_epochs) $(field epochs) $(field rung) $(field final)" >> log
    echo "$(field resume_from)" >> resumed
    echo weights > "$(field weights)"
    echo "{\\"not\\": \\"this\\"}"
    echo "{\\"accuracy\\": 0.$(( 100000 + $(field macs) / 100 + $(field epochs) )), \\"test_accuracy\\": 0.5}"
    echo "goodbye"
    rm request.$$
    """

@Suite struct Accuracy {
    @Test func candidatesAreTrainedInTwoPhasesAndRanked() throws {
        let scratch = try Scratch()
        let space = try scratch.trainedSpace(
            "pretrain: {epochs: 1}\nfine_tune: {top: 1, epochs: 4}\ncandidates: 3\nseeds: 2",
            script: training)

        // when
        let dry = try CompoundTool.run("search", space, "--dry-run", "--format", "json", in: scratch)
        let search = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)

        // then: 3 candidates of each of 3 levels, 2 of each go on, 1 of each to the end, from two seeds
        #expect(search.status == 0, "\(search.errors)")
        let candidates = try #require((try dry.json() as? [String: Any])?["candidates"] as? [[String: Any]])
        #expect(candidates.map { $0["cost_level"] as? Int } == (0..<9).map { $0 % 3 + 1 })
        #expect(search.errors.contains("1 → 3 → 5 epochs, at most 24 rungs"))
        let log = scratch.lines("log")
        #expect(
            log
                == Array(repeating: "1 0 1 0 false", count: 9) + Array(repeating: "1 1 3 1 false", count: 6)
                + Array(repeating: "1 3 5 2 true", count: 3) + Array(repeating: "2 0 1 0 false", count: 3)
                + Array(repeating: "2 1 5 2 true", count: 3))
        #expect(scratch.lines("resumed").count { $0 == "null" } == 12)

        let rows = try scratch.rows("--sort", "-accuracy")
        #expect(rows.count == 9)
        let finalists = rows.filter { $0["accuracy_epochs"] as? Int == 5 }
        #expect(finalists.count == 3)
        for row in finalists {
            let macs = try #require(row["macs"] as? Int)
            #expect(row["accuracy"] as? Double == Double("0.\(100_000 + macs / 100 + 5)"))
            #expect(row["accuracy_pretrain"] as? Double == Double("0.\(100_000 + macs / 100 + 1)"))
            #expect(row["accuracy_seeds"] as? Int == 2)
            #expect(row["accuracy_deviation"] as? Double == 0)
            #expect(row["test_accuracy"] as? Double == 0.5)
        }
        for level in 1...3 {
            // The most accurate of each level is its largest network.
            let level = rows.filter { $0["cost_level"] as? Int == level }
            let largest = level.max { ($0["macs"] as! Int) < ($1["macs"] as! Int) }
            #expect(largest?["accuracy_epochs"] as? Int == 5)
        }
        // Test images are for finalists only.
        #expect(rows.count { $0["test_accuracy"] is Double } == 3)

        // and: weights of the finalists alone are kept
        let kept = try scratch.rows("--table", "rungs", "--where", "final = 1")
            .compactMap { $0["weights"] as? String }
        #expect(kept.count == 6)
        let files = FileManager.default.enumerator(atPath: scratch.folder.path)
        let found = files?.compactMap { $0 as? String }.filter { $0.hasSuffix(".safetensors") }
        #expect(Set(found ?? []) == Set(kept))

        // and: the same command trains nothing, further seeds only what is new
        let again = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        #expect(again.errors.contains("all training was finished before"))
        #expect(again.output == search.output)
        let more = try String(contentsOfFile: space, encoding: .utf8).replacing("seeds: 2", with: "seeds: 3")
        _ = try scratch.write(more, to: "trained.yaml")
        _ = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        #expect(
            scratch.lines("log").dropFirst(24).map { $0.prefix(5) } == [
                "3 0 1", "3 0 1", "3 0 1", "3 1 5", "3 1 5", "3 1 5",
            ])

        let export = try CompoundTool.run(
            "export", "--best", "--objective", "accuracy", "--store", "t.sqlite", in: scratch)
        #expect(export.status == 0, "\(export.errors)")
    }

    @Test func tablesOfTrainedTrialsFitATerminal() throws {
        // given: trials of three levels, latencies, seeds and epochs, so that hardly a column is the same for all
        let scratch = try Scratch()
        let space = try scratch.trainedSpace(
            "pretrain: {epochs: 1}\nfine_tune: {top: 1, epochs: 4}\ncandidates: 3\nseeds: 2",
            script: training)
        let text = try String(contentsOfFile: space, encoding: .utf8)
        _ = try scratch.write(text.replacing("latency: none", with: "latency: measured"), to: "trained.yaml")

        // when
        let search = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        #expect(search.status == 0, "\(search.errors)")
        func query(_ options: String...) throws -> [String] {
            let process = try CompoundTool.start(["query", "--store", "t.sqlite"] + options, in: scratch)
            process.waitUntilExit()
            return scratch.lines("stdout")
        }
        func columns(_ lines: [String]) -> [String] { lines[0].split(separator: " ").map(String.init) }

        // then
        let plain = try query()
        let ranked = try query("--sort", "parameters", "--pareto", "accuracy,latency_ratio")
        let found = search.output.split(separator: "\n").map(String.init)
        for line in found + plain + ranked { #expect(line.count <= 100, "\(line)") }
        for name in ["id", "alpha", "beta", "gamma", "macs", "accuracy", "test_accuracy"] {
            #expect(columns(plain).contains(name))
        }
        #expect(columns(plain).contains("latency_origin") && !columns(plain).contains("parameters"))
        #expect(columns(ranked).contains("parameters") && columns(ranked).contains("latency_ratio"))
        // What all finalists have in common is left out of their table.
        let finalists = try query("--where", "accuracy_epochs = 5")
        #expect(!columns(finalists).contains("accuracy_epochs"))
        // Programs get every column always.
        let all = try query("--format", "csv")[0]
        #expect(try query("--format", "csv", "--where", "accuracy_epochs = 5")[0] == all)
        #expect(columns(try query("--columns", "all")).joined(separator: ",") == all)

        // and: what the search proposes works
        #expect(search.output.contains("\n  compound query --pareto accuracy,latency_ms\n"))
        #expect(search.output.contains("\n  compound export --best\n"))
        #expect(try query("--pareto", "accuracy,latency_ms").count >= 2)
    }

    @Test func aCandidateIsANetworkFile() throws {
        let scratch = try Scratch()
        let space = try scratch.trainedOnce(script: "cat > candidate.json; echo '{\"accuracy\": 1}'")
        let search = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        #expect(search.status == 0, "\(search.errors)")
        let show = try CompoundTool.run("show", "candidate.json", "--format", "json", in: scratch)
        #expect(show.status == 0, "\(show.errors)")
        let shown = try #require(try show.json() as? [String: Any])
        #expect(try scratch.rows()[0]["network_hash"] as? String == shown["network_hash"] as? String)
    }

    @Test(arguments: [
        (
            "echo one >&2; echo two >&2; exit 3",
            "/bin/sh train.sh exited with status 3; its last lines:\none\ntwo"
        ),
        ("echo only this; exit 1", "exited with status 1; its last lines:\nonly this"),
        ("exit 9", "exited with status 9; it said nothing"),
        ("echo oh >&2; kill -SEGV $$", "was ended by signal 11 (Segmentation fault); its last lines:\noh"),
        ("echo 93.1", "printed no line such as {\"accuracy\": 0.9}; its last lines:\n93.1"),
        ("true", "printed no line such as {\"accuracy\": 0.9}; it said nothing"),
        ("echo '{\"accuracy\": \"high\"}'", "reported a accuracy of \"high\", which is no number"),
        ("echo '{\"accuracy\": true}'", "reported a accuracy of true, which is no number"),
        ("echo '{\"accuracy\": NaN}'", "reported a accuracy of NaN, which is no share from 0 to 1"),
        ("echo '{\"accuracy\": 7}'", "reported a accuracy of 7, which is no share from 0 to 1"),
        ("echo '{\"accuracy\": -0.1}'", "reported a accuracy of -0.1"),
        ("echo '{\"accuracy\": 0.5, \"test_accuracy\": 50}'", "reported a test_accuracy of 50"),
        (
            "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i >&2; done; exit 1",
            "its last lines:\nline 3\n"
        ),
    ])
    func whatGoesWrongIsTheReasonOfAFailedTrial(_ script: String, _ reason: String) throws {
        let scratch = try Scratch()
        let space = try scratch.trainedOnce(script: script)

        let search = try CompoundTool.run(
            "search", space, "--store", "t.sqlite", "--accept-failures", in: scratch)

        #expect(search.status == 1, "\(search.errors)")
        let row = try #require(try scratch.rows().first)
        #expect(row["training_state"] as? String == "failed")
        #expect(row["accuracy"] is NSNull)
        let recorded = try #require(row["training_reason"] as? String)
        #expect(recorded.contains(reason.replacing("a accuracy", with: "an accuracy")), "\(recorded)")
        #expect(search.errors.contains("failed: α"))
        #expect(search.output.contains("finished, none with accuracy"))
    }

    @Test func oneFailureDoesNotStopTheOthersAndIsTriedAgainOnlyOnRequest() throws {
        let scratch = try Scratch()
        let space = try scratch.trainedSpace(
            "pretrain: {epochs: 1}\ncandidates: 2", script: "mkdir once 2>/dev/null && exit 1\n" + training)
        func search(_ options: String...) throws -> String {
            let process = try CompoundTool.start(
                ["search", space, "--store", "t.sqlite"] + options, in: scratch)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
        }
        _ = try search()
        #expect(scratch.lines("log").count == 5)
        #expect(try scratch.rows("--where", "training_state = 'failed'").count == 1)
        #expect(try search().contains("all training was finished before"))
        #expect(scratch.lines("log").count == 5)
        _ = try search("--retry-failed")
        #expect(scratch.lines("log").count == 6)
        #expect(try scratch.rows("--where", "training_state = 'complete'").count == 6)
        #expect(try scratch.rows("--table", "rungs").count == 7)
    }

    @Test func theTimeLimitEndsAProgramWithAllItStarted() throws {
        let scratch = try Scratch()
        let space = try scratch.trainedOnce(
            "time_limit_s: 0.5",
            script: """
                trap '' TERM
                (trap '' TERM; sleep 300) &
                echo $! > child
                echo waiting >&2
                sleep 300
                """)
        let clock = ContinuousClock()
        let start = clock.now
        let search = try CompoundTool.run(
            "search", space, "--store", "t.sqlite", "--accept-failures", in: scratch)
        #expect(search.status == 1, "\(search.errors)")
        #expect(clock.now - start < .seconds(60))
        let reason = try scratch.rows()[0]["training_reason"] as? String
        #expect(reason == "/bin/sh train.sh was ended at its time limit of 0.5 s; its last lines:\nwaiting")
        let child = try #require(scratch.lines("child").first)
        #expect(!isRunning(child))
    }

    @Test func whatAProgramLeavesBehindIsEndedToo() throws {
        let scratch = try Scratch()
        let space = try scratch.trainedOnce(
            script: "sleep 300 & echo $! > child\necho '{\"accuracy\": 0.5}'")
        let clock = ContinuousClock()
        let start = clock.now
        _ = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        #expect(clock.now - start < .seconds(60))
        #expect(try scratch.rows()[0]["accuracy"] as? Double == 0.5)
        #expect(!isRunning(try #require(scratch.lines("child").first)))
    }

    @Test func closingItsOutputEarlyIsNotTheEnd() throws {
        let scratch = try Scratch()
        let space = try scratch.trainedOnce(
            script: "echo '{\"accuracy\": 0.5}'; exec >&- 2>&-; sleep 0.7; : > finished")
        _ = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        #expect(try scratch.rows()[0]["accuracy"] as? Double == 0.5)
        #expect(FileManager.default.fileExists(atPath: scratch.path("finished")))
    }

    @Test func muchOutputOnBothSidesAndNoReadingBlocksNothing() throws {
        let scratch = try Scratch()
        let space = try scratch.trainedOnce(
            script: """
                exec <&-
                head -c 20000000 /dev/zero | tr '\\0' 'x' >&2 &
                head -c 20000000 /dev/zero | tr '\\0' 'y'
                wait
                echo
                echo '{"accuracy": 0.25}'
                """)
        let search = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        #expect(search.status == 0, "\(search.errors)")
        #expect(try scratch.rows()[0]["accuracy"] as? Double == 0.25)
    }

    @Test(arguments: [
        ("[no-such-program]", "accuracy.command: there is no program no-such-program in PATH"),
        ("[./train.sh]", "accuracy.command: there is no program ./train.sh, or it may not be run"),
        ("[/tmp]", "accuracy.command: there is no program /tmp, or it may not be run"),
    ])
    func aMissingProgramIsSaidBeforeAnythingBegins(_ command: String, _ message: String) throws {
        let scratch = try Scratch()
        let space = try scratch.trainedOnce(script: "")
        let text = try String(contentsOfFile: space, encoding: .utf8).replacing(
            "[/bin/sh, train.sh]", with: command)
        _ = try scratch.write(text, to: "trained.yaml")
        let search = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        #expect(search.status == 1)
        #expect(search.errors.contains(message), "\(search.errors)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("t.sqlite")))
        let dry = try CompoundTool.run("search", space, "--dry-run", in: scratch)
        #expect(dry.status == 0)
        #expect(dry.errors.contains(message))
    }

    private func isRunning(_ process: String) -> Bool {
        #if os(Linux)
            guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
                return false
            }
            // Ended, but not yet buried by whoever adopted it.
            return status.split(separator: ")").last?.split(separator: " ").first != "Z"
        #else
            return kill(pid_t(process) ?? 0, 0) == 0
        #endif
    }
}
