// A study's accuracies out of the store: which study, its baseline, and what each network contributes.

import CompoundSearch
import Descriptions
import Foundation
import Networks
import ResultStore

/// The accuracies of one study, ready to be fitted.
struct AccuracyStudy {
    /// The study's identifier.
    let id: String
    /// Its name.
    let name: String
    /// The network that it scales.
    let baseline: Network
    /// Its networks, each once, with their accuracies.
    let observations: [AccuracyObservation]
    /// The highest cost that its space asks for, over the baseline's.
    let budget: Double
    /// What a person should know about the choice of accuracies.
    let notes: [String]
    /// How far a candidate's macs may lie from the budget, as a share of it: as in the space, but at most a
    /// tenth, since networks of different cost are not to be ranked together.
    let tolerance: Double

    /// Reads a study, by its identifier or its name; the latest that has accuracies unless one is named.
    init(_ wanted: String?, filter: String? = nil, in store: TrialStore) throws {
        let rows = try AccuracyRow.all(of: wanted, filter: filter, in: store)
        guard let latest = rows.max(by: { ($0.createdAt, $0.trial) < ($1.createdAt, $1.trial) }) else {
            let study = wanted.map { "study '\($0)'" } ?? "no study"
            throw OutputError(
                "\(store.file): \(study) has \(wanted == nil ? "" : "no ")accuracies; add 'accuracy:' to the "
                    + "space, and run compound search again.")
        }
        id = latest.study
        name = latest.name
        var notes: [String] = []
        let own = AccuracyRow.comparable(rows.filter { $0.study == latest.study }, &notes)
        self.notes = notes
        let first = try store.trial(id: latest.trial)
        let place = "\(store.file): study '\(latest.name)'"
        let baseline = try first.baseline(place: place)
        self.baseline = baseline
        observations = try AccuracyStudy.observations(own, of: baseline, in: store)
        let space = try SearchSpace(
            yaml: first.study.space, file: "the space of \(place)", baseline: baseline.architecture)
        let bounds = space.budget.resolved(for: baseline.cost)
        tolerance = min(0.1, space.budget.tolerance)
        budget = bounds.highest / (1 + space.budget.tolerance) / Double(baseline.cost.macs.value)
    }

    private static func observations(
        _ rows: [AccuracyRow], of baseline: Network, in store: TrialStore
    ) throws -> [AccuracyObservation] {
        var accuracies: [Int: Double] = [:]
        var observations: [AccuracyObservation] = []
        for row in rows {
            // A trial has a row for each measurement set, and the same accuracy in all of them.
            if let known = accuracies[row.trial] {
                if known == row.accuracy { continue }
                throw OutputError(
                    "\(store.file): trial \(row.trial) has accuracies of \(known) and of \(row.accuracy), from "
                        + "two ways of training; choose one with --where.")
            }
            accuracies[row.trial] = row.accuracy
            let network = try Network(store.trial(id: row.trial).architecture)
            guard let scale = network.scale(relativeTo: baseline) else {
                throw OutputError(
                    "\(store.file): trial \(row.trial) has other stages than its baseline; it was changed.")
            }
            observations.append(
                AccuracyObservation(
                    scale: scale, macsRatio: network.macsRatio(to: baseline), error: 1 - row.accuracy,
                    seeds: row.seeds, deviation: row.deviation, label: "trial:\(row.trial)"))
        }
        return observations
    }
}

/// One row of the view that has an accuracy.
private struct AccuracyRow {
    let trial: Int
    let study: String
    let name: String
    let createdAt: String
    var accuracy: Double
    var deviation: Double?
    var seeds: Int
    /// The number of the training, the later ones the higher.
    let training: Int
    /// Epochs behind the accuracy.
    let epochs: Double?
    /// The accuracy after pre-training, which every candidate goes through.
    let pretrained: Double?

    private static let columns = [
        "id", "study", "study_name", "created_at", "accuracy", "accuracy_deviation", "accuracy_seeds",
    ]
    private static let further = ["training", "accuracy_epochs", "accuracy_pretrain"]

