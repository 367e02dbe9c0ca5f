// The first half of a search: draw the points, count the funnel, list the trials.

import CompoundSearch
import Descriptions
import Networks

/// The trials of a space, and how many points and networks they were chosen from.
struct CandidateDraw {
    let space: SearchSpace
    let strategy: Strategy
    let seed: UInt64
    let study: String
    /// Every network within the budget, in the order of its first point.
    let trials: [Trial]
    let funnel: Funnel
    let bounds: Bounds
    let baseline: Network
    private let nearest: [(distance: Double, candidate: Candidate)]
    private let firstFailure: NetworkError?
    private let seconds: Double

    /// A random search draws at most this many points, in case hardly any meets the budget.
    private static let mostRandomPoints = 5_000_000

    /// Draws all points of a grid, or random ones until there are `most` trials (20 unless given).
    init(_ sampler: Sampler, most: Int?) throws {
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
        let wanted = sampler.count == nil ? most ?? 20 : Int.max
        while candidates.count < wanted, let candidate = stream.next() { candidates.append(candidate) }
        if let most { candidates = Array(candidates.prefix(most)) }
        let elapsed = (clock.now - start).components
        seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
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
        return line + " (\(Int(Double(funnel.points) / max(seconds, 1e-9)).grouped) points/s)"
    }

    /// What a reader of the paper should know, and why points could not be built.
    var notes: [String] {
        let failure = firstFailure.map { ["note: the first point that cannot be built: \($0)"] } ?? []
        return ScalingNotes.lines(for: space, bounds: bounds, baseline: baseline) + failure
    }

    /// Why there is no trial, with the candidates that came nearest.
    var refusal: String {
        let range = "\(Int(bounds.lowest).short) to \(Int(bounds.highest).short) macs"
        let head = "Error: no candidate meets the budget of \(range); widen the ranges or the tolerance."
        let lines = nearest.map { _, candidate in
            "  nearest: \(candidate.coefficients.label) has \(candidate.network.cost.macs.value.short) macs, "
                + "\(candidate.network.cost.parameters.value.short) parameters"
        }
        return ([head] + lines).joined(separator: "\n")
    }

    /// The funnel as an object.
    var markup: Markup {
        .block([
            ("study", .text(study)), ("points", .whole(funnel.points)),
            ("networks", .whole(funnel.networks)), ("within_budget", .whole(funnel.withinBudget)),
            ("unbuildable", .whole(funnel.unbuildable)),
            ("baseline_macs", .whole(baseline.cost.macs.value)),
            ("lowest_macs", .number(bounds.lowest)), ("highest_macs", .number(bounds.highest)),
            ("points_per_second", .number((Double(funnel.points) / max(seconds, 1e-9)).rounded())),
        ])
    }

    /// The funnel and the candidates for a person.
    var text: String {
        guard !trials.isEmpty else { return funnelLine }
        var table = TextTable(["α", "β", "γ", "φ", "blocks", "pixels", "macs", "× baseline", "parameters"])
        for trial in trials.prefix(40) {
            let network = trial.candidate.network
            table.append([
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
