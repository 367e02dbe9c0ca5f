// What a search has drawn, for people and for programs: the funnel, the candidates, and why there are none.

import CompoundSearch
import Descriptions
import Networks
import Rendering
import Studies

extension CandidateDraw {
    /// The funnel in one line, with the rate.
    var funnelLine: String {
        var line =
            "\(funnel.points.grouped) points → \(funnel.networks.grouped) networks → "
            + "\(funnel.withinBudget.grouped) within budget"
        if funnel.unbuildable > 0 { line += " (\(funnel.unbuildable.grouped) points cannot be built)" }
        if refused.count > 0 { line += " (\(refused.count.grouped) cannot be trained)" }
        if space.accuracy != nil { line += " → \(trials.count.grouped) to train" }
        return line + " (\(pointsPerSecond.grouped) points/s)"
    }

    /// What a reader of the paper should know, and why points could not be built; `file` is the space's, whose lines are named.
    func notes(file: String) -> [String] {
        var lines =
            ScalingNotes.lines(for: space, bounds: bounds, baseline: baseline)
            + ScalingNotes.rounding(of: space.baseline)
        if let firstFailure {
            let place = SearchSpace.place(of: firstFailure, inFile: file).map { "\($0): " } ?? ""
            lines.append("note: the first point that cannot be built: \(place)\(firstFailure)")
        }
        if let reason = refused.reason {
            lines.append("note: the first network that cannot be trained: \(reason)")
        }
        return lines + levelNotes + depthNotes + latencyNotes
    }

    /// Networks that stochastic depth leaves as they are, whoever trains them.
    private var depthNotes: [String] {
        guard let plan = space.accuracy else { return [] }
        let count = trials.map(\.candidate.network).count { network in
            (plan.recipe.dropPath ?? network.architecture.dropPath) > 0
                && network.layers.allSatisfy { $0.shortcuts.isEmpty }
        }
        guard count > 0 else { return [] }
        return [
            "note: \(count) of the \(trials.count) networks to train \(count == 1 ? "has" : "have") no shortcuts, so "
                + "`drop_path` changes nothing there."
        ]
    }

    /// What of the budget only a clock can tell.
    private var latencyNotes: [String] {
        guard space.budget.latency != nil, latency == nil, !trials.isEmpty else { return [] }
        return [
            "note: which of these networks take the budget's time is told once their blocks are timed on this machine; "
                + "a search begins with that."
        ]
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
        let range =
            bounds.levels.isEmpty
            ? "bounds" : "budget of \(Int(bounds.lowest).short) to \(Int(bounds.highest).short) macs"
        let head = "Error: no candidate meets the \(range); widen the ranges or the tolerance."
        let lines = nearest.map { miss in
            "  nearest: \(miss.coefficients.label) has \(miss.network.cost.macs.value.short) macs, "
                + "\(miss.network.cost.parameters.value.short) parameters"
        }
        return ([head] + lines).joined(separator: "\n")
    }

    /// The funnel and the candidates as an object; levels only where there is more than one, and what latency is asked for only where
    /// one is.
    var markup: Markup {
        var entries = funnelEntries + latencyEntries
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
        entries += [("refused", .whole(refused.count)), ("candidates", candidateList)]
        return .block(entries)
    }

    /// A latency that the budget asks for, and the bound on it. Which candidates take that time, only the clock tells.
    private var latencyEntries: [Markup.Entry] {
        var entries: [Markup.Entry] = []
        if let latency = space.budget.latency {
            let wanted: Markup.Entry =
                switch latency {
                case .multiple(let multiple): ("multiple_of_baseline", .number(multiple))
                case .milliseconds(let milliseconds): ("milliseconds", .number(milliseconds))
                }
            entries.append(
                (
                    "latency_budget",
                    .row([
                        wanted, ("tolerance", .number(space.budget.tolerance)),
                        ("is_settled", .literal("\(self.latency != nil)")),
                    ])
                ))
        }
        if let bound = space.budget.latencyMilliseconds {
            entries.append(("latency_bound_ms", .number(bound)))
        }
        return entries
    }

    private var candidateList: Markup {
        .list(
            trials.map { trial in
                let (network, point) = (trial.candidate.network, trial.candidate.coefficients)
                return .row(
                    [
                        ("cost_level", .whole(trial.candidate.level + 1)), ("alpha", .number(point.alpha)),
                        ("beta", .number(point.beta)), ("gamma", .number(point.gamma)),
                        ("phi", .number(point.phi)),
                    ] + point.stageEntries + [
                        ("blocks", .whole(network.dimensions.blocks)),
                        ("resolution", .whole(network.dimensions.resolution)),
                        ("macs", .whole(network.cost.macs.value)),
                        ("parameters", .whole(network.cost.parameters.value)),
                        ("network_hash", .text(trial.networkHash)),
                    ])
            })
    }

