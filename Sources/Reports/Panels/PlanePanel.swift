// How the budget can be shared out, and what the law says of every way to do so.

import CompoundSearch
import Figures
import Foundation
import Networks
import Rendering

extension PanelKind {
    static let plane = PanelKind("plane", figures: ["plane"]) { findings in
        let title = "How the budget is shared out"
        guard let law = findings.answer.law else {
            return .absent(
                "plane", title,
                because: findings.hasAccuracies
                    ? "The plane needs a scaling law, and these runs allow none yet."
                    : "The plane needs accuracies: add 'accuracy:' to the space, and search again.")
        }
        let fit = law.document.fit
        var panel = Panel(identifier: "plane", title: title)
        panel.caption =
            [
                "Each point of the triangle is another way to spend \(fit.budgetInWords); at a corner one dimension takes all of it. "
                    + "Lines join points of equal predicted error and end where nothing was trained.",
                "Shaded is where each share lies within its 95 % interval"
                    + (fit.tellsNothing
                        ? ", which is all of it: these runs do not tell where to spend." : "."),
                "Points are the networks that were trained at this cost.",
            ].sentences
        panel.figures = [figure(law, findings)]
        panel.table = table(fit)
        return panel
    }

    private static func figure(_ law: LawFindings, _ findings: StudyFindings) -> Figure {
        let fit = law.document.fit
        let plot = TernaryPlot("depth", "width", "resolution")
        func error(_ shares: [Double]) -> Double {
            for (share, range) in zip(shares, fit.shareRanges)
            where share < range.lowerBound - 1e-9 || share > range.upperBound + 1e-9 {
                return .nan
            }
            var point = SIMD3<Double>()
            for axis in 0..<3 {
                point[axis] = shares[axis] * log(fit.options.budget) / fit.cost.exponents[axis]
            }
            return exp(fit.surface.value(at: point))
        }
        var marks: [Mark] = []
        let region = polygon(fit.optimum.shares.map { $0.low...max($0.low, $0.high) })
        if region.count > 2 {
            marks.append(.region(Region(region.map(plot.position), role: .emphasis)))
        }
        for (level, label) in levels(error) {
            let lines = plot.contours(at: level, divisions: 30, of: error).sorted { $0.count > $1.count }
            for (index, line) in lines.enumerated() {
                marks.append(
                    .line(Line(line, weight: .thin, role: .first, label: index == 0 ? label : nil)))
            }
        }
        let networks = law.networks.filter {
            abs($0.costRatio / fit.options.budget - 1) <= fit.options.tolerance && $0.trial != law.trial
        }
        func point(_ network: LawFindings.TrainedNetwork, label: String? = nil) -> Point {
            let logarithms = network.scale.logarithms
            let position = plot.position(
                (0..<3).map { max(0, fit.cost.exponents[$0] * logarithms[$0]) })
            let trial = findings.trial(network.trial)
            return Point(
                position.x, position.y, identifier: trial?.key, hover: trial.flatMap(findings.hover),
                label: label)
        }
        marks.append(.points(Points(networks.map { point($0) }, isFilled: false, role: .first)))
        if let chosen = law.networks.first(where: { $0.trial == law.trial }) {
            marks.append(
                .points(
                    Points(
                        [point(chosen, label: findings.chosen?.name)], symbol: .diamond, role: .emphasis)))
        }
        let optimum = plot.position(fit.optimum.shares.map(\.value))
        marks.append(
            .points(
                Points(
                    [Point(optimum.x, optimum.y, hover: "where the law is lowest", label: "lowest")],
                    symbol: .cross, role: .emphasis)))
        let shares = fit.optimum.shares.map { $0.value.percent(0) }
        return plot.figure(
            "plane", title: "Shares of the budget",
            summary:
                "The law is lowest where depth takes \(shares[0]), width \(shares[1]) and resolution \(shares[2]) of log(cost).",
            marks: marks)
    }

    /// A few errors between the lowest and the highest within the triangle, with their labels.
    private static func levels(_ error: ([Double]) -> Double) -> [(Double, String)] {
        var values: [Double] = []
        for first in 0...20 {
            for second in 0...(20 - first) {
                let value = error(
                    [Double(first), Double(second), Double(20 - first - second)].map { $0 / 20 })
                if value.isFinite { values.append(value) }
            }
        }
        guard let low = values.min(), let high = values.max(), high > low * 1.000_1 else { return [] }
        return (1...5).map { step in
            let level = low * pow(high / low, Double(step) / 6)
            return (level, level.percent(high / low > 1.3 ? 1 : 2))
        }
    }

    /// The corners of what three intervals of shares leave of the triangle.
    private static func polygon(_ ranges: [ClosedRange<Double>]) -> [[Double]] {
        var corners: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        for axis in 0..<3 {
            corners = clipped(corners) { $0[axis] - ranges[axis].lowerBound }
            corners = clipped(corners) { ranges[axis].upperBound - $0[axis] }
        }
        return corners
    }

    /// The part of a convex polygon where a linear function is not negative (Sutherland & Hodgman 1974).
    private static func clipped(_ corners: [[Double]], by distance: ([Double]) -> Double) -> [[Double]] {
        var kept: [[Double]] = []
        for (index, corner) in corners.enumerated() {
            let next = corners[(index + 1) % corners.count]
            let (here, there) = (distance(corner), distance(next))
            if here >= 0 { kept.append(corner) }
            if here * there < 0 {
                kept.append(zip(corner, next).map { $0 + ($1 - $0) * here / (here - there) })
            }
        }
        return kept
    }

    private static func table(_ fit: ScalingFit) -> PanelTable {
        var table = PanelTable([
            "", "best", "from", "to", "share of log(cost) %", "from", "to", "possible from", "to",
        ])
        for axis in ScalingAxis.allCases {
            let (factor, share) = (
                fit.optimum.coefficients[axis.rawValue], fit.optimum.shares[axis.rawValue]
            )
            let range = fit.shareRanges[axis.rawValue]
            table.append(
                [
                    "\(axis.letter) \(axis)", factor.value.digits(3), factor.low.digits(3),
                    factor.high.digits(3),
                ]
                    + [share.value, share.low, share.high, range.lowerBound, range.upperBound].map {
                        (100 * $0).digits(0)
                    })
        }
        return table
    }
}
