// A study's accuracies out of the store: which study, its baseline, and what each network contributes.

import CompoundSearch
import Descriptions
import Foundation
import Networks
import Rendering
import ResultStore

/// Why a study cannot be fitted, in one sentence.
package struct FitSourceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    package let description: String

    init(_ sentence: String) { description = sentence }
}

/// The accuracies of one study, ready to be fitted.
package struct AccuracyStudy {
    /// The study's identifier.
    package let id: String
    /// Its name.
    package let name: String
    /// The network that it scales.
    package let baseline: Network
    /// Its networks, each once, with their accuracies.
    package let observations: [AccuracyObservation]
    /// The highest cost that its space asks for, over the baseline's.
    package let budget: Double
    /// What a person should know about the choice of accuracies.
    package let notes: [String]
    /// How far a candidate's macs may lie from the budget, as a share of it: as in the space, but at most a
    /// tenth, since networks of different cost are not to be ranked together.
    package let tolerance: Double

    /// Reads a study, by its identifier or its name; the latest that has accuracies unless one is named.
    package init(_ wanted: String?, filter: String? = nil, in store: TrialStore) throws {
        let rows = try store.accuracies(of: wanted, filter: filter)
        guard let latest = rows.max(by: { ($0.createdAt, $0.trial) < ($1.createdAt, $1.trial) }) else {
            let study = wanted.map { "study '\($0)'" } ?? "no study"
            throw FitSourceError(
                "\(store.file): \(study) has \(wanted == nil ? "" : "no ")accuracies; add 'accuracy:' to the "
                    + "space, and run compound search again.")
        }
        id = latest.study
        name = latest.studyName
        var notes: [String] = []
        let own = TrialAccuracy.comparable(rows.filter { $0.study == latest.study }, &notes)
        self.notes = notes
        let first = try store.trial(id: latest.trial)
        let place = "\(store.file): study '\(latest.studyName)'"
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
        _ rows: [TrialAccuracy], of baseline: Network, in store: TrialStore
    ) throws -> [AccuracyObservation] {
        var accuracies: [Int: Double] = [:]
        var observations: [AccuracyObservation] = []
        for row in rows {
            // A trial has a row for each measurement set, and the same accuracy in all of them.
            if let known = accuracies[row.trial] {
                if known == row.accuracy { continue }
                throw FitSourceError(
                    "\(store.file): trial \(row.trial) has accuracies of \(known) and of \(row.accuracy), from "
                        + "two ways of training; choose one with --where.")
            }
            accuracies[row.trial] = row.accuracy
            let network = try Network(store.trial(id: row.trial).architecture)
            guard let scale = network.scale(relativeTo: baseline) else {
                throw FitSourceError(
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

extension TrialAccuracy {
    /// The rows of the latest training, with accuracies after equally many epochs.
    ///
    /// Successive halving trains the promising candidates longer. Their last accuracies say more about the
    /// schedule than about the networks, so where lengths differ, all count with their pre-training.
    static func comparable(_ rows: [TrialAccuracy], _ notes: inout [String]) -> [TrialAccuracy] {
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

extension TrialRecord {
    /// The network that the trial's coefficients scaled, realised.
    ///
    /// Before 0.4 a store kept a space's text, but not the file that it may name as its baseline; there the trial's own
    /// factors are divided by its coefficients, and set to the few digits that people write.
    fileprivate func baseline(place: String) throws -> Network {
        if let baseline = study.baseline {
            return try Network(Architecture(yaml: baseline, file: "the baseline of \(place)"))
        }
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
            throw FitSourceError(
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

extension AccuracyStudy {
    /// The fit with everything that belongs to it.
    package func document(_ options: ScalingFit.Options) throws -> ScalingLawDocument {
        do {
            return ScalingLawDocument(
                study: id, name: name, baseline: baseline.architecture,
                fit: try ScalingFit(observations, options: options))
        } catch {
            throw FitSourceError("study '\(name)': \(error)")
        }
    }
}