    private var funnelEntries: [Markup.Entry] {
        [
            ("study", .text(study)), ("points", .whole(funnel.points)),
            ("networks", .whole(funnel.networks)), ("within_budget", .whole(funnel.withinBudget)),
            ("unbuildable", .whole(funnel.unbuildable)),
            ("baseline_macs", .whole(baseline.cost.macs.value)),
            ("lowest_macs", bounds.levels.isEmpty ? .literal("null") : .number(bounds.lowest)),
            ("highest_macs", bounds.levels.isEmpty ? .literal("null") : .number(bounds.highest)),
            ("points_per_second", .whole(pointsPerSecond)),
        ]
    }

    /// How many networks take the budget's time on this machine, and how many less or more.
    func latencyLine(anchorMilliseconds: Double) -> String {
        guard let band = latency?.band else { return "" }
        let target =
            if case .milliseconds(let milliseconds) = space.budget.latency {
                "\(milliseconds.coefficient) ms"
            } else {
                "\((band.target * anchorMilliseconds).digits(3)) ms now"
            }
        let tolerance = (100 * band.tolerance).digits(1)
        let (below, above) = (
            funnel.removed[.belowLatency, default: 0], funnel.removed[.aboveLatency, default: 0]
        )
        let counts =
            "by the times of their blocks \(funnel.withinBudget.grouped) networks take ×\(band.multiple.digits(2)) of the "
            + "baseline's latency ± \(tolerance) % (\(target)), \(below.grouped) less and \(above.grouped) more"
        guard trials.isEmpty else {
            return counts + (trials.count < funnel.withinBudget ? " → \(trials.count.grouped) to train" : "")
        }
        let offsets = latency?.ratios.values.map { band.offset(of: $0) } ?? []
        let nearest = offsets.min { abs($0) < abs($1) }.map {
            " The nearest takes \((100 * abs($0)).digits(1)) % \($0 < 0 ? "less" : "more")."
        }
        return counts + "\nError: no candidate meets the budget; widen the ranges or the tolerance."
            + (nearest ?? "")
    }

    /// The funnel and the candidates for a person.
    var text: String {
        guard !trials.isEmpty else { return funnelLine }
        let rest = trials.count > 40 ? "\n… and \(trials.count - 40) more" : ""
        return funnelLine + "\n\n" + table + rest
    }

    /// The first candidates; where stages have coefficients of their own, without the columns for which there is no room.
    private var table: String {
        let hasLevels = bounds.levels.count > 1
        var headings =
            (hasLevels ? ["level"] : [])
            + ["α", "β", "γ", "φ", "blocks", "pixels", "macs", "× baseline", "parameters"]
        var rows = trials.prefix(40).map { trial in
            let (network, point) = (trial.candidate.network, trial.candidate.coefficients)
            return (hasLevels ? ["\(trial.candidate.level + 1)"] : []) + [
                Self.list(point.stages?.depths) ?? Self.range(trial.ranges.alpha),
                Self.list(point.stages?.widths) ?? Self.range(trial.ranges.beta),
                Self.range(trial.ranges.gamma), point.phi.coefficient, "\(network.dimensions.blocks)",
                "\(network.dimensions.resolution)", network.cost.macs.value.short,
                network.cost.ratio(to: baseline.cost).digits(3), network.cost.parameters.value.short,
            ]
        }
        func rendered() -> String {
            var table = TextTable(headings)
            for row in rows { table.append(row) }
            return table.rendered
        }
        guard space.hasStageCoefficients else { return rendered() }
        for spare in ["parameters", "pixels", "blocks", "φ"] {
            if rendered().split(separator: "\n").allSatisfy({ $0.count <= 100 }) { break }
            guard let column = headings.firstIndex(of: spare) else { continue }
            headings.remove(at: column)
            rows = rows.map { row in row.indices.filter { $0 != column }.map { row[$0] } }
        }
        return rendered()
    }

    /// The coefficients of the stages in short, or nil where there are none.
    private static func list(_ stages: [Double]?) -> String? {
        guard let stages, !stages.isEmpty else { return nil }
        return stages.map { (100 * $0).rounded() / 100 }.map(\.coefficient).joined(separator: " ")
    }

    private static func range(_ range: ClosedRange<Double>) -> String {
        range.lowerBound == range.upperBound
            ? range.lowerBound.coefficient : "\(range.lowerBound.coefficient)–\(range.upperBound.coefficient)"
    }
}

extension Coefficients {
    /// The coefficients of single stages, as the store's columns are called.
    fileprivate var stageEntries: [Markup.Entry] {
        [("alpha_stages", stages?.depths ?? []), ("beta_stages", stages?.widths ?? [])]
            .filter { !$0.1.isEmpty }.map { ($0.0, .list($0.1.map { .number($0) })) }
    }
}
