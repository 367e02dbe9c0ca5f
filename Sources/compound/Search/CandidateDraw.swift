// The first half of a search: draw the points, count the funnel, list the trials.

import Basics
import CompoundSearch
import Descriptions
import Networks

/// The trials of a space, and how many points and networks they were chosen from.
struct CandidateDraw {
    let space: SearchSpace
    let strategy: Strategy
    let seed: UInt64
    let study: String
    /// Every network within the budget, in the order of its first point; where candidates are trained, a few
    /// well-spread ones of each cost level, in turns.
    let trials: [Trial]
    /// Networks within the budget that cannot be trained, and why the first of them cannot.
    let refused: (count: Int, reason: String?)
    let funnel: Funnel
    let bounds: Bounds
    let baseline: Network
    private let nearest: [Miss]
    private let firstFailure: NetworkError?
    private let seconds: Double

    /// A random search draws at most this many points, in case hardly any meets the budget.
    private static let mostRandomPoints = 5_000_000

    /// Draws all points of a grid, or random ones until there are `most` trials (20 unless given) or, where
    /// candidates are trained, until every cost level has its number of them.
    init(_ sampler: Sampler, most: Int?, refusal: (Network) -> String? = { _ in nil }) throws {
        space = sampler.space
        strategy = sampler.strategy
        seed = sampler.seed
        let study = sampler.space.studyIdentifier(strategy: sampler.strategy, seed: sampler.seed)
        self.study = study
        let clock = ContinuousClock()
        let start = clock.now
        var stream: CandidateStream
        do {
            stream = try CandidateStream(sampler, limit: sampler.count ?? CandidateDraw.mostRandomPoints)
        } catch {
            throw OutputError("\(sampler.space.name): \(error)")
        }
        var candidates: [Candidate] = []
        var refused: (count: Int, reason: String?) = (0, nil)
        func admit(_ candidate: Candidate) -> Bool {
            guard let reason = refusal(candidate.network) else { return true }
            refused = (refused.count + 1, refused.reason ?? reason)
            return false
        }
        let isRandom = sampler.count == nil
        if let perLevel = sampler.space.accuracy?.candidatesPerLevel {
            var places = Array(repeating: isRandom ? perLevel : .max, count: stream.bounds.levels.count)
            var wanted = isRandom ? most ?? .max : .max
            while wanted > 0, places.contains(where: { $0 > 0 }), let candidate = stream.next() {
                guard places[candidate.level] > 0, admit(candidate) else { continue }
                candidates.append(candidate)
                places[candidate.level] -= 1
                wanted -= 1
            }
            if !isRandom {
                candidates = SpreadSelection.order(
                    candidates, most: perLevel, baseline: stream.baseline)
            }
        } else {
            let wanted = isRandom ? most ?? 20 : Int.max
            while candidates.count < wanted, let candidate = stream.next() {
                if admit(candidate) { candidates.append(candidate) }
            }
        }
        if let most { candidates = Array(candidates.prefix(most)) }
        self.refused = refused
        seconds = (clock.now - start).inSeconds
        trials = candidates.map { Trial(study: study, candidate: $0, ranges: stream.ranges(of: $0)) }
        funnel = stream.funnel
        bounds = stream.bounds
        baseline = stream.baseline
        nearest = stream.nearest
        firstFailure = stream.firstFailure
    }

    /// The funnel in one line, with the rate.
    var funnelLine: String {
        var line =
            "\(funnel.points.grouped) points → \(funnel.networks.grouped) networks → "
            + "\(funnel.withinBudget.grouped) within budget"
        if funnel.unbuildable > 0 { line += " (\(funnel.unbuildable.grouped) points cannot be built)" }
        if refused.count > 0 { line += " (\(refused.count.grouped) cannot be trained)" }
        if space.accuracy != nil { line += " → \(trials.count.grouped) to train" }
        return line + " (\(Int(Double(funnel.points) / max(seconds, 1e-9)).grouped) points/s)"
    }

    /// What a reader of the paper should know, and why points could not be built.
    var notes: [String] {
        let failure = firstFailure.map { ["note: the first point that cannot be built: \($0)"] } ?? []
        let refusal = refused.reason.map { ["note: the first network that cannot be trained: \($0)"] } ?? []
        return ScalingNotes.lines(for: space, bounds: bounds, baseline: baseline) + failure + refusal
            + levelNotes
    }

