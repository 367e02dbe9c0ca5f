// Nothing that a trainer starts outlives it or the search: real processes, looked for with a deadline.

import ExternalTraining
import Foundation
import Testing

/// Notes itself and starts workers: in its group, in a session of its own, twice forked out of sight.
private let workers = """
    echo $$ >> processes
    sleep 300 & echo $! >> processes
    setsid sh -c 'echo $$ >> processes; trap "" TERM HUP INT; sleep 300; sleep 300' &
    (setsid sh -c '(setsid sh -c "echo \\$\\$ >> processes; exec sleep 300" </dev/null >/dev/null 2>&1 &) ; exit' &)
    while [ $(wc -l < processes) -lt 4 ]; do sleep 0.01; done
    echo ready > ready

    """

@Suite(.serialized) struct Supervising {
    /// Runs a script under a supervisor to its end; its ending, and the seconds that it took.
    private func supervise(
        _ script: String, in scratch: Scratch, limit: Double? = nil, lock: String? = nil
    ) throws -> TrainerOutput {
        let order = Supervision(
            program: "/bin/sh", words: ["sh", "-c", script], lockFile: lock, timeLimitSeconds: limit)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: Scratch.tool)
        process.arguments = ["supervise", try order.json]
        process.currentDirectoryURL = scratch.folder
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        try pipe.fileHandleForWriting.close()
        var output = TrainerOutput()
        if let data = try pipe.fileHandleForReading.readToEnd() { data.withUnsafeBytes { output.add($0) } }
        output.finish()
        process.waitUntilExit()
        return output
    }

    @Test func howAProgramEndedIsTold() throws {
        let scratch = try Scratch()
        #expect(try supervise("exit 0", in: scratch).ending == .exited(status: 0, left: 0))
        #expect(
            try supervise("printf '{\"accuracy\": 0.5}'; exit 3", in: scratch).ending
                == .exited(status: 3, left: 0))
        #expect(try supervise("printf '{\"accuracy\": 0.5}'", in: scratch).report == "{\"accuracy\": 0.5}")
        #expect(try supervise("kill -SEGV $$", in: scratch).ending == .signaled(SIGSEGV))
        let order = Supervision(program: "/nonexistent/program", words: ["x"])
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: Scratch.tool)
        process.arguments = ["supervise", try order.json]
        process.standardOutput = pipe
        try process.run()
        var output = TrainerOutput()
        try pipe.fileHandleForReading.readToEnd()?.withUnsafeBytes { output.add($0) }
        #expect(output.ending == .unstarted(ENOENT))
    }

    #if os(Linux)
        @Test func whateverItHasStartedEndsWithIt() throws {
            let scratch = try Scratch()
            let ending = try supervise(workers + "exit 0", in: scratch).ending
            guard case .exited(status: 0, let left) = ending else {
                Issue.record("\(String(describing: ending))")
                return
            }
            #expect(left >= 3)
            #expect(scratch.numbers("processes").count == 4)
            #expect(scratch.numbers("processes").allSatisfy { !isRunning($0) })
        }

        @Test func theTimeLimitEndsAllOfIt() throws {
            let scratch = try Scratch()
            let start = ContinuousClock.now
            let ending = try supervise(workers + "trap '' TERM; sleep 300; sleep 300", in: scratch, limit: 1)
                .ending
            #expect(ending == .late)
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(scratch.numbers("processes").count == 4)
            #expect(scratch.numbers("processes").allSatisfy { !isRunning($0) })
        }

        @Test func whoeverHopsFromProcessToProcessIsCaught() throws {
            let scratch = try Scratch()
            try scratch.write(
                "[ -e stop ] && exit; echo $$ > hop; setsid sh hop.sh &\n", to: "hop.sh")
            let ending = try supervise("sh hop.sh & sleep 0.3; exit 0", in: scratch).ending
            #expect(ending != nil)
            let last = scratch.text("hop")
            Thread.sleep(forTimeInterval: 0.3)
            #expect(scratch.text("hop") == last)
            try scratch.write("", to: "stop")
        }
    #endif

    @Test func twoNeverTrainOnOneCheckpoint() throws {
        let scratch = try Scratch()
        let lock = scratch.path("x.checkpoint.lock")
        let order = Supervision(
            program: "/bin/sh", words: ["sh", "-c", "echo $$ > first; sleep 300"], lockFile: lock)
        let first = Process()
        let pipe = Pipe()
        first.executableURL = URL(fileURLWithPath: Scratch.tool)
        first.arguments = ["supervise", try order.json]
        first.currentDirectoryURL = scratch.folder
        first.standardOutput = pipe
        try first.run()
        #expect(eventually { !scratch.numbers("first").isEmpty })

        // A second one waits a moment, says who works, and starts nothing.
        #expect(
            try supervise("echo > second", in: scratch, lock: lock).ending == .busy(first.processIdentifier))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("second")))

        // Asked to stop, the first ends its program, gives the lock back and leaves no file.
        first.terminate()
        first.waitUntilExit()
        #expect(scratch.numbers("first").allSatisfy { !isRunning($0) })
        #expect(!FileManager.default.fileExists(atPath: lock))
        #expect(try supervise("exit 0", in: scratch, lock: lock).ending == .exited(status: 0, left: 0))
        #expect(
            try supervise("exit 0", in: scratch, lock: scratch.path("none/x.lock")).ending
                == .unlockable(ENOENT))
    }

    #if os(Linux)
        @Test(arguments: [SIGKILL, SIGHUP, SIGINT, SIGTERM])
        func aSearchThatIsGoneTakesAllOfItAlong(_ number: Int32) throws {
            let scratch = try Scratch()
            let space = try scratch.space(script: workers + "trap '' TERM HUP INT; sleep 300; sleep 300")
            let search = try scratch.start("search", space, "--store", "t.sqlite")
            #expect(eventually(within: 30) { !scratch.text("ready").isEmpty })
            let processes = scratch.numbers("processes")
            #expect(processes.count == 4)
            #expect(processes.allSatisfy(isRunning))

            // when: Ctrl-C and SIGTERM ask once, and end it the second time
            kill(search.processIdentifier, number)
            if number == SIGINT || number == SIGTERM {
                #expect(eventually { scratch.text("stderr").contains("stopping after") })
                kill(search.processIdentifier, number)
            }
            search.waitUntilExit()

            #expect(eventually { processes.allSatisfy { !isRunning($0) } })
        }

        @Test func aTrainerEndsWithItsSupervisor() throws {
            let scratch = try Scratch()
            let space = try scratch.space(
                script: "echo $PPID > supervisor; echo $$ > processes; trap '' TERM; sleep 300; sleep 300")
            let search = try scratch.start("search", space, "--store", "t.sqlite")
            #expect(eventually(within: 30) { !scratch.numbers("processes").isEmpty })
            kill(try #require(scratch.numbers("supervisor").first), SIGKILL)
            #expect(eventually { scratch.numbers("processes").allSatisfy { !isRunning($0) } })
            #expect(eventually { !search.isRunning })
            #expect((scratch.text("stdout") + scratch.text("stderr")).contains("supervisor"))
            search.terminate()
        }
    #endif
}
