// Training by a program of the user's: the candidate as JSON on its standard input, a line of JSON back.
// Whatever the program does, the search goes on, and says what happened.

import Basics
import CompoundSearch
import Descriptions
import Dispatch
import Foundation
import Networks
import Recipes
import Subprocess
import Synchronization

/// Trains candidates by running a program for each rung, under a supervisor.
package final class ExternalTrainer: CandidateTrainer, Sendable {
    private let command: [String]
    private let executable: String
    private let recipe: TrainingRecipe
    private let limit: Double?
    private let supervisor: String
    /// The running program's supervisor, or 0.
    private let running = Atomic<Int32>(0)

    /// The executable of this very process, also where a newer one has taken its place.
    package static let ownExecutable: String = {
        #if os(Linux)
            "/proc/self/exe"
        #else
            Bundle.main.executablePath ?? CommandLine.arguments[0]
        #endif
    }()

    /// A trainer; throws where there is no such program, which is better said before a search than in it.
    ///
    /// `limit` is in seconds, bounded by `AccuracyPlan.timeLimitRange`; `supervisor` is an executable that runs a
    /// `Supervisor` when it is called with `supervise` and a `Supervision`.
    package init(
        command: [String], recipe: TrainingRecipe, limit: Double?, supervisor: String = ownExecutable
    ) throws {
        self.command = command
        self.recipe = recipe
        let range = AccuracyPlan.timeLimitRange
        self.limit = limit.map {
            $0.isNaN ? range.upperBound : min(max($0, range.lowerBound), range.upperBound)
        }
        self.supervisor = supervisor
        guard let name = command.first else {
            throw ExternalTrainingError.surroundings(
                "accuracy.command: there are no words; give a program and its arguments.")
        }
        executable = try ExternalTrainer.path(of: name)
    }

    /// A program may train anything; only it knows its images.
    package func refusal(of network: Network) -> String? { nil }

    /// Ends the running program and all that it started, at once.
    package func end() {
        let supervisor = running.load(ordering: .relaxed)
        if supervisor > 0 { kill(supervisor, SIGTERM) }
    }

    /// Runs the program for a rung; throws an `ExternalTrainingError`.
    package func train(_ job: TrainingJob, _ surroundings: TrainingSurroundings) throws -> RungResult {
        var request = CandidateExport(
            job.trial.candidate.network, coefficients: job.trial.candidate.coefficients,
            ranges: job.trial.ranges)
        request.training = CandidateExport.Training(
            rung: job.rung, recipe: recipe, resumeFrom: job.resumeFrom,
            weightsFile: surroundings.weightsFile, checkpointFile: surroundings.checkpointFile)
        let clock = ContinuousClock()
        let start = clock.now
        let ending = try run(with: request.json, checkpoint: surroundings.checkpointFile)
        let report = try ending.result(of: command.joined(separator: " "))
        let hasWeights = FileManager.default.fileExists(atPath: surroundings.weightsFile)
        return RungResult(
            accuracy: report.accuracy, loss: report.loss,
            testAccuracy: job.rung.isFinal ? report.testAccuracy : nil,
            seconds: (clock.now - start).inSeconds, imagesPerSecond: report.imagesPerSecond,
            weightsFile: hasWeights ? surroundings.weightsFile : nil)
    }

    /// Runs the program to its end; blocks the calling thread, which has nothing else to do.
    private func run(with request: String, checkpoint: String) throws -> ExternalEnding {
        let input = try ExternalTrainer.inputFile(holding: request)
        let result = Mutex<Result<ExternalEnding, any Error>?>(nil)
        let isOver = DispatchSemaphore(value: 0)
        Task.detached { [self] in
            do {
                let ending = try await ending(input: input, checkpoint: checkpoint)
                result.withLock { $0 = .success(ending) }
            } catch let error as SubprocessError {
                result.withLock { $0 = .failure(unsupervised(error)) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
            isOver.signal()
        }
        isOver.wait()
        guard let outcome = result.withLock({ $0 }) else { throw CancellationError() }
        return try outcome.get()
    }

    private func ending(input: Int32, checkpoint: String) async throws -> ExternalEnding {
        let order = Supervision(
            program: executable, words: command, lockFile: checkpoint + ".lock", timeLimitSeconds: limit)
        var options = PlatformOptions()
        // A session of its own: Ctrl-C in the terminal is for the search, and its end is not the supervisor's.
        options.createSession = true
        let execution = try await Subprocess.run(
            .path(.init(supervisor)),
            arguments: Arguments(
                executablePathOverride: "compound", remainingValues: ["supervise", try order.json]),
            platformOptions: options,
            input: .fileDescriptor(.init(rawValue: input), closeAfterSpawningProcess: true),
            output: .sequence, error: .sequence
        ) { execution in
            running.store(execution.processIdentifier.value, ordering: .relaxed)
            defer { running.store(0, ordering: .relaxed) }
            // Both end with the supervisor, whoever else may hold the pipes.
            async let output = TrainerOutput(of: execution.standardOutput)
            async let errors = TrainerOutput(of: execution.standardError)
            return await (output, errors)
        }
        let (output, errors) = execution.closureResult
        return ExternalEnding(
            ending: output.ending, report: output.report, output: output.text, errors: errors.text,
            timeLimit: limit, checkpoint: checkpoint)
    }

    private func unsupervised(_ error: SubprocessError) -> ExternalTrainingError {
        .surroundings(
            "\(command.joined(separator: " ")) cannot be supervised (\(error)); free memory or processes, and "
                + "continue with the same command.")
    }

    /// A nameless file that holds the request. A program that does not read it cannot break a pipe.
    private static func inputFile(holding text: String) throws(ExternalTrainingError) -> Int32 {
        let folder = FileManager.default.temporaryDirectory.path
        var name = Array("\(folder)/compound-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else {
            throw .surroundings("\(folder) takes no files; set TMPDIR to a folder that does.")
        }
        unlink(name)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: false)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.seek(toOffset: 0)
        } catch {
            close(file)
            throw .surroundings("\(folder) has no room; free some space or set TMPDIR.")
        }
        return file
    }

    /// The program's path: itself where it holds a slash, else found in PATH.
    private static func path(of name: String) throws(ExternalTrainingError) -> String {
        let files = FileManager.default
        func isProgram(_ path: String) -> Bool {
            var isFolder: ObjCBool = false
            return files.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
                && files.isExecutableFile(atPath: path)
        }
        if name.contains("/") {
            let path = URL(fileURLWithPath: name).path
            if isProgram(path) { return path }
            throw .surroundings(
                "accuracy.command: there is no program \(name), or it may not be run; give the path from "
                    + "here, and make it executable.")
        }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let candidates = folders.map { "\($0)/\(name)" }
        if let path = candidates.first(where: isProgram) { return URL(fileURLWithPath: path).path }
        throw .surroundings(
            "accuracy.command: there is no program \(name) in PATH; install it, or give its path.")
    }
}
