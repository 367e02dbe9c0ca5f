// Kills at random moments of whatever the tool does to a store: searches that train, two of them at once, exports, the
// migration of a store of 0.3.3. Afterwards the same commands find what undisturbed ones find.

import Basics
import Foundation
import Testing

/// How many processes are killed: 20, or COMPOUND_KILLS of the environment (`make test-kills`).
private let kills = ProcessInfo.processInfo.environment["COMPOUND_KILLS"].flatMap { Int($0) } ?? 20

@Suite struct ManyKills {
    private let seed = UInt64.random(in: 0..<1 << 32)

    private func space(_ scratch: Scratch) throws -> String {
        try scratch.write(
            """
            name: kills
            baseline:
              name: nano
              activation: silu
              stem: {channels: 8, kernel: 3, stride: 1}
              stages:
                - {block: mbconv, repeats: 1, kernel: 3, stride: 2, expansion: 2, channels: 8, se: 0.25}
                - {block: mbconv, repeats: 1, kernel: 3, stride: 2, expansion: 2, channels: 16}
              head: {channels: 32}
              scaling: {width: 1.0, depth: 1.0, resolution: 8}
              channels: 1
              classes: 4
            alpha: [1, 2]
            beta: {from: 1.0, to: 2.0, step: 0.25}
            gamma: {from: 1.0, to: 2.0, step: 0.25}
            rules: {width_divisor: 4}
            budget: {macs: 2x, tolerance: 40%}
            measure: {latency: none}
            accuracy:
              data: shapes:size=16,count=1200,classes=4
              pretrain: {epochs: 2}
              fine_tune: {top: 2, epochs: 3}
              candidates: 6
              validation: 100
              batch: 32
              seeds: 2
              fit: false
            """, to: "kills.yaml")
    }

    @Test(.timeLimit(.minutes(30)))
    func nothingIsLostOrDoneTwice() throws {
        // given
        print("many kills: \(kills), seed \(seed)")
        let scratch = try Scratch()
        let space = try space(scratch)
        let old = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("ResultStoreTests/stores/store-0.3.3.sqlite")
        try FileManager.default.copyItem(atPath: old.path, toPath: scratch.path("k.sqlite"))
        try FileManager.default.copyItem(atPath: old.path, toPath: scratch.path("calm.sqlite"))
        #expect(try CompoundTool.run("search", space, "--store", "calm.sqlite", in: scratch).status == 0)

        // when
        var running = 0
        for kill in 0..<kills {
            func fraction(_ lane: UInt64) -> Double {
                CounterRandom.fraction(seed: seed, index: kill, lane: lane)
            }
            let search = ["search", space, "--store", "k.sqlite"]
            var commands = [search]
            if fraction(1) < 0.4 { commands.append(search) }
            if fraction(2) < 0.3 {
                commands.append([
                    "export", "--best", "--objective", "accuracy", "--store", "k.sqlite", "-o", "b.yaml",
                ])
            }
            let processes = try commands.enumerated().map { index, arguments in
                try CompoundTool.start(arguments, in: scratch, output: scratch.path("\(index).stdout"))
            }
            Thread.sleep(forTimeInterval: 0.02 + fraction(0) * 0.15)
            for process in processes where process.isRunning {
                running += 1
                end(process)
            }
            for process in processes { process.waitUntilExit() }
        }
        let last = try CompoundTool.run("search", space, "--store", "k.sqlite", in: scratch)

        // then
        #expect(last.status == 0, "seed \(seed): \(last.errors)")
        #expect(try results("k.sqlite", scratch) == results("calm.sqlite", scratch), "seed \(seed)")
        let left =
            FileManager.default.enumerator(atPath: scratch.folder.path)?.compactMap { $0 as? String } ?? []
        #expect(left.filter { $0.hasSuffix(".part") || $0.hasSuffix(".checkpoint") } == [], "seed \(seed)")
        print("many kills: \(running) processes were killed while they worked")
    }

    /// Workers on one folder, two or three at once, killed at random moments: their claims die with their leases.
    @Test(.timeLimit(.minutes(30)))
    func killedWorkersOfAFolderLoseNothing() throws {
        print("killed workers: \(kills), seed \(seed)")
        let scratch = try Scratch()
        let space = try space(scratch)
        #expect(try CompoundTool.run("search", space, "--store", "calm.sqlite", in: scratch).status == 0)
        let join = ["search", space, "--join", "shared", "--lease", "0.5"]
        var running = 0
        for kill in 0..<kills {
            func fraction(_ lane: UInt64) -> Double {
                CounterRandom.fraction(seed: seed &+ 1, index: kill, lane: lane)
            }
            let processes = try (0..<(fraction(1) < 0.5 ? 2 : 3)).map { index in
                try CompoundTool.start(join, in: scratch, output: scratch.path("worker-\(index).stdout"))
            }
            Thread.sleep(forTimeInterval: 0.05 + fraction(0) * 0.4)
            // One may live on, so that it meets the claims of the dead.
            for process in processes.dropLast(fraction(2) < 0.3 ? 1 : 0) where process.isRunning {
                running += 1
                end(process)
            }
            Thread.sleep(forTimeInterval: fraction(3) * 0.2)
            for process in processes where process.isRunning { end(process) }
            for process in processes { process.waitUntilExit() }
        }
        let last = try CompoundTool.run(join, in: scratch)
        #expect(last.status == 0, "seed \(seed): \(last.errors)")
        #expect(try results("shared", scratch) == results("calm.sqlite", scratch), "seed \(seed)")
        let status = try CompoundTool.run("status", "shared", in: scratch)
        #expect(status.status == 0 && status.output.hasPrefix("kills: finished"), "\(status.output)")
        let merged = try CompoundTool.run("merge", "shared", "--into", "all.sqlite", in: scratch)
        #expect(merged.status == 0, "\(merged.errors)")
        #expect(try results("all.sqlite", scratch) == results("calm.sqlite", scratch), "seed \(seed)")
        let best = try CompoundTool.run(
            "export", "--best", "--objective", "accuracy", "--store", "shared", "--format", "safetensors",
            "-o",
            "best.safetensors", in: scratch)
        #expect(best.status == 0, "\(best.errors)")
        print("killed workers: \(running) were killed while they worked")
    }

    private func end(_ process: Process) { kill(process.processIdentifier, SIGKILL) }

    private func results(_ store: String, _ scratch: Scratch) throws -> [String] {
        let result = try CompoundTool.run(
            "query", "--store", store, "--table", "rungs", "--format", "csv", "--columns",
            "study_name,network_hash,seed,epochs,state,accuracy,loss,test_accuracy", in: scratch)
        #expect(result.status == 0, "\(result.errors)")
        return result.output.split(separator: "\n").map(String.init).sorted()
    }
}
