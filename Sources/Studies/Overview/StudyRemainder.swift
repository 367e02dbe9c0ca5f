// What is left of a study, by drawing its space anew and holding it against the log, as the same search would.

import CandidateBenchmark
import CompoundSearch
import Networks
import ResultStore

/// What a search would still do.
package struct StudyRemainder: Hashable, Sendable {
    /// Networks that were not evaluated yet.
    package let networks: Int
    /// Runs of training at most.
    package let runs: Int

    /// Whether nothing is left.
    package var isNothing: Bool { networks == 0 && runs == 0 }

    /// Points beyond which a space is not drawn again.
    private static let mostPoints = 3_000_000
    /// Trials of a random search where nobody says how many.
    private static let usualRandomTrials = 20

    /// What is left; nil where the store does not tell: a space of too many points or of latencies that are not known, or candidates
    /// that its trainer refused.
    init?(of record: StudyRecord, _ space: SearchSpace, _ tally: StudyTally, in store: TrialStore) throws {
        guard let draw = try StudyRemainder.draw(record, space, tally, in: store) else { return nil }
        let aside = try store.setAsideHashes(study: record.id)
        let outcomes = try store.outcomes(study: record.id)
        let trials = draw.trials.filter { !aside.contains($0.networkHash) }
        let open = trials.filter { outcomes[$0.networkHash] == nil }.count
        guard var plan = space.accuracy else {
            (networks, runs) = (open, 0)
            return
        }
        let training = try store.trainings(study: record.id).last
        let images = training.map { RecipeImages($0.recipe) }
        if let epochs = images?.pretrainingEpochs { plan.answer(forEpochs: epochs) }
        let log =
            try training.map {
                try store.rungs(of: trials.map(\.networkHash), study: record.id, training: $0)
            } ?? []
        let isAdaptive = record.strategy == .adaptive
        let source: any JobSource
        if isAdaptive {
            let judged = log.lazy.compactMap { $0.result?.validationImages }.first ?? 0
            source = AdaptiveSearch(
                trials, of: draw, plan: plan, imagesPerEpoch: images?.usual ?? 1,
                validationImages: Double(judged))
        } else {
            let contenders = trials.filter { [nil, .complete].contains(outcomes[$0.networkHash]) }
            source = AccuracySearch(contenders, plan: plan)
        }
        // A search that chooses itself evaluates each network right before its training.
        networks = isAdaptive ? 0 : open
        runs = trials.isEmpty ? 0 : source.remaining(after: log).jobs
    }

    /// The candidates of a study, as its search drew them.
    private static func draw(
        _ record: StudyRecord, _ space: SearchSpace, _ tally: StudyTally, in store: TrialStore
    ) throws -> CandidateDraw? {
        let funnel = try store.funnels(study: record.id).last
        guard funnel?.untrainable ?? 0 == 0, space.strategyRefusal == nil,
            let sampler = try? Sampler(space, strategy: record.strategy, seed: record.seed),
            sampler.count ?? 0 <= mostPoints
        else { return nil }
        // Where nobody said how many, a random search draws its usual number; older versions did not keep what was said.
        let usual = sampler.count == nil && space.accuracy == nil
        let most = funnel?.askedTrials ?? (usual ? max(usualRandomTrials, tally.networks) : nil)
        guard let draw = try? CandidateDraw(sampler, most: most) else { return nil }
        guard space.budget.latency != nil else { return draw }
        guard let band = record.latencyBand, let trial = try tally.lastTrial.map(store.trial(id:)) else {
            return nil
        }
        return try SettledLatency(draw, band: band, measuredLike: trial, in: store).map(draw.narrowed)
    }
}

extension SettledLatency {
    /// A budget as it was settled when the study was registered, from the times of blocks that the store knows; nil where one is
    /// missing.
    fileprivate init?(
        _ draw: CandidateDraw, band: LatencyBand, measuredLike trial: TrialRecord, in store: TrialStore
    ) throws {
        guard var conditions = trial.measurements.first?.conditions else { return nil }
        conditions.origin = .predicted
        let times = BlockTimes(try store.blockTimes(conditions))
        guard let sum = times.latencyRatio(of: draw.baseline) else { return nil }
        var ratios: [String: Double] = [:]
        for trial in draw.trials {
            guard let ratio = times.latencyRatio(of: trial.candidate.network) else { return nil }
            ratios[trial.networkHash] = band.baseline / sum * ratio
        }
        self.init(band: band, ratios: ratios)
    }
}
