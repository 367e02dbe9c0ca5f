// Training that is killed or interrupted goes on where it was.

import Basics
import Foundation
import Testing

/// Trains epoch by epoch, leaving a checkpoint after each, and ends with the search that started it.
private let slowTraining = """
    cat > request.$$
    field() { sed -n "s/^ *\\"$1\\": \\"*\\([^\\",]*\\)\\"*,*$/\\1/p" request.$$ | head -1; }
    job="$(field macs) $(field seed) $(field epochs)"
    checkpoint="$(field checkpoint)"
    epoch=$(field start_epochs)
    [ -e "$checkpoint" ] && epoch=$(cat "$checkpoint")
    echo "start $job at $epoch" >> log
    while [ $epoch -lt $(field epochs) ]; do
        sleep 0.03
        kill -0 $PPID 2>/dev/null || exit 1
        epoch=$((epoch + 1))
        echo "epoch $job $epoch" >> log
        echo $epoch > "$checkpoint.new" && mv "$checkpoint.new" "$checkpoint"
    done
    echo weights > "$(field weights)"
    echo "end $job" >> log
    echo "{\\"accuracy\\": 0.$(( 100000 + $(field macs) / 100 + $(field epochs) ))}"
    rm request.$$
    """

private let plan = "pretrain: {epochs: 3}\nfine_tune: {top: 1, epochs: 6}\ncandidates: 3\nseeds: 2"

@Suite(.serialized) struct KilledTraining {
    @Test func killsLoseNoFinishedRungAndAtMostTheRunningEpoch() throws {
        // given
        let calm = try Scratch()
        let space = try calm.trainedSpace(plan, script: slowTraining)
        let search = try CompoundTool.run("search", space, "--store", "t.sqlite", in: calm)
        #expect(search.status == 0, "\(search.errors)")
        func results(_ scratch: Scratch) throws -> [String] {
            try scratch.rows("--table", "rungs").map { row in
                ["network_hash", "seed", "epochs", "state", "accuracy"].map { "\(row[$0]!)" }
                    .joined(separator: " ")
            }.sorted()
        }

        // when: killed at random moments
        let killed = try Scratch()
        _ = try killed.trainedSpace(plan, script: slowTraining)
        let seed = UInt64.random(in: 0..<1 << 32)
        print("killed training: seed \(seed)")
        var kills = 0
        for kill in 0..<15 {
            let process = try CompoundTool.start(
                ["search", "trained.yaml", "--store", "t.sqlite"], in: killed)
            Thread.sleep(
                forTimeInterval: 0.1 + CounterRandom.fraction(seed: seed, index: kill, lane: 0) * 0.6)
            if process.isRunning {
                Foundation.kill(process.processIdentifier, SIGKILL)
                kills += 1
            }
            process.waitUntilExit()
            // The program notices within an epoch that the search is gone.
            Thread.sleep(forTimeInterval: 0.2)
        }
        let last = try CompoundTool.run("search", "trained.yaml", "--store", "t.sqlite", in: killed)

        // then
        #expect(last.status == 0, "\(last.errors)")
        #expect(kills > 0, "no run was killed while it worked")
        #expect(try results(killed) == results(calm), "seed \(seed)")
        // Each epoch once, but for what a kill caught between an epoch's end and its checkpoint, or between
        // the last epoch and the record.
        let epochs = killed.lines("log").filter { $0.hasPrefix("epoch") }
        let distinct = Set(epochs)
        #expect(distinct == Set(calm.lines("log").filter { $0.hasPrefix("epoch") }))
        #expect(epochs.count - distinct.count <= kills, "seed \(seed)")
        let ends = killed.lines("log").filter { $0.hasPrefix("end") }
        #expect(ends.count - Set(ends).count <= kills, "seed \(seed)")
        let files = FileManager.default.enumerator(atPath: killed.folder.path)?.compactMap { $0 as? String }
        #expect(files?.contains { $0.hasSuffix(".checkpoint") } == false)
    }

    @Test func interruptFinishesTheRunningRungAndTheSameCommandContinues() throws {
        let scratch = try Scratch()
        let space = try scratch.trainedSpace(plan, script: slowTraining)
        let process = try CompoundTool.start(["search", space, "--store", "t.sqlite"], in: scratch)
        while scratch.lines("log").count < 3 { Thread.sleep(forTimeInterval: 0.01) }
        process.interrupt()
        process.waitUntilExit()

        #expect(process.terminationReason == .exit && process.terminationStatus == 75)
        let errors = try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
        #expect(errors.contains("the same command continues"))
        let log = scratch.lines("log")
        #expect(log.count { $0.hasPrefix("start") } == log.count { $0.hasPrefix("end") })
        let done = try scratch.rows("--table", "rungs").count
        #expect(done == log.count { $0.hasPrefix("end") })
        let again = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        #expect(again.status == 0)
        #expect(again.errors.contains("\(done) finished before"))
    }

    @Test func aSecondInterruptEndsTheProgramToo() throws {
        let scratch = try Scratch()
        let space = try scratch.trainedOnce(
            script: "echo $$ > started; trap '' TERM INT; sleep 300; sleep 300")
        let process = try CompoundTool.start(["search", space, "--store", "t.sqlite"], in: scratch)
        while scratch.lines("started").isEmpty { Thread.sleep(forTimeInterval: 0.01) }
        process.interrupt()
        while try !String(contentsOfFile: scratch.path("stderr"), encoding: .utf8).contains("stopping after")
        {
            Thread.sleep(forTimeInterval: 0.01)
        }
        #expect(process.isRunning)
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(try scratch.rows("--table", "rungs").isEmpty)
        let program = try #require(scratch.lines("started").first.flatMap { pid_t($0) })
        Thread.sleep(forTimeInterval: 0.2)
        let state = try? String(contentsOfFile: "/proc/\(program)/stat", encoding: .utf8)
        #expect(state == nil || state?.contains(") Z ") == true)
    }
}
