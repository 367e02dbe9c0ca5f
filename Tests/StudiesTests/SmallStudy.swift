// Whole studies of tiny networks, evaluated and trained by closures.

import CompoundSearch
import Descriptions
import Foundation
import Measurements
import Networks
import ResultStore
import Studies
import Synchronization

/// A study of six candidates in two phases of training, with everything that a test may change.
struct SmallStudy: @unchecked Sendable {
    var name = "small"
    var alpha = "[1, 2]"
    var beta = "[1, 1.5, 2]"
    var accuracy: String? = "pretrain: {epochs: 1}\n  fine_tune: {top: 2, epochs: 4}"
    var latencyBound: Double?
    /// Further keys of the space, such as its strategy.
    var keys = ""
    var evaluate: @Sendable (Trial) throws -> Evaluation = { _ in Evaluation(outcome: .complete) }
    var train: @Sendable (TrainingJob) throws -> RungResult = { SmallStudy.accuracy(of: $0) }
    /// The most trials that are asked for.
    var most: Int?
    var refusal: @Sendable (Network) -> String? = { _ in nil }
    var options = StudyOptions(toolVersion: "1.0.0")
    var toolVersion: String { options.toolVersion }
    var data: String? = "digest"
    var observer: any StudyObserver = SilentObserver()

    /// An accuracy that grows with the network and its training.
    static func accuracy(of job: TrainingJob) -> RungResult {
        let macs = Double(job.trial.candidate.network.cost.macs.value)
        return RungResult(
            accuracy: min(1, macs / 1e6 + Double(job.rung.epochs) / 1000 + Double(job.rung.seed) / 10_000),
            seconds: 1)
    }

    /// Tells which rungs are trained, each of which takes a moment from now on.
    mutating func tell(_ jobs: Seen<String>) {
        train = { job in
            jobs.append("\(job.trial.networkHash) \(job.rung.seed) \(job.rung.epochs)")
            Thread.sleep(forTimeInterval: 0.02)
            return SmallStudy.accuracy(of: job)
        }
    }

    /// A network of one block that takes 8 pixels, in one line.
    static func baseline(widthDivisor: Int) -> String {
        "{name: tiny, activation: relu, stem: {channels: 4, kernel: 3, stride: 1}, stages: [{block: basic, "
            + "repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 4}], scaling: {width: 1, depth: 1, "
            + "resolution: 8}, channels: 1, classes: 4, rules: {width_divisor: \(widthDivisor)}}"
    }

    /// The space as its file would have it.
    var text: String {
        """
        name: \(name)
        baseline: \(Self.baseline(widthDivisor: 2))
        alpha: \(alpha)
        beta: \(beta)
        gamma: 1
        budget: {macs: 8x, tolerance: 99%\(latencyBound.map { ", latency_ms: \($0)" } ?? "")}
        measure: {latency: \(latencyBound == nil ? "none" : "measured")}
        \(keys)

        """ + (accuracy.map { "accuracy:\n  command: [none]\n  fit: false\n  \($0)\n" } ?? "")
    }

    /// Draws and opens the study on a store.
    func study(in store: TrialStore, as worker: SharedWorker? = nil) throws -> Study {
        let space = try SearchSpace(yaml: text, file: "small.yaml")
        let draw = try CandidateDraw(
            Sampler(space, strategy: space.strategy, seed: space.seed), most: most, refusal: refusal)
        let trainer = space.accuracy.map { plan in
            StudyTrainer(
                ClosureTrainer(train: train),
                key: TrainingKey(
                    trainer: plan.trainer, data: data, recipe: plan.recipe.settled(forImages: nil),
                    instructionSet: nil, toolVersion: toolVersion))
        }
        return try Study(
            draw, text: text, store: store,
            evaluator: ClosureEvaluator(evaluation: evaluate, toolVersion: toolVersion), trainer: trainer,
            options: options, observer: observer, worker: worker)
    }

    /// A worker of this study in a folder.
    func worker(in folder: String, lease: Double = 60, instructionSet: String? = "portable") throws
        -> SharedWorker
    {
        let space = try SearchSpace(yaml: text, file: "small.yaml")
        let draw = try CandidateDraw(
            Sampler(space, strategy: space.strategy, seed: space.seed), most: most, refusal: refusal)
        return try SharedWorker(
            folder,
            as: SharedIdentity(
                study: draw.study, name: name, toolVersion: toolVersion, data: data, training: accuracy,
                instructionSet: instructionSet),
            machine: ClosureEvaluator(evaluation: evaluate, toolVersion: toolVersion).conditions.machine,
            keepsChoices: space.strategy == .adaptive, lease: lease)
    }

    /// Runs the study as a worker that joins a folder.
    @discardableResult
    func join(_ folder: String, lease: Double = 60, shouldStop: @escaping () -> Bool = { false }) throws
        -> StudyEnding
    {
        let worker = try worker(in: folder, lease: lease)
        let ending = try study(in: worker.store, as: worker).run(shouldStop: shouldStop)
        worker.leave(ending)
        return ending
    }

    /// Runs the study on a store.
    @discardableResult
    func run(in store: TrialStore, shouldStop: @escaping () -> Bool = { false }) throws -> StudyEnding {
        try study(in: store).run(shouldStop: shouldStop)
    }
}

/// Evaluates by a closure.
struct ClosureEvaluator: CandidateEvaluator {
    let evaluation: @Sendable (Trial) throws -> Evaluation
    let toolVersion: String

    var conditions: Conditions {
        Conditions(
            machine: Machine(processor: "Z80", cores: 2, memoryBytes: 65_536, system: "CP/M 2.2"),
            instructionSet: "portable", threads: 1, batch: 1, build: "release", toolVersion: toolVersion,
            anchor: "resnet-18")
    }

    func evaluate(_ trial: Trial) throws -> Evaluation { try evaluation(trial) }
}

/// Trains by a closure.
struct ClosureTrainer: CandidateTrainer {
    let train: @Sendable (TrainingJob) throws -> RungResult

    func refusal(of network: Network) -> String? { nil }

    func train(_ job: TrainingJob, _ surroundings: TrainingSurroundings) throws -> RungResult {
        try train(job)
    }
}

/// What closures on any thread have seen.
final class Seen<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    func append(_ value: Value) { values.withLock { $0.append(value) } }

    var all: [Value] { values.withLock { $0 } }
}

/// Calls a closure for each event.
struct ClosureObserver: StudyObserver {
    let heard: (StudyEvent) -> Void

    func observe(_ event: StudyEvent) { heard(event) }
}

extension TrialStore {
    /// A store in memory.
    static func empty() throws -> TrialStore { try TrialStore(path: inMemory, access: .readWrite) }

    /// Every rung as network, seed, epochs and accuracy or reason, in an order of its own.
    func log() throws -> [String] {
        try query(
            Query(.rungs, columns: ["network_hash", "seed", "epochs", "state", "accuracy", "reason"])
        ).rows.map { row in row.map { "\($0)" }.joined(separator: " ") }.sorted()
    }
}
