// fit --plot: the error of networks of every cost, by which axes grow, and what the budget gives, with intervals.

import CompoundSearch
import Descriptions
import Figures
import Foundation
import Networks
import Rendering
import Studies

/// What a fitted law says, as two figures.
struct FitPlot {
    private let document: ScalingLawDocument
    private let runs: [TrainedRun]
    private let curves: [ScalingCurve]

    private var fit: ScalingFit { document.fit }

    /// The plots of a study's fit.
    init(_ document: ScalingLawDocument, of study: AccuracyStudy) throws {
        self.document = document
        runs = study.runs
        let most = max(document.fit.options.budget, runs.map(\.costRatio).max() ?? 1)
        // As many steps as there are dots to tell them apart, evenly in logarithms; the budget is one of them.
        let costs = (0...40).map { pow(most, Double($0) / 40) } + [document.fit.options.budget]
        curves = try document.fit.curves(runs, costs: costs.sorted())
    }

    /// The law over cost, and the budget's alternatives.
    var figures: [Figure] { [law, alternatives] }

    private var law: Figure {
        let trained = trainedPoints
        let (together, single) = (curves[0], curves.dropFirst())
        let seen =
            together.values.flatMap { [$0.error.low, $0.error.high] } + trained.map(\.position.y)
            + single.flatMap { $0.values.filter(\.isSampled).map(\.error.value) }
        let (low, high) = (seen.min() ?? 0, seen.max() ?? 1)
        let marks: [Mark] =
            [
                .band(
                    Band(
                        lower: together.values.map { Position($0.cost, $0.error.low) },
                        upper: together.values.map { Position($0.cost, $0.error.high) }))
            ]
            + zip([ColourRole.second, .third, .fourth], single).flatMap { lines($1, $0) }
            + lines(together, .first)
            + [.points(Points(trained, isFilled: false, role: .muted, label: "trained"))]
            + recommended
        let quantity = fit.options.quantity.rawValue
        return Figure(
            "law", title: "Error after \(document.length) by \(quantity), with the 95 % band of all three",
            summary: "The predicted error falls as networks grow.",
            x: Axis("\(quantity) over the baseline's", unit: "×", scale: .log),
            y: Axis("error", scale: .log, domain: low / 1.02...high * 1.02, numbers: .percent), marks: marks,
            rules: [Rule(.vertical, at: fit.options.budget, label: "budget")], aspect: 0.36)
    }

    /// A curve as a line, dashed from where nothing as large was sampled.
    private func lines(_ curve: ScalingCurve, _ role: ColourRole) -> [Mark] {
        let places = curve.values.map { Position($0.cost, $0.error.value) }
        let sampled = curve.values.prefix(while: \.isSampled).count
        let name = curve.axis.map { "\($0) only" } ?? "all three"
        let isWhole = sampled == places.count
        let line = Line(Array(places.prefix(sampled)), role: role, label: isWhole ? name : nil)
        if isWhole { return [.line(line)] }
        let rest = Array(places.dropFirst(max(0, sampled - 1)))
        return [.line(line), .line(Line(rest, isDashed: true, weight: .thin, role: role, label: name))]
    }

    /// The mean error of each network over its runs of the length that the fit is for.
    private var trainedPoints: [Point] {
        var errors: [String: [Double]] = [:]
        var order: [TrainedRun] = []
        for run in runs where run.images >= fit.images * (1 - 1e-9) {
            if errors[run.network] == nil { order.append(run) }
            errors[run.network, default: []].append(run.error)
        }
        return order.map { run in
            let all = errors[run.network] ?? []
            return Point(run.costRatio, all.reduce(0, +) / Double(max(1, all.count)))
        }
    }

    /// The network to take, where there is one.
    private var recommended: [Mark] {
        guard let rank = fit.recommended else { return [] }
        let point = Point(rank.network.costRatio, rank.error.value)
        return [
            .points(Points([point], symbol: .diamond, role: .emphasis, label: rank.network.label))
        ]
    }
}

extension FitPlot {
    /// What the budget gives, a row for each way to spend it and one for the network to take.
    private var alternatives: Figure {
        var rows: [(name: String, error: Estimate, symbol: Symbol, isFilled: Bool)] = [
            ("all three", fit.optimum.error, .circle, true)
        ]
        for alternative in fit.alternatives {
            let name = "\(alternative.axis) only, \(alternative.factor.digits(2))×"
            rows.append((name, alternative.error, .circle, alternative.isSampled))
        }
        if let rank = fit.recommended { rows.append((rank.network.label, rank.error, .diamond, true)) }
        let low = rows.map(\.error.low).min() ?? 0
        let high = rows.map(\.error.high).max() ?? 1
        let marks = rows.enumerated().flatMap { index, row -> [Mark] in
            let interval = [row.error.low, row.error.high].map { (100 * $0).digits(2) }.joined(separator: "–")
            let role: ColourRole = row.symbol == .diamond ? .emphasis : index == 0 ? .first : .muted
            let point = Point(row.error.value, Double(index), horizontal: row.error.low...row.error.high)
            return [
                .points(Points([point], symbol: row.symbol, isFilled: row.isFilled, role: role)),
                .text(
                    Text(
                        "\((100 * row.error.value).digits(2)) (\(interval))",
                        at: Position(row.error.high, Double(index)), side: .right, role: role)),
            ]
        }
        let isExtrapolated = fit.alternatives.contains { !$0.isSampled }
        return Figure(
            "alternatives",
            title: "What \(fit.budgetInWords) give, with 95 % intervals"
                + (isExtrapolated ? " (○ beyond what was sampled)" : ""),
            summary: "The error of each way to spend the budget.",
            x: Axis(
                "error", domain: low - 0.04 * (high - low)...high + 0.4 * (high - low), numbers: .percent),
            y: Axis("", scale: .categories(rows.map(\.name))), marks: marks)
    }
}
