// A latency budget settled on one machine: the baseline's blocks and all candidates' are timed, and their sums compared.

import CandidateBenchmark
import CompoundSearch
import Measurements
import Networks
import ResultStore

/// What a latency budget means on a machine, and how long each network takes there by the times of its blocks.
package struct SettledLatency: Hashable, Sendable {
    /// The band of latencies that the budget allows.
    package let band: LatencyBand
    /// Latencies over the anchor's, by network hash.
    package let ratios: [String: Double]

    /// The same over the baseline's.
    var costRatios: [String: Double] { ratios.mapValues { $0 / band.baseline } }

    /// A budget that is settled.
    package init(band: LatencyBand, ratios: [String: Double]) {
        self.band = band
        self.ratios = ratios
    }

    /// Times what blocks of a draw's networks are not known yet, and settles its budget; nil where somebody asked to stop.
    ///
    /// Small networks take less time than their blocks one by one, so where latencies are measured the baseline is too, by
    /// `measured`, over the anchor's, and all sums are multiplied by what its own is off. The band of a study that is known stays as
    /// it was settled first, so that the same networks are its candidates. Takes minutes for hundreds of networks, and no time
    /// once their blocks are in the store.
    package init?(
        _ draw: CandidateDraw, _ predictor: PredictingEvaluator, store: TrialStore,
        observer: any StudyObserver, shouldStop: () -> Bool, measured: (Network) throws -> Double?
    ) throws {
        guard let target = draw.space.budget.latency else { return nil }
        let networks = draw.trials.map(\.candidate.network)
        try predictor.prepare(
            [draw.baseline] + networks, store: store, observer: observer, shouldStop: shouldStop)
        observer.observe(.evaluationEnded)
        guard let sum = predictor.latencyRatio(of: draw.baseline), !shouldStop() else { return nil }
        band =
            try store.latencyBand(study: draw.study)
            ?? LatencyBand(
                target, tolerance: draw.space.budget.tolerance, baseline: measured(draw.baseline) ?? sum,
                anchorMilliseconds: predictor.anchorMilliseconds)
        let correction = band.baseline / sum
        var ratios: [String: Double] = [:]
        for (trial, network) in zip(draw.trials, networks) {
            guard let ratio = predictor.latencyRatio(of: network) else { return nil }
            ratios[trial.networkHash] = correction * ratio
        }
        self.ratios = ratios
    }
}
