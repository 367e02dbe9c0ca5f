// What a search gets of a program: a result, or a failure that says whose fault it is.

import CompoundSearch
import ExternalTraining
import Foundation
import Networks
import Recipes
import Testing

@Suite struct ExternalTrainers {
    private let recipe = TrainingRecipe(pretraining: .init(epochs: 1))

    /// A rung of EfficientNet-B0 that a script trains.
    private func train(_ script: String, in scratch: Scratch, supervisor: String = Scratch.tool) async throws
        -> RungResult
    {
        let space = SearchSpace(
            name: "b0", baseline: .efficientNet("efficientnet-b0", width: 1, depth: 1, resolution: 224),
            alpha: .list([1]), beta: .list([1]), gamma: .list([1]),
            budget: Budget(macs: .multiple(1), tolerance: 0.05))
        let stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
        let candidate = try #require(Array(stream).first)
        let trial = Trial(
            study: "study", candidate: candidate, ranges: CoefficientRanges(candidate.coefficients))
        let rung = TrainingRung(
            phase: .pretraining, index: 0, seed: 1, startEpochs: 0, epochs: 1, isFinal: true)
        let job = TrainingJob(trial: trial, rung: rung, resumeFrom: nil)
        let trainer = try ExternalTrainer(
            command: ["/bin/sh", "-c", script], recipe: recipe, limit: 30, supervisor: supervisor)
        let (weights, checkpoint) = (scratch.path("weights"), scratch.path("checkpoint"))
        // Training blocks its thread, which must not be one of those that tasks run on.
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try trainer.train(
                            job, TrainingSurroundings(weightsFile: weights, checkpointFile: checkpoint))
                    })
            }
        }
    }

    private func failure(
        _ script: String, supervisor: String = Scratch.tool
    ) async throws -> ExternalTrainingError? {
        let scratch = try Scratch()
        return await #expect(throws: ExternalTrainingError.self) {
            _ = try await train(script, in: scratch, supervisor: supervisor)
        }
    }

    @Test func aReportIsAResult() async throws {
        let scratch = try Scratch()
        let result = try await train(
            "cat > \(scratch.path("request")); : > \(scratch.path("weights")); "
                + "printf '{\"accuracy\": 0.5, \"loss\": NaN, \"test_accuracy\": 0.25, \"images_per_second\": 9}'",
            in: scratch)
        #expect(result.accuracy == 0.5 && result.loss == nil && result.testAccuracy == 0.25)
        #expect(result.imagesPerSecond == 9 && result.weightsFile == scratch.path("weights"))
        #expect(scratch.text("request").contains("\"parameters\": 5288548"))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("checkpoint.lock")))
    }

    @Test(arguments: [
        ("no-such-command-at-all", "exited with status 127; its last lines:"),
        ("exit 126", "exited with status 126; it said nothing"),
        (
            "echo \"[Errno 28] No space left on device: 'x'\" >&2; exit 1",
            "exited with status 1; its last lines:"
        ),
        ("echo 'cp: cannot create: Read-only file system' >&2; kill -ABRT $$", "was ended by signal 6"),
    ])
    func faultsOfTheSurroundingsAreTold(_ script: String, _ sentence: String) async throws {
        let failure = try await failure(script)
        #expect(failure?.isFaultOfSurroundings == true)
        #expect(failure?.description.contains(sentence) == true, "\(String(describing: failure))")
    }

    @Test(arguments: [
        ("exit 3", "exited with status 3; it said nothing"),
        ("kill -SEGV $$", "was ended by signal 11 (Segmentation fault)"),
        ("echo 0.9", "printed no line such as {\"accuracy\": 0.9}; its last lines:\n0.9"),
        ("echo '{\"accuracy\": 0.85}'; echo '{\"accuracy\": NaN}'", "reported an accuracy of NaN"),
        ("echo '{\"accuracy\": 0.85}'; echo '{\"accuracy\": \"0.1\"}'", "reported an accuracy of \"0.1\""),
        ("echo CUDA out of memory >&2; exit 1", "exited with status 1; its last lines:\nCUDA out of memory"),
    ])
    func faultsOfTheCandidateAreTold(_ script: String, _ sentence: String) async throws {
        let failure = try await failure(script)
        #expect(failure?.isFaultOfSurroundings == false)
        #expect(failure?.description.contains(sentence) == true, "\(String(describing: failure))")
    }

    #if os(Linux)
        @Test func aProgramThatLeavesItsWorkersAloneIsToldToWait() async throws {
            let failure = try await failure("sleep 300 & exit 0")
            #expect(failure?.isFaultOfSurroundings == false)
            #expect(
                failure?.description.contains(
                    "left 1 process running, which was ended; a program that starts others has to wait for them"
                )
                    == true)
        }
    #endif

    @Test func aSupervisorThatCannotRunIsAFaultOfTheSurroundings() async throws {
        for supervisor in ["/nonexistent/compound", "/bin/false"] {
            let failure = try await failure("exit 0", supervisor: supervisor)
            #expect(failure?.isFaultOfSurroundings == true)
            #expect(failure?.description.contains("supervis") == true)
        }
    }

    @Test(arguments: [["no-such-program"], ["./no-such-program"], ["/tmp"], ["/etc/passwd"], []])
    func aMissingProgramIsAFaultOfTheSurroundings(_ command: [String]) {
        let failure = #expect(throws: ExternalTrainingError.self) {
            try ExternalTrainer(command: command, recipe: recipe, limit: nil)
        }
        #expect(failure?.isFaultOfSurroundings == true)
        #expect(failure?.description.hasPrefix("accuracy.command: ") == true)
    }

    @Test func limitsThatCannotBeWaitedForAreNotTraps() throws {
        for limit in [1e30, .infinity, .nan, 0, -1, 5e-324] {
            _ = try ExternalTrainer(command: ["/bin/sh"], recipe: recipe, limit: limit)
        }
        #expect(AccuracyPlan.timeLimitRange == 0.001...31_536_000)
    }
}
