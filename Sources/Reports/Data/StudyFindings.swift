// What one study found, gathered from its store into plain values: all that panels are functions of.

import CompoundSearch
import Descriptions
import Measurements
import Networks
import ResultStore
import Studies

/// A study's findings.
package struct StudyFindings: Sendable {
    /// The study as it was registered.
    package let study: StudyRecord
    /// Its trials, by number.
    package let trials: [TrialFinding]
    /// The rungs of their training that count, in the order of recording.
    package let rungs: [RungFinding]
    /// What was counted at its last draw; nil where an older version drew.
    package let funnel: FunnelCounts?
    /// What it comes to.
    package let answer: StudyAnswer
    /// The timed layers of the network to take, where a search timed them.
    package let layers: LayerFindings?
    /// The conditions that it measured under.
    package let conditions: [Conditions]
    /// Its space, where it can still be read.
    package let space: SearchSpace?
    /// All its rows, view by view, as queries give them.
    package let tables: [Query.Table: ResultTable]
    /// The accuracies of the seeds of each network at its longest training, by its hash.
    package let seedAccuracies: [String: [Double]]
    /// How many trials a plot shows at most as points, the important ones among them; nil for all.
    package var mostPoints: Int?
    /// The same of plots in which a trial is a line.
    package var mostLines: Int?
    /// Whether the marks of trials carry what a pointer is told; the script of a page knows that from its data.
    package var tellsTrials = true
    /// How many seconds the fit took, its history included; for a note on the terminal, and never on the page.
    package let fitSeconds: Double

    /// The places of trials by their networks' hashes, and by their numbers.
    private let places: [String: Int]
    private let numbers: [Int: Int]

    /// Gathers what a store has of a study. Costs a few queries, and one fit with its history where trials have accuracies.
    package init(_ study: StudyRecord, in store: TrialStore) throws {
        self.study = study
        var tables: [Query.Table: ResultTable] = [:]
        for table in Query.Table.allCases { tables[table] = try store.rows(of: table, study: study.id) }
        self.tables = tables
        trials = tables[.trials].map(TrialFinding.all) ?? []
        places = Dictionary(trials.enumerated().map { ($1.networkHash, $0) }) { first, _ in first }
        numbers = Dictionary(trials.enumerated().map { ($1.id, $0) }) { first, _ in first }
        funnel = try store.funnels(study: study.id).last
        conditions = try store.measurementSets(study: study.id)
        space = StudyFindings.space(of: study, in: store)
        let networks = Set(trials.map(\.networkHash))
        let training = trials.compactMap(\.training).max()
        rungs = RungFinding.all(
            in: tables[.rungs] ?? ResultTable(columns: [], rows: []),
            epochs: tables[.epochs] ?? ResultTable(columns: [], rows: [])
        ).filter { networks.contains($0.networkHash) && $0.training == training }
        seedAccuracies = Dictionary(grouping: rungs.filter { $0.accuracy != nil }, by: \.networkHash)
            .mapValues { rungs in
                let longest = rungs.map(\.epochs).max()
                return rungs.filter { $0.epochs == longest }.compactMap(\.accuracy)
            }
        let start = ContinuousClock.now
        answer = try StudyFindings.answer(
            of: study, trials, space, anchor: conditions.last?.anchor, in: store)
        fitSeconds = (ContinuousClock.now - start) / .seconds(1)
        layers = try answer.trial.flatMap { try LayerFindings(store.trial(id: $0), in: store) }
    }

    /// The trial of a number.
    package func trial(_ number: Int?) -> TrialFinding? {
        number.flatMap { numbers[$0] }.map { trials[$0] }
    }

    /// The trial to take.
    package var chosen: TrialFinding? { trial(answer.trial) }

    /// Whether any trial was trained.
    package var hasAccuracies: Bool { trials.contains { $0.accuracy != nil } }

    /// Whether any trial has a latency.
    package var hasLatencies: Bool { trials.contains { $0.latency != nil } }

    /// How a person calls a network of a law: its trial's number.
    package func trial(ofNetwork hash: String) -> TrialFinding? { places[hash].map { trials[$0] } }

    private static func space(of study: StudyRecord, in store: TrialStore) -> SearchSpace? {
        guard let baseline = study.baseline,
            let architecture = try? Architecture(yaml: baseline, file: store.file)
        else { return try? SearchSpace(yaml: study.space, file: store.file) }
        return try? SearchSpace(yaml: study.space, file: store.file, baseline: architecture)
    }

    private static func answer(
        of study: StudyRecord, _ trials: [TrialFinding], _ space: SearchSpace?, anchor: String?,
        in store: TrialStore
    ) throws -> StudyAnswer {
        var reason: String?
        if trials.contains(where: { $0.accuracy != nil }) {
            do {
                return .law(try LawFindings(AccuracyStudy(study.id, in: store)))
            } catch let error as FitSourceError {
                // Where the store lies is nothing that a page should tell.
                let words = error.description.replacing("\(store.file): ", with: "")
                reason = "No scaling law can be fitted yet: \(words)"
            }
        }
        let objective = reason == nil ? space?.objective ?? .latency : .accuracy
        let best = try? store.best(by: objective, study: study.id).trial.id
        if let trial = trials.first(where: { $0.id == best }) {
            return .best(trial, objective, anchor: anchor, reason: reason)
        }
        if trials.isEmpty { return .nothing("This study has no trial yet.") }
        let states = Dictionary(grouping: trials, by: \.state).mapValues(\.count)
        let counts = states.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key.replacing("_", with: " "))" }
        return .nothing(
            reason ?? "No trial can be recommended: of \(trials.count), \(counts.joined(separator: ", ")).")
    }
}
