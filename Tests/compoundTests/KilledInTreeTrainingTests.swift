// The tool's own training, killed in the middle of epochs, loses the running epoch at most and ends in the same bits.

import Basics
import Foundation
import Testing

/// A saved epoch, as it was seen beside the store.
private struct Save: Equatable {
    /// The file and the run that it belongs to.
    let run: String
    let epochs: Int
}

/// Watches files that are replaced after every epoch.
private struct Watch {
    private(set) var saves: [Save] = []
    private var last: [String: String] = [:]

    /// Looks for files that were replaced since; returns whether there were any.
    mutating func look(for kind: String, in scratch: Scratch) -> Bool {
        let before = saves.count
        let files = FileManager.default.enumerator(atPath: scratch.folder.path)
        while let file = files?.nextObject() as? String {
            guard file.hasSuffix(kind),
                let attributes = try? FileManager.default.attributesOfItem(atPath: scratch.path(file)),
                let time = attributes[.modificationDate] as? Date
            else { continue }
            let identity = "\(attributes[.systemFileNumber] ?? 0) \(time.timeIntervalSinceReferenceDate)"
            guard identity != last[file], let saved = metadata(scratch.path(file)),
                let epochs = Int(saved["epochs_done"] ?? "")
            else { continue }
            last[file] = identity
            saves.append(Save(run: "\(file) \(saved["seed"] ?? "")", epochs: epochs))
        }
        return saves.count > before
    }

    private func metadata(_ path: String) -> [String: String]? {
        guard let data = FileManager.default.contents(atPath: path), data.count > 8 else { return nil }
        let size = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try? JSONSerialization.jsonObject(with: data.dropFirst(8).prefix(size))
        return (header as? [String: Any])?["__metadata__"] as? [String: String]
    }
}

/// Runs a command that saves its epochs and kills it at a random moment after each, until it ends by itself.
private func runKilled(
    _ arguments: [String], saving kind: String, in scratch: Scratch, seed: UInt64
) throws -> (kills: Int, saves: [Save]) {
    var watch = Watch()
    for kills in 0..<100 {
        let process = try CompoundTool.start(arguments, in: scratch)
        var isKilled = false
        while process.isRunning, !isKilled {
            if watch.look(for: kind, in: scratch) {
                Thread.sleep(
                    forTimeInterval: CounterRandom.fraction(seed: seed, index: kills, lane: 0) * 0.1)
                Foundation.kill(process.processIdentifier, SIGKILL)
                isKilled = true
            }
            Thread.sleep(forTimeInterval: 0.001)
        }
        process.waitUntilExit()
        _ = watch.look(for: kind, in: scratch)
        if process.terminationReason == .exit {
            let errors = try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
            #expect(process.terminationStatus == 0, "\(errors)")
            return (kills, watch.saves)
        }
    }
    Issue.record("\(arguments) does not come to an end")
    return (100, watch.saves)
}

/// Whether every save of a run is further than the one before: an epoch that was saved is never trained again.
private func neverGoesBack(_ saves: [Save]) -> Bool {
    var furthest: [String: Int] = [:]
    for save in saves {
        if let before = furthest[save.run], before >= save.epochs { return false }
        furthest[save.run] = save.epochs
    }
    return true
}

private let data = "shapes:size=12,classes=4,count=9000,frequency=3,noise=0.05"

private let network = """
    name: tiny
    stem: {channels: 8, kernel: 3, stride: 1, activation: silu}
    stages:
      - {block: mbconv, repeats: 1, kernel: 3, stride: 2, expansion: 2, channels: 16, se: 0.25, activation: silu}
    head: {channels: 32, activation: silu}
    scaling: {width: 1, depth: 1, resolution: 12}
    channels: 1
    classes: 4
    """

private let space = """
    name: killed
    baseline: tiny.yaml
    alpha: [1, 2, 3]
    beta: [1, 1.5]
    gamma: 1
    budget: {macs: 1.5x, tolerance: 45%}
    measure: {latency: none}
    accuracy:
      data: \(data)
      pretrain: {epochs: 3, images: 8000}
      fine_tune: {top: 1, epochs: 3, rate: 0.5}
      candidates: 2
      fit: false
      validation: 300
      batch: 32
      flip: false
      dropout: 0.1
      ema: 0.9
    """

@Suite(.serialized) struct KilledInTreeTraining {
    private let seed = UInt64.random(in: 0..<1 << 32)
    private let search = ["search", "space.yaml", "--store", "t.sqlite"]

    private func scratch() throws -> Scratch {
        let scratch = try Scratch()
        _ = try scratch.write(network, to: "tiny.yaml")
        _ = try scratch.write(space, to: "space.yaml")
        return scratch
    }

