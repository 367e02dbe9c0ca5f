// compound studies and compound compare as their users call them, and the files that a search leaves.

import Foundation
import Testing

@Suite struct StudiesCommands {
    @Test func aStoreListsItsStudies() throws {
        let scratch = try Scratch()
        let missing = try CompoundTool.run("studies", in: scratch)
        #expect(missing.status == 1 && missing.errors.contains("results/compound.sqlite does not exist"))
        _ = try scratch.write("", to: "empty.sqlite")
        let empty = try CompoundTool.run("studies", "--store", "empty.sqlite", in: scratch)
        #expect(empty.status == 0)
        #expect(empty.output == "empty.sqlite holds no study yet; run compound search first.\n")

        let space = try scratch.toySpace(latency: .none)
        _ = try CompoundTool.run("search", space, "--store", "t.sqlite", "--trials", "2", in: scratch)
        let some = try CompoundTool.run("studies", "--store", "t.sqlite", in: scratch)
        #expect(some.output.contains("toy") && some.output.contains("finished"), "\(some.output)")
        _ = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        _ = try CompoundTool.run(
            "search", space, "--strategy", "random", "--store", "t.sqlite", in: scratch)

        let table = try CompoundTool.run("studies", "--store", "t.sqlite", in: scratch)
        #expect(table.status == 0)
        let lines = table.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 100 } && lines[0].hasPrefix("study  id "))
        #expect(lines[1].contains("finished") && lines[2].contains("finished"))
        let json = try CompoundTool.run("studies", "--store", "t.sqlite", "--format", "json", in: scratch)
        let rows = try #require(try json.json() as? [[String: Any]])
        #expect(rows.map { $0["strategy"] as? String } == ["grid", "random"])
        #expect(rows.allSatisfy { $0["networks_left"] as? Int == 0 && $0["runs_left"] as? Int == 0 })
    }

    @Test func twoNetworksAreCompared() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace()
        _ = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        try giveAccuracies(
            [
                1: GivenAccuracy(accuracy: 0.8, deviation: 0.01, seeds: 3),
                2: GivenAccuracy(accuracy: 0.9, seeds: 3),
            ],
            to: scratch.path("t.sqlite"))
        let table = try CompoundTool.run("compare", "trial:1", "trial:2", "--store", "t.sqlite", in: scratch)
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(table.output.contains("accuracy: 80.00 → 90.00 %, difference +10.00 ± "), "\(table.output)")
        let json = try CompoundTool.run(
            "compare", "trial:1", "trial:2", "--store", "t.sqlite", "--format", "json", in: scratch)
        let object = try #require(try json.json() as? [String: Any])
        let accuracy = try #require(object["accuracy"] as? [String: Any])
        // Differences 0.11, 0.10 and 0.09: deviation 0.01.
        #expect(abs((accuracy["difference_ci95"] as? Double ?? 0) - 4.303 * 0.01 / 3.0.squareRoot()) < 1e-6)
        let latency = try #require(object["latency"] as? [String: Any])
        let (first, second) = (latency["first_ms"] as? Double, latency["second_ms"] as? Double)
        #expect(first ?? 0 > 0 && second ?? 0 > 0 && latency["ratio"] as? Double ?? 0 > 0)
        #expect(object["blocks"] is [Any] && object["is_same"] as? Bool == false)

        // and: an exported file is known by its network, a stranger has nothing to compare
        _ = try CompoundTool.run(
            "export", "trial:2", "--store", "t.sqlite", "--output", "two.yaml", in: scratch)
        let same = try CompoundTool.run("compare", "two.yaml", "trial:2", "--store", "t.sqlite", in: scratch)
        #expect(same.output.contains("both are the same network."))
        let stranger = try CompoundTool.run(
            "compare", "trial:1", "resnet-18", "--store", "t.sqlite", in: scratch)
        #expect(stranger.output.contains("not compared, since resnet-18 has no latency in the store; --time"))
        let timed = try CompoundTool.run(
            "compare", "trial:1", "two.yaml", "--time", "--seconds", "0.2", "--format", "json", in: scratch)
        #expect(timed.status == 64 && timed.errors.contains("results/compound.sqlite does not exist"))
        let timing = try CompoundTool.run(
            "compare", "two.yaml", "two.yaml", "--time", "--seconds", "0.2", "--format", "json", in: scratch)
        let figures = (try timing.json() as? [String: Any])?["timing"] as? [String: Any]
        #expect(figures?["ratio"] as? Double ?? 0 > 0)
    }

    @Test(arguments: [
        ["compare", "resnet-19", "resnet-50"], ["compare", "trial:x", "resnet-50"],
        ["compare", "trial:7", "resnet-50"], ["compare", "nofile.yaml", "resnet-50"],
        ["compare", "resnet-18"],
        ["compare", "resnet-18", "resnet-50", "--batch", "2"],
    ])
    func badNamesAreBadArguments(arguments: [String]) throws {
        let result = try CompoundTool.run(arguments, in: try Scratch())
        #expect(result.status == 64 && result.output.isEmpty)
    }

    @Test func aSearchEndsWithItsAnswerAndItsFiles() throws {
        let scratch = try Scratch()
        let trained = try scratch.write(
            """
            name: tiny
            baseline:
              name: tiny
              activation: relu
              stem: {channels: 8, kernel: 3, stride: 2}
              stages:
                - {block: basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8}
                - {block: basic, repeats: 1, kernel: 3, stride: 2, expansion: 1, channels: 16}
              scaling: {width: 1, depth: 1, resolution: 12}
              classes: 10
              channels: 1
            alpha: [1, 2, 3]
            beta: [1, 1.5, 2]
            gamma: [1, 1.3]
            budget: {macs: 3x, tolerance: 45%}
            measure: {latency: none}
            strategy: adaptive
            until: {trials: 8}
            accuracy:
              data: "shapes:size=16,count=400"
              validation: 100
              batch: 32
              epochs: 1
            """, to: "tiny.yaml")
        let search = try CompoundTool.run(
            "search", trained, "--store", "t.sqlite", "--output", "best.yaml", in: scratch)
        #expect(search.status == 0, "\(search.errors)")
        #expect(search.errors.contains("the search ended since 8 runs are done (until: trials)"))
        let lines = search.output.split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.count <= 100 })
        for file in ["best.yaml", "best.safetensors", "fit.yaml", "t.sqlite"] {
            #expect(lines.suffix(4).contains { $0.hasPrefix(file + " ") }, "\(search.output)")
        }
        let answer = lines.drop {
            !$0.contains("% of log(cost)") && !$0.contains("These runs") && !$0.hasPrefix("For ")
        }
        #expect(answer.count <= 14, "\(search.output)")
        #expect(answer.contains { $0.hasPrefix("trial:") && $0.contains(" macs, ") })
        // and: the files are what they say
        let run = try CompoundTool.run(
            "export", "best.yaml", "--weights", "best.safetensors", "--format", "onnx", "--output", "b.onnx",
            in: scratch)
        #expect(run.status == 0, "\(run.errors)")
        let scale = try CompoundTool.run("scale", "--from-fit", "fit.yaml", "--phi", "1", in: scratch)
        #expect(scale.status == 0, "\(scale.errors)")
        // and: of the same search again
        let json = try CompoundTool.run(
            "search", trained, "--store", "t.sqlite", "--output", "best.yaml", "--format", "json", in: scratch
        )
        let object = try #require(try json.json() as? [String: Any])
        #expect(object["ended_by"] as? String == "trials")
        #expect(object["files"] as? [String] == ["best.yaml", "best.safetensors", "fit.yaml"])
    }

    @Test func aDryRunListsItsCandidatesAndItsLatencyForPrograms() throws {
        let scratch = try Scratch()
        func dry(_ budget: String) throws -> [String: Any] {
            let space = try scratch.toySpace(budget: budget)
            let run = try CompoundTool.run("search", space, "--dry-run", "--format", "json", in: scratch)
            return try #require(try run.json() as? [String: Any])
        }
        let plain = try dry("{macs: 2x, tolerance: 30%}")
        let candidates = try #require(plain["candidates"] as? [[String: Any]])
        #expect(candidates.count == plain["within_budget"] as? Int && candidates.count > 3)
        #expect(candidates.allSatisfy { $0["macs"] is Int && $0["network_hash"] is String })
        #expect(plain["latency_budget"] == nil && plain["latency_bound_ms"] == nil)
        let timed = try dry("{latency: 1.5x, tolerance: 60%}")["latency_budget"] as? [String: Any]
        #expect(timed?["multiple_of_baseline"] as? Double == 1.5 && timed?["tolerance"] as? Double == 0.6)
        #expect(timed?["is_settled"] as? Bool == false)
        #expect(try dry("{macs: 2x, tolerance: 30%, latency_ms: 7}")["latency_bound_ms"] as? Double == 7)
    }

    @Test func aPointThatCannotBeBuiltNamesItsRow() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        let text = try String(contentsOfFile: space, encoding: .utf8)
        // A kernel of 5 pixels does not fit the second stage of an image of 3.
        let small = try scratch.write(
            text.replacing("gamma: {from: 1, to: 1.5, step: 0.125}", with: "gamma: [0.1, 1]"),
            to: "small.yaml")
        let dry = try CompoundTool.run("search", small, "--dry-run", in: scratch)
        let note = "note: the first point that cannot be built: \(small):7: stages.1.kernel: "
        #expect(dry.errors.contains(note), "\(dry.errors)")
        // and: a baseline of its own file is named with that file's line
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let baseline = lines[2...9].map { String($0.dropFirst(2)) }.joined(separator: "\n")
        _ = try scratch.write(baseline, to: "own.yaml")
        let named = try scratch.write(
            (["name: toy", "baseline: ./own.yaml"] + lines[10...]).joined(separator: "\n")
                .replacing("gamma: {from: 1, to: 1.5, step: 0.125}", with: "gamma: [0.1, 1]"),
            to: "named.yaml")
        let other = try CompoundTool.run("search", named, "--dry-run", in: scratch)
        #expect(other.errors.contains("own.yaml:5: stages.1.kernel: "), "\(other.errors)")
    }
}
