// What the tests of the store share: real trials of a small space, evaluations, conditions, folders, threads.

import CompoundSearch
import Foundation
import GRDB
import Measurements
import Networks
import ResultStore

/// A space around EfficientNet-B0 in which every network is within the budget.
func space(named name: String = "b0", step: Double = 0.1) -> SearchSpace {
    SearchSpace(
        name: name, baseline: .efficientNet("efficientnet-b0", width: 1, depth: 1, resolution: 224),
        alpha: .range(low: 1, high: 2, step: DecimalNumber(step)),
        beta: .range(low: 1, high: 1.5, step: DecimalNumber(step)),
        gamma: .range(low: 1, high: 1.5, step: DecimalNumber(step)),
        budget: Budget(macs: .multiple(2), tolerance: 10))
}

/// The first trials of a space's grid.
func trials(_ count: Int, of space: SearchSpace = space()) throws -> [Trial] {
    let study = space.studyIdentifier(strategy: .grid, seed: 0)
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    var candidates: [Candidate] = []
    while candidates.count < count, let next = stream.next() { candidates.append(next) }
    precondition(candidates.count == count, "the space has too few networks")
    return candidates.map { Trial(study: study, candidate: $0, ranges: stream.ranges(of: $0)) }
}

/// A complete evaluation of that latency relative to an anchor of 10 ms.
func measured(_ ratio: Double) -> Evaluation {
    let latency = Latency(
        median: ratio * 10, minimum: ratio * 9.5, halfWidth: 0.25, samples: 40, anchor: 10, ratio: ratio,
        ratioHalfWidth: 0.025)
    return Evaluation(outcome: .complete, latency: latency, plannedMemoryBytes: 4096)
}

/// Conditions on a made-up machine.
func conditions(threads: Int = 1) -> Conditions {
    Conditions(
        machine: Machine(processor: "Z80", cores: 2, memoryBytes: 65_536, system: "CP/M 2.2"),
        instructionSet: "avx512", threads: threads, batch: 1, build: "release", toolVersion: "1.0.0",
        anchor: "resnet-18")
}

/// The registration of a space's grid, as a study makes it.
func registration(
    of space: SearchSpace, latencyBound: Double? = nil, latencyBand: LatencyBand? = nil
) throws -> StudyRegistration {
    let baseline = try Network(space.baseline)
    return StudyRegistration(
        id: space.studyIdentifier(strategy: .grid, seed: 0), name: space.name, strategy: .grid, seed: 0,
        text: "name: \(space.name)\n", baseline: "name: \(space.baseline.name)\n",
        levels: space.budget.resolved(for: baseline.cost).levels,
        tolerance: latencyBand?.tolerance ?? space.budget.tolerance, latencyBound: latencyBound,
        latencyBand: latencyBand, toolVersion: "1.0.0")
}

extension TrialStore {
    /// Registers the study of `trials(_:of:)`.
    @discardableResult
    func registerGrid(_ space: SearchSpace = space()) throws -> String {
        try register(space, strategy: .grid, seed: 0, text: "name: \(space.name)\n", toolVersion: "1.0.0")
    }

    /// A store in memory, in which the first trials have these latency ratios.
    static func holding(_ ratios: [Double]) throws -> TrialStore {
        let store = try TrialStore(path: inMemory, access: .readWrite)
        try store.registerGrid()
        for (trial, ratio) in zip(try trials(ratios.count), ratios) {
            try store.record(trial, measured(ratio), conditions: conditions(), description: "network")
        }
        return store
    }

    /// The networks of a study that were evaluated under these conditions, however that ended.
    func evaluated(study: String, conditions: Conditions) throws -> Set<String> {
        Set(try evaluations(study: study, conditions: conditions).keys)
    }

    /// The only cell of a query's only row, or nil.
    func cell(_ column: String, where filter: String) throws -> ResultTable.Value? {
        let rows = try query(Query(columns: [column], filter: filter)).rows
        return rows.count == 1 ? rows[0][0] : nil
    }

    /// How many rows the view has.
    var rowCount: Int { get throws { try query(Query(columns: ["id"])).rows.count } }
}

/// A folder that is removed with this object.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        chmod(path, 0o700)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the folder.
    func file(_ name: String = "store.sqlite") -> String { path + "/" + name }

    /// A file in the folder that holds this many trials and is closed.
    func store(_ count: Int, description: String = "network") throws -> String {
        let store = try TrialStore(path: file(), access: .readWrite)
        try store.registerGrid()
        for trial in try trials(count) {
            try store.record(trial, measured(1), conditions: conditions(), description: description)
        }
        return file()
    }
}

/// Runs SQL on a file behind the store's back.
func execute(_ sql: String, on path: String) throws {
    try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: sql) }
}

/// Runs a body in that many threads at once and waits for all; throws the first error of any.
func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let group = DispatchGroup()
    let failures = DispatchQueue(label: "failures")
    nonisolated(unsafe) var first: (any Error)?
    for index in 0..<count {
        group.enter()
        Thread.detachNewThread {
            do { try body(index) } catch { failures.sync { first = first ?? error } }
            group.leave()
        }
    }
    group.wait()
    if let failure = failures.sync(execute: { first }) { throw failure }
}
