// Training by a program of the user's: the candidate as JSON on its standard input, a line of JSON back.
// Whatever the program does, the search goes on, and says what happened.

import CompoundSearch
import Descriptions
import Dispatch
import Foundation
import Networks
import Subprocess
import Synchronization

/// Trains candidates by running a program for each rung.
final class ExternalTrainer: CandidateTrainer, Sendable {
    private let command: [String]
    private let executable: String
    private let recipe: TrainingRecipe
    private let limit: Double?
    /// The running program's process group, or 0.
    private let running = Atomic<Int32>(0)

    /// A trainer; throws where there is no such program, which is better said before a search than in it.
    init(command: [String], recipe: TrainingRecipe, limit: Double?) throws {
        self.command = command
        self.recipe = recipe
        self.limit = limit
        executable = try ExternalTrainer.path(of: command[0])
    }

    /// A program may train anything; only it knows its images.
    func refusal(of network: Network) -> String? { nil }

    /// Ends the running program and all that it started, at once.
    func end() {
        let group = running.load(ordering: .relaxed)
        if group > 0 { kill(-group, SIGKILL) }
    }

    func train(_ job: TrainingJob, _ surroundings: TrainingSurroundings) throws -> RungResult {
        var request = CandidateExport(
            job.trial.candidate.network, coefficients: job.trial.candidate.coefficients,
            ranges: job.trial.ranges)
        request.training = CandidateExport.Training(
            rung: job.rung, recipe: recipe, resumeFrom: job.resumeFrom,
            weightsFile: surroundings.weightsFile, checkpointFile: surroundings.checkpointFile)
        let clock = ContinuousClock()
        let start = clock.now
        let ending = try run(with: request.json)
        let report = try ending.report(of: command.joined(separator: " "))
        let elapsed = (clock.now - start).components
        let hasWeights = FileManager.default.fileExists(atPath: surroundings.weightsFile)
        return RungResult(
            accuracy: report.accuracy, loss: report.loss,
            testAccuracy: job.rung.isFinal ? report.testAccuracy : nil,
            seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18,
            imagesPerSecond: report.imagesPerSecond,
            weightsFile: hasWeights ? surroundings.weightsFile : nil)
    }

    /// Runs the program to its end; blocks the calling thread, which has nothing else to do.
    private func run(with request: String) throws -> ExternalEnding {
        let input = try ExternalTrainer.inputFile(holding: request)
        let result = Mutex<Result<ExternalEnding, any Error>?>(nil)
        let isOver = DispatchSemaphore(value: 0)
        Task.detached { [self] in
            do {
                let ending = try await ending(input: input)
                result.withLock { $0 = .success(ending) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
            isOver.signal()
        }
        isOver.wait()
        guard let outcome = result.withLock({ $0 }) else { throw CancellationError() }
        return try outcome.get()
    }

    private func ending(input: Int32) async throws -> ExternalEnding {
        var options = PlatformOptions()
        // A session of its own: Ctrl-C in the terminal is for the search, and the limit ends all of it.
        options.createSession = true
        let limit = limit
        let execution = try await Subprocess.run(
            .path(.init(executable)), arguments: Arguments(Array(command.dropFirst())),
            platformOptions: options,
            input: .fileDescriptor(.init(rawValue: input), closeAfterSpawningProcess: true),
            output: .sequence, error: .sequence
        ) { execution in
            let group = execution.processIdentifier.value
            running.store(group, ordering: .relaxed)
            let timer = Task { () -> Bool in
                guard let limit, (try? await Task.sleep(for: .seconds(limit))) != nil else { return false }
                kill(-group, SIGTERM)
                if (try? await Task.sleep(for: .seconds(2))) != nil { kill(-group, SIGKILL) }
                return true
            }
            async let output = OutputTail(of: execution.standardOutput, bytes: 1 << 20)
            async let errors = OutputTail(of: execution.standardError, bytes: 1 << 16)
            let texts = await (output.text, errors.text)
            // A program may close its output long before it ends.
            while !ExternalTrainer.hasEnded(group) { try? await Task.sleep(for: .milliseconds(5)) }
            timer.cancel()
            running.store(0, ordering: .relaxed)
            kill(-group, SIGKILL)  // whatever it has left behind
            return (output: texts.0, errors: texts.1, isLate: await timer.value)
        }
        let ending = execution.closureResult
        return ExternalEnding(
            status: execution.terminationStatus, output: ending.output, errors: ending.errors,
            lateAfter: ending.isLate ? limit : nil)
    }

    /// Whether a process has ended, without taking its status from whoever waits for it.
    private static func hasEnded(_ process: pid_t) -> Bool {
        var info = siginfo_t()
        let answer = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
        return answer != 0 || info.si_signo != 0
    }

    /// A nameless file that holds the request. A program that does not read it cannot break a pipe.
    private static func inputFile(holding text: String) throws -> Int32 {
        let folder = FileManager.default.temporaryDirectory.path
        var name = Array("\(folder)/compound-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else {
            throw OutputError("\(folder) takes no files; set TMPDIR to a folder that does.")
        }
        unlink(name)
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: false)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.seek(toOffset: 0)
        } catch {
            close(file)
            throw OutputError("\(folder) has no room; free some space or set TMPDIR.")
        }
        return file
    }

    /// The program's path: itself where it holds a slash, else found in PATH.
    private static func path(of name: String) throws -> String {
        let files = FileManager.default
        func isProgram(_ path: String) -> Bool {
            var isFolder: ObjCBool = false
            return files.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
                && files.isExecutableFile(atPath: path)
        }
        if name.contains("/") {
            let path = URL(fileURLWithPath: name).path
            if isProgram(path) { return path }
            throw OutputError(
                "accuracy.command: there is no program \(name), or it may not be run; give the path from "
                    + "here, and make it executable.")
        }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let candidates = folders.map { "\($0)/\(name)" }
        if let path = candidates.first(where: isProgram) { return URL(fileURLWithPath: path).path }
        throw OutputError(
            "accuracy.command: there is no program \(name) in PATH; install it, or give its path.")
    }
}
