// The beginning of a study: draw the points, count the funnel, list the trials.

import Basics
import CompoundSearch
import Descriptions
import Networks
import ResultStore

/// The trials of a space, and how many points and networks they were chosen from.
package struct CandidateDraw {
    /// The space that was drawn from.
    package let space: SearchSpace
    /// How.
    package let strategy: Strategy
    /// The seed of random points.
    package let seed: UInt64
    /// The study's identity.
    package let study: String
    /// Every network within the budget, in the order of its first point; where candidates are trained, a few
    /// well-spread ones of each cost level, in turns.
    package private(set) var trials: [Trial]
    /// Networks within the budget that cannot be trained, and why the first of them cannot.
    package let refused: (count: Int, reason: String?)
    /// How many points, networks and networks within the budget there were.
    package private(set) var funnel: Funnel
    /// The absolute budget.
    package let bounds: Bounds
    /// The baseline, realised.
    package let baseline: Network
    /// The networks that came nearest to a budget nobody met.
    package let nearest: [Miss]
    /// Why the first point that could not be built could not.
    package let firstFailure: NetworkError?
    /// Seconds that drawing took.
    package let seconds: Double
    /// What the budget's latency means on this machine, once that is settled; nil where it has none.
    package private(set) var latency: SettledLatency?
    /// The most trials that were asked for.
    private let most: Int?

    /// A random search draws at most this many points, in case hardly any meets the budget.
    private static let mostRandomPoints = 5_000_000
    /// Networks among which an adaptive search of axes without steps chooses.
    private static let mostAdaptive = 500

    /// Draws all points of a grid, or random ones until there are `most` trials (20 unless given) or, where
    /// candidates are trained, until every cost level has its number of them.
    ///
    /// `progress` is told the number of points at every 65,536th. Throws a `NetworkError` where the baseline itself cannot be
    /// built.
    package init(
        _ sampler: Sampler, most: Int?, progress: (Int) -> Void = { _ in },
        refusal: (Network) -> String? = { _ in nil }
    ) throws(NetworkError) {
        space = sampler.space
        strategy = sampler.strategy
        seed = sampler.seed
        let study = sampler.space.studyIdentifier(strategy: sampler.strategy, seed: sampler.seed)
        self.study = study
        let start = ContinuousClock.now
        var stream = try CandidateStream(sampler, limit: sampler.count ?? CandidateDraw.mostRandomPoints)
        var candidates: [Candidate] = []
        var refused: (count: Int, reason: String?) = (0, nil)
        func admit(_ candidate: Candidate) -> Bool {
            guard let reason = refusal(candidate.network) else { return true }
            refused = (refused.count + 1, refused.reason ?? reason)
            return false
        }
        func next() -> Candidate? {
            stream.next { points in
                progress(points)
                return true
            }
        }
        let isRandom = sampler.count == nil
        self.most = most
        // Where the clock has still to tell which networks take the budget's time, they are all kept, and chosen from after that.
        let isClocked = sampler.space.budget.latency != nil
        if !isClocked, let perLevel = sampler.space.accuracy?.candidatesPerLevel, strategy != .adaptive {
            var places = Array(repeating: isRandom ? perLevel : .max, count: stream.bounds.levels.count)
            var wanted = isRandom ? most ?? .max : .max
            while wanted > 0, places.contains(where: { $0 > 0 }), let candidate = next() {
                guard places[candidate.level] > 0, admit(candidate) else { continue }
                candidates.append(candidate)
                places[candidate.level] -= 1
                wanted -= 1
            }
            if !isRandom {
                candidates = SpreadSelection.order(candidates, most: perLevel, baseline: stream.baseline)
            }
        } else {
            let usual = isClocked || strategy == .adaptive ? CandidateDraw.mostAdaptive : 20
            let wanted = isRandom ? (isClocked ? nil : most) ?? usual : Int.max
            while candidates.count < wanted, let candidate = next() {
                if admit(candidate) { candidates.append(candidate) }
            }
        }
        if let most, !isClocked { candidates = Array(candidates.prefix(most)) }
        self.refused = refused
        seconds = (ContinuousClock.now - start).inSeconds
        trials = candidates.map { Trial(study: study, candidate: $0, ranges: stream.ranges(of: $0)) }
        funnel = stream.funnel
        bounds = stream.bounds
        baseline = stream.baseline
        nearest = stream.nearest
        firstFailure = stream.firstFailure
    }

    /// The draw with the networks alone that take the budget's time by the times of their blocks; where they are trained, the
    /// well-spread ones of those, unless the search chooses itself.
    package func narrowed(to latency: SettledLatency) -> CandidateDraw {
        var draw = self
        draw.latency = latency
        draw.trials = trials.filter { trial in
            guard let ratio = latency.ratios[trial.networkHash] else { return false }
            guard !latency.band.admits(ratio) else { return true }
            draw.funnel.removed[ratio < latency.band.target ? .belowLatency : .aboveLatency, default: 0] += 1
            return false
        }
        draw.funnel.withinBudget = draw.trials.count + refused.count
        if let perLevel = space.accuracy?.candidatesPerLevel, strategy != .adaptive {
            let byNetwork = Dictionary(draw.trials.map { ($0.networkHash, $0) }) { first, _ in first }
            let order = SpreadSelection.order(
                draw.trials.map(\.candidate), most: perLevel, baseline: baseline)
            draw.trials = order.compactMap { byNetwork[$0.network.contentHash] }
        }
        if let most { draw.trials = Array(draw.trials.prefix(most)) }
        return draw
    }

    /// Points drawn a second.
    package var pointsPerSecond: Int { Int(Double(funnel.points) / max(seconds, 1e-9)) }

    /// Registers the study with its baseline and cost levels, and the funnel; `text` is the space as it was written.
    func register(in store: TrialStore, text: String, toolVersion: String) throws {
        try store.register(
            study: StudyRegistration(
                id: study, name: space.name, strategy: strategy, seed: seed, text: text,
                baseline: baseline.architecture.yaml, levels: bounds.levels,
                tolerance: space.budget.tolerance, latencyBound: space.budget.latencyMilliseconds,
                latencyBand: latency?.band, toolVersion: toolVersion))
        try store.record(funnel: counts, study: study, toolVersion: toolVersion)
    }

    /// The funnel with what the trainer refused.
    private var counts: FunnelCounts {
        var counts = FunnelCounts()
        counts.points = funnel.points
        counts.networks = funnel.networks
        counts.withinBudget = funnel.withinBudget
        counts.unbuildable = funnel.unbuildable
        counts.untrainable = refused.count
        counts.belowMacs = funnel.removed[.belowMacs, default: 0]
        counts.aboveMacs = funnel.removed[.aboveMacs, default: 0]
        counts.aboveParameters = funnel.removed[.parameters, default: 0]
        counts.aboveActivations = funnel.removed[.activations, default: 0]
        counts.abovePeakMemory = funnel.removed[.peakMemory, default: 0]
        counts.belowLatency = funnel.removed[.belowLatency, default: 0]
        counts.aboveLatency = funnel.removed[.aboveLatency, default: 0]
        counts.askedTrials = most
        return counts
    }
}
