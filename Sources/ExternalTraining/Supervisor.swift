// The process between a search and its training program. It outlives both by a moment, in which it ends whatever the
// program has started, in sessions of their own too. docs/decisions/0007-trainers-under-a-supervisor.md says why it is one.

import CProcessControl
import Dispatch
import Foundation
import Synchronization

/// Runs a program to its end, and lets nothing that it started outlive it or the search.
///
/// The program gets this process's standard input, output and error. Nobody reading the output any more is what tells
/// that the search is gone, however it died.
package final class Supervisor: Sendable {
    /// What the threads of a supervisor share.
    private struct State {
        /// Why the program was ended from here, if it was.
        var cause: Supervision.Ending?
        /// The program, once it runs.
        var descendants = Descendants(leader: 0)
    }

    private let order: Supervision
    private let state = Mutex(State())
    /// The seconds between asking a late program to end and ending it.
    private static let grace = 2.0

    /// A supervisor for one program.
    package init(_ order: Supervision) { self.order = order }

    /// Runs the program, says on standard output how it ended, and ends this process.
    package func run() -> Never {
        setsid()
        _ = adopt_orphans()
        signal(SIGCHLD, SIG_DFL)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGQUIT, SIG_IGN)
        let ending = supervise()
        // Fails where the search is gone.
        if let line = try? ending.line { try? FileHandle.standardOutput.write(contentsOf: line) }
        exit(0)
    }

    private func supervise() -> Supervision.Ending {
        let sources = [SIGHUP, SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in stop() }
            source.resume()
            return source
        }
        defer { withExtendedLifetime(sources) {} }
        Thread.detachNewThread { [self] in
            Supervisor.waitUntilNobodyReads()
            stop()
        }
        var lock: CheckpointLock?
        do throws(CheckpointLock.Failure) {
            if let file = order.lockFile { lock = try CheckpointLock(file) }
        } catch {
            switch error {
            case .held(let process): return .busy(process)
            case .failed(let code): return .unlockable(code)
            }
        }
        defer { lock?.release() }
        return runProgram()
    }

    private func runProgram() -> Supervision.Ending {
        // Under the lock, so that nobody asks to stop between the question and the start.
        let (leader, code) = state.withLock { state -> (pid_t, Int32) in
            if state.cause != nil { return (0, 0) }
            var words = order.words.map { strdup($0) } + [nil]
            defer { for word in words { free(word) } }
            let leader = start_bound_program(order.program, &words, STDIN_FILENO)
            let code = errno
            state.descendants = Descendants(leader: leader)
            return (leader, code)
        }
        if leader == 0 { return .stopped }
        guard leader > 0 else { return .unstarted(code) }
        let descendants = Descendants(leader: leader)
        if let limit = order.timeLimitSeconds {
            DispatchQueue.global().asyncAfter(deadline: .now() + limit) { [self] in
                guard isFirst(.late) else { return }
                descendants.signal(SIGTERM)
                Thread.sleep(forTimeInterval: Supervisor.grace)
                descendants.signal(SIGKILL)
            }
        }
        let status = Supervisor.waitAdopting(for: leader)
        let left = descendants.count
        descendants.end()
        if let cause = state.withLock({ $0.cause }) { return cause }
        let signal = status & 0x7f
        return signal == 0 ? .exited(status: status >> 8 & 0xff, left: left) : .signaled(signal)
    }

    /// Notes why the program is ended; false where that was settled before.
    private func isFirst(_ cause: Supervision.Ending) -> Bool {
        state.withLock { state in
            guard state.cause == nil else { return false }
            state.cause = cause
            return true
        }
    }

    /// Ends the program at once, as nobody wants it any more.
    private func stop() {
        let descendants = state.withLock { state in
            state.cause = .stopped
            return state.descendants
        }
        descendants.signal(SIGKILL)
    }

    /// The status of the program, once it has ended; others that end meanwhile are buried.
    private static func waitAdopting(for leader: pid_t) -> Int32 {
        var status: Int32 = 0
        while true {
            let ended = waitpid(-1, &status, 0)
            if ended == leader { return status }
            // Without children there is nothing to wait for; somebody else has taken the status.
            if ended < 0, errno != EINTR { return 0 }
        }
    }

    /// Returns when standard output is a pipe that nobody reads, or a terminal that is gone.
    private static func waitUntilNobodyReads() {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        while poll(&output, 1, -1) <= 0 {}
    }
}