    /// The rows of a study, by its identifier or name, or of all; none in a store that knows no accuracy.
    static func all(of study: String?, filter: String?, in store: TrialStore) throws -> [AccuracyRow] {
        let known = try store.query(Query(limit: 0)).columns
        guard columns.allSatisfy(known.contains) else { return [] }
        var conditions = ["accuracy IS NOT NULL"]
        if let study {
            let text = "'" + study.replacing("'", with: "''") + "'"
            conditions.append("(study = \(text) OR study_name = \(text))")
        }
        if let filter { conditions.append("(\(filter))") }
        let query = Query(
            columns: columns + further.filter(known.contains),
            filter: conditions.joined(separator: " AND "), sort: ["id"])
        let table = try store.query(query)
        return table.rows.compactMap { cells in
            AccuracyRow(Dictionary(uniqueKeysWithValues: zip(table.columns, cells)))
        }
    }

    private init?(_ cells: [String: ResultTable.Value]) {
        guard case .integer(let trial) = cells["id"], case .text(let study) = cells["study"],
            case .text(let name) = cells["study_name"], case .text(let createdAt) = cells["created_at"],
            let accuracy = cells["accuracy"]?.number
        else { return nil }
        self.trial = trial
        self.study = study
        self.name = name
        self.createdAt = createdAt
        self.accuracy = accuracy
        deviation = cells["accuracy_deviation"]?.number
        seeds = cells["accuracy_seeds"]?.number.map { Int($0) } ?? 1
        training = cells["training"]?.number.map { Int($0) } ?? 0
        epochs = cells["accuracy_epochs"]?.number
        pretrained = cells["accuracy_pretrain"]?.number
    }

    /// The rows of the latest training, with accuracies after equally many epochs.
    ///
    /// Successive halving trains the promising candidates longer. Their last accuracies say more about the
    /// schedule than about the networks, so where lengths differ, all count with their pre-training.
    static func comparable(_ rows: [AccuracyRow], _ notes: inout [String]) -> [AccuracyRow] {
        let latest = rows.map(\.training).max() ?? 0
        let trained = rows.filter { $0.training == latest }
        if trained.count < rows.count {
            notes.append(
                "note: the study was trained in several ways; training \(latest) is fitted, and --where "
                    + "\"training = N\" chooses another.")
        }
        let epochs = Set(trained.compactMap(\.epochs))
        guard let shortest = epochs.min(), let longest = epochs.max(), shortest < longest else {
            return trained
        }
        notes.append(
            "note: networks were trained for \(shortest.coefficient) to \(longest.coefficient) epochs; fitted is "
                + "the pre-training, which all have in common. --where \"accuracy_epochs = "
                + "\(longest.coefficient)\" fits the longest alone.")
        return trained.compactMap { row in
            guard let pretrained = row.pretrained else { return nil }
            var equal = row
            equal.accuracy = pretrained
            equal.deviation = nil
            equal.seeds = 1
            return equal
        }
    }
}

extension ResultTable.Value {
    /// The number, or nil for anything else.
    fileprivate var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        case .null, .text: nil
        }
    }
}

extension TrialRecord {
    /// The network that the trial's coefficients scaled, realised.
    ///
    /// A store keeps a space's text, but not the file that it may name as its baseline; so the trial's own
    /// factors are divided by its coefficients, and set to the few digits that people write.
    fileprivate func baseline(place: String) throws -> Network {
        let own = try architecture
        var scaling = own.scaling
        let unscaled = Coefficients(
            alpha: 1 / coefficients.alpha, beta: 1 / coefficients.beta, gamma: 1 / coefficients.gamma,
            phi: coefficients.phi)
        scaling = scaling.multiplied(by: unscaled)
        scaling.width = scaling.width.toTenDigits
        scaling.depth = scaling.depth.toTenDigits
        scaling.resolution = scaling.resolution.toTenDigits
        var baseline = own
        baseline.scaling = scaling
        guard try Network(baseline.scaled(by: coefficients)).contentHash == networkHash else {
            throw OutputError(
                "\(place): the baseline cannot be told from trial \(id), whose description and coefficients do "
                    + "not belong together; search again into a new store.")
        }
        return try Network(baseline)
    }
}

extension Double {
    /// The nearest number of ten significant digits.
    fileprivate var toTenDigits: Double { Double(String(format: "%.9e", self)) ?? self }
}