    /// What training gave, all figures in full, and the weights of the finalist.
    private func results(_ scratch: Scratch) throws -> (rungs: [String], weights: [Data]) {
        let columns = ["network_hash", "seed", "epochs", "state", "accuracy", "loss", "test_accuracy"]
        let rows = try scratch.rows("--table", "rungs")
        let kept = rows.filter { $0["final"] as? Int == 1 }.compactMap { $0["weights"] as? String }
        return (
            rows.map { row in columns.map { "\(row[$0]!)" }.joined(separator: " ") }.sorted(),
            try kept.map { try Data(contentsOf: URL(fileURLWithPath: scratch.path($0))) }
        )
    }

    /// The epochs of every rung with their training loss, which a kill takes none from.
    private func curves(_ scratch: Scratch) throws -> [String] {
        let columns = ["network_hash", "phase", "epoch", "training_loss", "training_accuracy"]
        return try scratch.rows("--table", "epochs").map { row in
            columns.map { "\(row[$0]!)" }.joined(separator: " ")
        }.sorted()
    }

    private func calmResults() throws -> (rungs: [String], weights: [Data], curves: [String]) {
        let calm = try scratch()
        let process = try CompoundTool.start(search, in: calm)
        process.waitUntilExit()
        let results = try results(calm)
        return (results.rungs, results.weights, try curves(calm))
    }

    private func checkpoints(_ scratch: Scratch) -> [String] {
        let files = FileManager.default.enumerator(atPath: scratch.folder.path)?.compactMap { $0 as? String }
        return (files ?? []).filter { $0.contains(".checkpoint") }
    }

    @Test func aKilledSearchLosesTheRunningEpochAtMost() throws {
        // given: two candidates of three epochs, one of which is trained for three more
        let calm = try calmResults()
        #expect(calm.rungs.count == 3 && calm.weights.count == 1 && calm.curves.count == 9)
        let killed = try scratch()

        // when
        let (kills, saves) = try runKilled(search, saving: ".checkpoint", in: killed, seed: seed)

        // then
        let results = try results(killed)
        #expect(results.rungs == calm.rungs, "seed \(seed)")
        #expect(results.weights == calm.weights, "seed \(seed)")
        #expect(try curves(killed) == calm.curves, "seed \(seed)")
        #expect(kills >= 3, "hardly a run was killed while it worked")
        #expect(neverGoesBack(saves), "seed \(seed): \(saves)")
        #expect(checkpoints(killed).isEmpty)
        print("killed training: \(kills) kills, \(saves.count) of 9 epochs seen")
    }

    @Test func aRungThatLostItsPretrainedWeightsIsKilledInEitherPhase() throws {
        // given: pre-training is recorded, its weights are gone
        let calm = try calmResults()
        let killed = try scratch()
        let process = try CompoundTool.start(search, in: killed)
        while process.isRunning, !checkpoints(killed).contains(where: { $0.contains("epochs-6") }) {
            Thread.sleep(forTimeInterval: 0.001)
        }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try FileManager.default.removeItem(atPath: killed.path("t.sqlite.weights"))

        // when
        let (kills, saves) = try runKilled(search, saving: ".checkpoint", in: killed, seed: seed)

        // then: six epochs in two stretches, and the same weights
        let results = try results(killed)
        #expect(results.rungs == calm.rungs, "seed \(seed)")
        #expect(results.weights == calm.weights, "seed \(seed)")
        #expect(try curves(killed).count == 12, "seed \(seed)")
        #expect(kills >= 2)
        #expect(neverGoesBack(saves), "seed \(seed): \(saves)")
        #expect(Set(saves.map(\.run)).count == 2)
    }

    @Test func aKilledTrainingRunGoesOnFromItsState() throws {
        // given
        let scratch = try scratch()
        func train(_ name: String) -> [String] {
            [
                "train", "tiny.yaml", "--data", data, "--epochs", "12", "--batch", "32", "--dropout", "0.1",
                "--ema", "0.9", "--no-flip", "--state", "\(name).state", "--output", "\(name).safetensors",
                "--format", "json",
            ]
        }
        func report() throws -> [String: Any] {
            let data = try Data(contentsOf: URL(fileURLWithPath: scratch.path("stdout")))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
        let process = try CompoundTool.start(train("calm"), in: scratch)
        process.waitUntilExit()
        let calm = try report()

        // when
        let (kills, saves) = try runKilled(train("killed"), saving: "killed.state", in: scratch, seed: seed)

        // then
        #expect(try report()["test_accuracy"] as? Double == calm["test_accuracy"] as? Double)
        #expect(try report()["test_loss"] as? Double == calm["test_loss"] as? Double)
        let weights = try ["calm", "killed"].map { name in
            try Data(contentsOf: URL(fileURLWithPath: scratch.path("\(name).safetensors")))
        }
        #expect(weights[0] == weights[1], "seed \(seed)")
        #expect(kills >= 3 && neverGoesBack(saves), "seed \(seed): \(saves)")
        #expect(saves.last?.epochs == 12)
    }
}
