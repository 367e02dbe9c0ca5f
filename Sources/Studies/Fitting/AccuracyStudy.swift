// A study's accuracies out of the store: which study, its baseline, and what each network contributes.

import CandidateBenchmark
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

/// The runs of one study, ready to be fitted.
package struct AccuracyStudy {
    /// The study's identifier.
    package let id: String
    /// Its name.
    package let name: String
    /// The network that it scales.
    package let baseline: Network
    /// Its runs of training.
    package let runs: [TrainedRun]
    /// The places of `runs` in the order in which they were recorded.
    package let recorded: [Int]
    /// Milliseconds of an inference of each network, by its hash, where they were measured or predicted alike.
    package let latencies: [String: Double]
    /// The number of each network's trial, by its hash.
    package let trials: [String: Int]
    /// Networks of the space that were not trained.
    package let others: [BudgetNetwork]
    /// Images of an epoch; 1 where they are not known, so that lengths count in epochs.
    package let imagesPerEpoch: Double
    /// What a fit is asked where nobody says otherwise.
    package let usualOptions: ScalingFit.Options
    /// What a person should know about the choice of runs.
    package let notes: [String]

    /// Points beyond which a space is not drawn again to see which networks it has besides.
    private static let mostPoints = 3_000_000

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
        let own = rows.filter { $0.study == latest.study }
        let training = own.map(\.training).max() ?? 0
        var notes: [String] = []
        if own.contains(where: { $0.training != training }) {
            notes.append(
                "note: the study was trained in several ways; training \(training) is fitted, and --where "
                    + "\"training = N\" chooses another.")
        }
        var seen: Set<Int> = []
        let records = try own.filter { $0.training == training && seen.insert($0.trial).inserted }
            .map { try store.trial(id: $0.trial) }
        if records.contains(where: { $0.coefficients.stages != nil }) {
            notes.append(
                "note: the law knows a network by its depth, width and resolution as a whole; what the stages' shares of "
                    + "them do counts as the network's own deviation from it.")
        }
        self.notes = notes
        let place = "\(store.file): study '\(latest.studyName)'"
        let first = try records.first ?? store.trial(id: latest.trial)
        let baseline = try first.baseline(place: place)
        self.baseline = baseline
        let recipe = RecipeImages(
            records.lazy.flatMap(\.rungs).first { $0.training == training }?.recipe ?? "")
        imagesPerEpoch = recipe.usual
        let clock = try StudyClock(records, first.study, of: baseline, in: store)
        var runs: [TrainedRun] = []
        var rungs: [Int] = []
        for record in records {
            let network = try Network(record.architecture)
            let costRatio = clock?.ratio(of: record, network)
            // Without a latency nothing says which budget a network is of.
            if clock != nil, costRatio == nil { continue }
            guard let scale = network.scale(relativeTo: baseline) else {
                throw FitSourceError(
                    "\(store.file): trial \(record.id) has other stages than its baseline; it was changed.")
            }
            for rung in record.rungs where rung.training == training {
                let run = TrainedRun(
                    rung.finished, scale: scale, macsRatio: network.macsRatio(to: baseline),
                    costRatio: costRatio, recipe, label: "trial:\(record.id)")
                guard let run else { continue }
                runs.append(run)
                rungs.append(rung.id)
            }
        }
        self.runs = runs
        recorded = rungs.indices.sorted { rungs[$0] < rungs[$1] }
        trials = Dictionary(records.map { ($0.networkHash, $0.id) }) { first, _ in first }
        latencies = AccuracyStudy.latencies(records)
        let space = try SearchSpace(
            yaml: first.study.space, file: "the space of \(place)", baseline: baseline.architecture)
        usualOptions = ScalingFit.Options(space, baseline: baseline, band: first.study.latencyBand)
        others = AccuracyStudy.networks(of: space, first.study, baseline: baseline, clock)
    }

    /// The networks that a space has within its budget, where it is small enough to be drawn again.
    private static func networks(
        of space: SearchSpace, _ study: StudyRecord, baseline: Network, _ clock: StudyClock?
    ) -> [BudgetNetwork] {
        guard let sampler = try? Sampler(space, strategy: study.strategy, seed: study.seed),
            let count = sampler.count, count <= mostPoints, let stream = try? CandidateStream(sampler)
        else { return [] }
        return stream.compactMap { candidate in
            let costRatio = clock?.predictedRatio(of: candidate.network)
            if clock != nil, costRatio == nil { return nil }
            return BudgetNetwork(
                hash: candidate.network.contentHash,
                scale: candidate.network.dimensions.scale(relativeTo: baseline.dimensions),
                macsRatio: candidate.network.macsRatio(to: baseline), costRatio: costRatio,
                isEligible: false)
        }
    }

    /// Latencies under the conditions that most networks were measured in; of equals the latest.
    private static func latencies(_ records: [TrialRecord]) -> [String: Double] {
        let common = records.commonMeasurements.first?.measurementSet
        var latencies: [String: Double] = [:]
        for record in records {
            latencies[record.networkHash] =
                record.measurements.first { $0.measurementSet == common }?.evaluation.latency?.median
        }
        return latencies
    }

    /// The fit with everything that belongs to it; `epochs` is the training that the answer is for, the longest unless given.
    package func document(_ options: ScalingFit.Options, epochs: Int? = nil) throws -> ScalingLawDocument {
        var options = options
        if let epochs { options.images = Double(epochs) * imagesPerEpoch }
        do {
            let fit = try ScalingFit(runs, others: others, latencies: latencies, options: options)
            return ScalingLawDocument(
                study: id, name: name, baseline: baseline.architecture, imagesPerEpoch: imagesPerEpoch,
                trials: trials, fit: fit, macsFit: macsFit(beside: fit))
        } catch {
            throw FitSourceError("study '\(name)': \(error)")
        }
    }
}

