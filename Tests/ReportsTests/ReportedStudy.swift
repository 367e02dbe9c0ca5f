// Studies of tiny networks in a store in memory, with figures that are functions of the network, for pages to be made of.

import CompoundSearch
import Descriptions
import Foundation
import Measurements
import Networks
import Reports
import ResultStore

/// A study with everything that a test may change.
struct ReportedStudy {
    var name = "small"
    /// How many of its networks become trials, the first of the grid.
    var trials = 12
    /// How many of those that did not fail are trained, evenly chosen, each from as many seeds.
    var trained = 12
    var seeds = 2
    /// Whether latencies are measured, and above which one a trial is rejected.
    var isTimed = true
    var latencyBound: Double?
    /// How many trials fail.
    var failures = 0
    /// Whether the layers of the best network are timed.
    var isProfiled = false
    /// The grid: depths, widths and resolutions.
    var alpha = "[1, 2, 3]"
    var beta = "[1, 1.5, 2]"
    var gamma = "[1, 1.25, 1.5]"
    var budget = "{macs: 4x, tolerance: 99%}"

    private static let conditions = Conditions(
        machine: Machine(processor: "Z80", cores: 2, memoryBytes: 65_536, system: "CP/M 2.2"),
        instructionSet: "portable", threads: 1, batch: 1, build: "release", toolVersion: "1.0.0",
        anchor: "resnet-18")
    /// Any moment, the same in every run.
    private static let moment = Date(timeIntervalSince1970: 1_795_000_000)

    private var text: String {
        """
        name: \(Self.quoted(name))
        baseline: {name: tiny, activation: relu, stem: {channels: 4, kernel: 3, stride: 1}, stages: [{block: basic, \
        repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 4}], scaling: {width: 1, depth: 1, resolution: 8}, \
        channels: 1, classes: 4, rules: {width_divisor: 1}}
        alpha: \(alpha)
        beta: \(beta)
        gamma: \(gamma)
        budget: \(budget)
        measure: {latency: \(isTimed ? "measured" : "none")}
        \(trained > 0 ? "accuracy: {command: [none], epochs: 4, fit: false}" : "")

        """
    }

    /// A text in double quotes as YAML reads it back.
    private static func quoted(_ text: String) -> String {
        let json = try? JSONEncoder().encode(text)
        return json.map { String(decoding: $0, as: UTF8.self) } ?? "x"
    }

    /// Records the study in a store.
    func record(in store: TrialStore) throws {
        let space = try SearchSpace(yaml: text, file: "small.yaml")
        var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
        let study = space.studyIdentifier(strategy: .grid, seed: 0)
        var candidates: [Candidate] = []
        while candidates.count < trials, let next = stream.next() { candidates.append(next) }
        precondition(candidates.count == trials, "the space has only \(candidates.count) networks")
        try store.register(
            study: StudyRegistration(
                id: study, name: name, strategy: .grid, seed: 0, text: text,
                baseline: Network(space.baseline).architecture.yaml, levels: stream.bounds.levels,
                tolerance: 0.99, latencyBound: latencyBound, toolVersion: "1.0.0"), now: Self.moment)
        var counts = FunnelCounts()
        (counts.points, counts.networks, counts.withinBudget) = (5 * trials, 2 * trials, trials)
        try store.record(funnel: counts, study: study, toolVersion: "1.0.0", now: Self.moment)
        let key = TrainingKey(
            hash: "given", trainer: "shapes",
            recipe: "{pretrain_epochs: 4, pretrain_images: 1000, images: 1000}",
            data: "cafe")
        let chosen = Set((0..<trained).map { failures + $0 * (trials - failures) / trained })
        for (index, candidate) in candidates.enumerated() {
            let trial = Trial(study: study, candidate: candidate, ranges: stream.ranges(of: candidate))
            let network = candidate.network
            try store.record(
                trial, evaluation(of: network, index), conditions: Self.conditions,
                description: network.architecture.yaml, now: Self.moment)
            guard chosen.contains(index) else { continue }
            for seed in 1...seeds {
                try store.record(
                    rung(network, seed: seed), study: study, training: key, machine: Self.conditions.machine,
                    toolVersion: "1.0.0", now: Self.moment)
            }
        }
        if isProfiled { try profile(candidates.map(\.network), in: store) }
    }

    private func evaluation(of network: Network, _ index: Int) -> Evaluation {
        if index < failures { return Evaluation(outcome: .failed("the machine caught fire")) }
        guard isTimed else { return Evaluation(outcome: .complete) }
        let ratio = Double(network.cost.macs.value) / 20_000 * (1 + 0.2 * sin(Double(index)))
        return Evaluation(
            outcome: .complete,
            latency: Latency(
                median: ratio / 4, minimum: ratio / 5, halfWidth: ratio / 200, samples: 40, anchor: 0.25,
                ratio: ratio, ratioHalfWidth: ratio / 100), plannedMemoryBytes: 4096)
    }

    private func rung(_ network: Network, seed: Int) -> FinishedRung {
        let macs = Double(network.cost.macs.value)
        let error = 0.4 * pow(macs / 1e4, -0.15) * (1 + 0.03 * sin(macs + 7 * Double(seed)))
        var result = RungResult(accuracy: 1 - error, seconds: 10)
        result.validationImages = 2000
        result.curve = (1...4).map { epoch in
            TrainedEpoch(
                epoch: epoch, trainingLoss: 1 / Double(epoch),
                trainingAccuracy: 1 - error - 0.1 / Double(epoch))
        }
        return FinishedRung(
            networkHash: network.contentHash,
            rung: TrainingRung(
                phase: .pretraining, index: 0, seed: seed, startEpochs: 0, epochs: 4, isFinal: true),
            outcome: .complete(result))
    }

    /// Gives every network's layers a time, since which is recommended is for the fit to say.
    private func profile(_ networks: [Network], in store: TrialStore) throws {
        for network in networks {
            try store.record(
                layerTimes: network.layers.map { layer in
                    LayerTime(
                        layer: "\(layer.name)", milliseconds: 0.011,
                        minimum: layer.name.part == .add ? 0 : 0.01,
                        macs: layer.cost.macs.value)
                }, networkHash: network.contentHash, conditions: Self.conditions)
        }
        try store.record(
            ceilings: [Ceiling(workingSetBytes: 4096, gflops: 100, gigabytesPerSecond: 50)],
            conditions: Self.conditions)
    }

    /// A store in memory with this study alone.
    func store() throws -> TrialStore {
        let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
        try record(in: store)
        return store
    }

    /// Its findings.
    func findings() throws -> StudyFindings {
        let store = try store()
        return try StudyFindings(store.studies()[0], in: store)
    }
}

/// The page of these findings.
func page(_ findings: [StudyFindings], options: ReportPage.Options = ReportPage.Options()) -> String {
    ReportPage(findings, toolVersion: "1.0.0", options: options).html
}