    /// Cost levels with hardly a candidate, where that endangers the scaling law.
    private var levelNotes: [String] {
        guard let plan = space.accuracy, plan.fitsLaw, !trials.isEmpty else { return [] }
        return bounds.levels.indices.compactMap { level in
            let count = trials.count { $0.candidate.level == level }
            guard count < min(3, plan.candidatesPerLevel) else { return nil }
            let factor = bounds.levels[level].target / Double(baseline.cost.macs.value)
            return "note: only \(count) network\(count == 1 ? "" : "s") for the cost level of "
                + "×\(factor.digits(2)); finer steps or a wider tolerance give more to fit a law to."
        }
    }

    /// Why there is no trial, with the candidates that came nearest.
    var refusal: String {
        if refused.count > 0, let reason = refused.reason {
            return "Error: none of the \(refused.count) networks within the budget can be trained: \(reason)"
        }
        let range = "\(Int(bounds.lowest).short) to \(Int(bounds.highest).short) macs"
        let head = "Error: no candidate meets the budget of \(range); widen the ranges or the tolerance."
        let lines = nearest.map { miss in
            "  nearest: \(miss.coefficients.label) has \(miss.network.cost.macs.value.short) macs, "
                + "\(miss.network.cost.parameters.value.short) parameters"
        }
        return ([head] + lines).joined(separator: "\n")
    }

    /// The funnel as an object; levels and candidates only where there is more than one level or training.
    var markup: Markup {
        var entries = funnelEntries
        if bounds.levels.count > 1 {
            entries.append(
                (
                    "levels",
                    .list(
                        bounds.levels.map {
                            .row([
                                ("macs", .number($0.target.rounded())),
                                ("lowest_macs", .number($0.lowest)), ("highest_macs", .number($0.highest)),
                            ])
                        })
                ))
        }
        if space.accuracy != nil {
            entries += [("refused", .whole(refused.count)), ("candidates", candidateList)]
        }
        return .block(entries)
    }

    private var candidateList: Markup {
        .list(
            trials.map { trial in
                let (network, point) = (trial.candidate.network, trial.candidate.coefficients)
                return .row([
                    ("cost_level", .whole(trial.candidate.level + 1)), ("alpha", .number(point.alpha)),
                    ("beta", .number(point.beta)), ("gamma", .number(point.gamma)),
                    ("phi", .number(point.phi)), ("blocks", .whole(network.dimensions.blocks)),
                    ("resolution", .whole(network.dimensions.resolution)),
                    ("macs", .whole(network.cost.macs.value)), ("network_hash", .text(trial.networkHash)),
                ])
            })
    }

    private var funnelEntries: [Markup.Entry] {
        [
            ("study", .text(study)), ("points", .whole(funnel.points)),
            ("networks", .whole(funnel.networks)), ("within_budget", .whole(funnel.withinBudget)),
            ("unbuildable", .whole(funnel.unbuildable)),
            ("baseline_macs", .whole(baseline.cost.macs.value)),
            ("lowest_macs", .number(bounds.lowest)), ("highest_macs", .number(bounds.highest)),
            ("points_per_second", .number((Double(funnel.points) / max(seconds, 1e-9)).rounded())),
        ]
    }

    /// The funnel and the candidates for a person.
    var text: String {
        guard !trials.isEmpty else { return funnelLine }
        let hasLevels = bounds.levels.count > 1
        var table = TextTable(
            (hasLevels ? ["level"] : [])
                + ["α", "β", "γ", "φ", "blocks", "pixels", "macs", "× baseline", "parameters"])
        for trial in trials.prefix(40) {
            let network = trial.candidate.network
            let level = hasLevels ? ["\(trial.candidate.level + 1)"] : []
            table.append(
                level + [
                    CandidateDraw.range(trial.ranges.alpha), CandidateDraw.range(trial.ranges.beta),
                    CandidateDraw.range(trial.ranges.gamma), trial.candidate.coefficients.phi.coefficient,
                    "\(network.dimensions.blocks)", "\(network.dimensions.resolution)",
                    network.cost.macs.value.short, network.cost.ratio(to: baseline.cost).digits(3),
                    network.cost.parameters.value.short,
                ])
        }
        let rest = trials.count > 40 ? "\n… and \(trials.count - 40) more" : ""
        return funnelLine + "\n\n" + table.rendered + rest
    }

    private static func range(_ range: ClosedRange<Double>) -> String {
        range.lowerBound == range.upperBound
            ? range.lowerBound.coefficient : "\(range.lowerBound.coefficient)–\(range.upperBound.coefficient)"
    }
}

extension Coefficients {
    /// α, β, γ in a few letters, φ only where it is not 1.
    var label: String {
        "α \(alpha.coefficient) β \(beta.coefficient) γ \(gamma.coefficient)"
            + (phi == 1 ? "" : " φ \(phi.coefficient)")
    }
}
