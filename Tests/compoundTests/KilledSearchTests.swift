// A search that is killed at random moments ends as if nobody had touched it.

import Basics
import Foundation
import Testing

@Suite(.serialized) struct KilledSearch {
    @Test func twentyKillsLoseAndRepeatNothing() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace()
        func states(_ store: String) throws -> [String] {
            let query = try CompoundTool.run(
                "query", "--store", store, "--format", "csv", "--sort", "network_hash", "--columns",
                "network_hash,state,point,alpha,beta,gamma,macs", in: scratch)
            return query.output.split(separator: "\n").dropFirst().map(String.init)
        }
        _ = try CompoundTool.run("search", space, "--store", "calm.sqlite", in: scratch)
        let seed = UInt64.random(in: 0..<1 << 32)
        print("killed search: seed \(seed)")

        var finishedRuns = 0
        for kill in 0..<20 {
            let process = try CompoundTool.start(
                ["search", space, "--store", "killed.sqlite"], in: scratch)
            let delay = CounterRandom.fraction(seed: seed, index: kill, lane: 0) * 0.8
            Thread.sleep(forTimeInterval: delay)
            if process.isRunning {
                Foundation.kill(process.processIdentifier, SIGKILL)
            } else {
                finishedRuns += 1
            }
            process.waitUntilExit()
        }
        let last = try CompoundTool.run("search", space, "--store", "killed.sqlite", in: scratch)

        #expect(last.status == 0, "\(last.errors)")
        let killed = try states("killed.sqlite")
        #expect(killed == (try states("calm.sqlite")), "seed \(seed)")
        #expect(Set(killed).count == killed.count)
        #expect(finishedRuns < 20, "no run was killed while it worked; the delays are too long")
    }

    @Test func interruptFinishesTheRunningTrialAndTheSameCommandContinues() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace()
        let process = try CompoundTool.start(["search", space, "--store", "trials.sqlite"], in: scratch)
        while try !String(contentsOfFile: scratch.path("stderr"), encoding: .utf8).contains("measuring") {
            Thread.sleep(forTimeInterval: 0.01)
        }
        Thread.sleep(forTimeInterval: 0.3)
        process.interrupt()
        process.waitUntilExit()

        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 75)
        let errors = try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
        #expect(errors.contains("stopping after the running trial"))
        #expect(errors.contains("the same command continues"))
        let again = try CompoundTool.run("search", space, "--store", "trials.sqlite", in: scratch)
        #expect(again.status == 0)
        #expect(again.errors.contains("were finished before"))
    }

    @Test func aReaderQueriesWhileASearchWrites() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace()
        let other = try Scratch()
        let process = try CompoundTool.start(
            ["search", space, "--store", scratch.path("trials.sqlite")], in: scratch)
        var counts: [Int] = []
        while process.isRunning {
            let query = try CompoundTool.run(
                "query", "--store", scratch.path("trials.sqlite"), "--format", "csv", "--columns", "id",
                in: other)
            if query.status == 0 {
                counts.append(query.output.split(separator: "\n").count - 1)
            } else {
                #expect(query.errors.contains("trials.sqlite"), "\(query.errors)")
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(process.terminationStatus == 0)
        #expect(counts == counts.sorted())
        #expect(counts.contains { $0 > 0 })
    }
}
