// compound bench, as programs read it. No time is asserted.

import Foundation
import Testing

@Suite struct Bench {
    @Test func figuresComeWithEverythingTheyDependOn() throws {
        let scratch = try Scratch()
        let bench = try CompoundTool.run(
            "bench", "efficientnet-b0", "--width", "0.25", "--resolution", "32", "--seconds", "5",
            "--format", "json", in: scratch)
        let figures = try #require(try bench.json() as? [String: Any])

        for key in ["latency_ms", "latency_ms_min", "latency_ms_ci95", "latency_ratio", "anchor_ms"] {
            #expect((figures[key] as? Double ?? 0) > 0, "\(key)")
        }
        #expect((figures["latency_ms_min"] as? Double ?? .nan) <= (figures["latency_ms"] as? Double ?? .nan))
        #expect((figures["samples"] as? Int ?? 0) >= 15)
        #expect((figures["rounds"] as? Int ?? 0) >= 6)
        #expect(figures["seconds_cap"] as? Double == 5)
        for key in ["processor", "instruction_set", "build", "tool_version", "anchor", "system"] {
            #expect((figures[key] as? String)?.isEmpty == false, "\(key)")
        }
        #expect(figures["threads"] as? Int == 1 && figures["batch"] as? Int == 1)
    }

    @Test func timingOfLongRunsSaysBeforehandWhatItTakes() throws {
        let scratch = try Scratch()
        let process = try CompoundTool.start(
            ["bench", "efficientnet-b0", "--batch", "512", "--seconds", "0.001"], in: scratch)
        defer { process.waitUntilExit() }
        // The note comes before any run; then it is ended.
        let deadline = ContinuousClock.now + .seconds(60)
        var note = ""
        while !note.contains("Ctrl-C ends it."), ContinuousClock.now < deadline, process.isRunning {
            usleep(20_000)
            note = (try? String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)) ?? ""
        }
        #expect(note.hasPrefix("one run of 512 images takes at least "), "\(note)")
        // Threads of tests hand their blocked signals on; this one cannot be blocked.
        kill(process.processIdentifier, SIGKILL)
    }

    @Test func layersAddUp() throws {
        let scratch = try Scratch()
        let bench = try CompoundTool.run(
            "bench", "resnet-18", "--width", "0.25", "--resolution", "32", "--layers", "--seconds", "0.1",
            "--format", "json", in: scratch)
        let layers = try #require(try bench.json() as? [[String: Any]])
        let show = try CompoundTool.run(
            "show", "resnet-18", "--width", "0.25", "--resolution", "32", "--format", "json", in: scratch)
        let total = try #require(try show.json() as? [String: Any])

        #expect(layers.compactMap { $0["macs"] as? Int }.reduce(0, +) == total["macs"] as? Int)
        #expect(abs(layers.compactMap { $0["share"] as? Double }.reduce(0, +) - 1) < 1e-9)
        #expect(layers.first?["layer"] as? String == "stem")
        #expect(layers.last?["layer"] as? String == "classifier")
    }

    @Test func theMachineItselfIsMeasured() throws {
        let scratch = try Scratch()
        let bench = try CompoundTool.run("bench", "--machine", "--format", "json", in: scratch)
        let machine = try #require(try bench.json() as? [String: Any])

        #expect((machine["gflops"] as? Double ?? 0) > 1)
        let reads = try #require(machine["reads"] as? [[String: Any]])
        #expect(reads.count == 5)
        #expect(reads.allSatisfy { ($0["gigabytes_per_second"] as? Double ?? 0) > 0.1 })
    }
}