extension AccuracyStudy {
    /// Of a latency budget, the same runs with a budget of the macs that the recommended network has; nil where macs are the budget
    /// anyway, or such a budget says nothing.
    private func macsFit(beside fit: ScalingFit) -> ScalingFit? {
        guard fit.options.quantity == .latency, let recommended = fit.recommended else { return nil }
        func countingMacs(_ run: TrainedRun) -> TrainedRun {
            var run = run
            run.costRatio = run.macsRatio
            return run
        }
        var options = fit.options
        options.quantity = .macs
        options.budget = recommended.network.macsRatio
        return try? ScalingFit(runs.map(countingMacs), latencies: latencies, options: options)
    }
}

extension [TrialRecord] {
    /// The measurements of the set that most of them were measured in; of equals the latest.
    fileprivate var commonMeasurements: [MeasurementRecord] {
        Dictionary(grouping: flatMap(\.measurements), by: \.measurementSet)
            .max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }?.value ?? []
    }
}

/// The latencies of a study whose budget is one, over the baseline's.
private struct StudyClock {
    private let band: LatencyBand
    private let times: BlockTimes
    /// The sum of the baseline's blocks.
    private let baseline: Double
    private let measurementSet: Int

    /// The clock of a study, or nil where its budget counts macs.
    init?(_ records: [TrialRecord], _ study: StudyRecord, of baseline: Network, in store: TrialStore) throws {
        guard let band = study.latencyBand else { return nil }
        self.band = band
        guard let common = records.commonMeasurements.first else { return nil }
        measurementSet = common.measurementSet
        var conditions = common.conditions
        conditions.origin = .predicted
        times = BlockTimes(try store.blockTimes(conditions))
        self.baseline = times.latencyRatio(of: baseline) ?? band.baseline
    }

    /// A trial's, as it was measured, or else by the times of its blocks.
    func ratio(of record: TrialRecord, _ network: Network) -> Double? {
        let measured = record.measurements.first { $0.measurementSet == measurementSet }?.evaluation.latency
        return measured.map { $0.ratio / band.baseline } ?? predictedRatio(of: network)
    }

    /// A network's by the times of its blocks, or nil where one is not known.
    func predictedRatio(of network: Network) -> Double? {
        times.latencyRatio(of: network).map { $0 / baseline }
    }
}

extension TrainedRun {
    /// A rung as a run, or nil where it failed.
    fileprivate init?(
        _ finished: FinishedRung, scale: RealisedScale, macsRatio: Double, costRatio: Double?,
        _ recipe: RecipeImages, label: String
    ) {
        guard let result = finished.result else { return nil }
        self.init(
            network: finished.networkHash, scale: scale, macsRatio: macsRatio, costRatio: costRatio,
            images: recipe.seen(finished.rung.epochs), error: 1 - result.accuracy,
            isContinued: finished.rung.phase == .fineTuning, label: label)
    }
}

extension TrialRecord {
    /// The network that the trial's coefficients scaled, realised.
    ///
    /// Before 0.4 a store kept a space's text, but not the file that it may name as its baseline; there the trial's own
    /// factors are divided by its coefficients, and set to the few digits that people write.
    func baseline(place: String) throws -> Network {
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
