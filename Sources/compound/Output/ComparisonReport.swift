// Two networks side by side, for people and for programs.

import CompoundSearch
import Measurements
import Networks
import Rendering
import ResultStore
import Studies

/// What differs between two networks.
struct ComparisonReport {
    /// Both networks measured in turns: the second's latency, with the first in the place of the anchor.
    struct Timing {
        let latency: Latency
        let conditions: Conditions
    }

    private let comparison: NetworkComparison
    private let timing: Timing?

    /// A report.
    init(_ comparison: NetworkComparison, timing: Timing?) {
        self.comparison = comparison
        self.timing = timing
    }

    private var names: [String] { [comparison.first, comparison.second].map { $0.name.shortened(to: 32) } }

    /// Costs in a table, then latency, accuracy and blocks.
    var text: String {
        var parts = [costs.rendered, ([latencyLine] + timingLines).joined(separator: "\n"), accuracyLines]
        if comparison.isSame {
            parts.append("both are the same network.")
        } else if comparison.blocks.isEmpty {
            parts.append("all blocks have the same layers; only the images differ in size.")
        } else {
            parts.append(blocks)
        }
        return parts.joined(separator: "\n\n")
    }

    private typealias Row = (key: String, first: Int, second: Int, show: (Int) -> String)

    private var rows: [Row] {
        let (a, b) = (comparison.first.network, comparison.second.network)
        let plain = { (number: Int) in number.grouped }
        let rows: [Row] = [
            ("resolution", a.dimensions.resolution, b.dimensions.resolution, plain),
            ("blocks", a.dimensions.blocks, b.dimensions.blocks, plain),
            ("macs", a.cost.macs.value, b.cost.macs.value, { $0.short }),
            ("parameters", a.cost.parameters.value, b.cost.parameters.value, { $0.short }),
            ("activations", a.cost.activations.value, b.cost.activations.value, { $0.short }),
            ("weight_bytes", a.cost.weightBytes.value, b.cost.weightBytes.value, { $0.bytes }),
            (
                "peak_activation_bytes", a.cost.peakActivationBytes.value, b.cost.peakActivationBytes.value,
                { $0.bytes }
            ),
            ("norm_elements", a.cost.normElements.value, b.cost.normElements.value, { $0.short }),
            ("bias_adds", a.cost.biasAdds.value, b.cost.biasAdds.value, { $0.short }),
        ]
        return rows
    }

    private var costs: TextTable {
        var table = TextTable(["", names[0], names[1], "×"])
        for row in rows {
            table.append([
                row.key, row.show(row.first), row.show(row.second),
                row.first == 0 ? "" : (Double(row.second) / Double(row.first)).digits(3),
            ])
        }
        return table
    }

    private var latencyLine: String {
        guard let (first, second) = comparison.latencies, let ratio = second.ratio(to: first) else {
            let remedy = timing == nil ? "; --time measures both" : ""
            return "latency: not compared, since \(comparison.latencyRefusal)\(remedy)."
                .wrapped(to: 100)
        }
        let milliseconds = [first, second].compactMap { $0.evaluation.latency?.median.digits(3) }
        let origin = first.conditions.origin.rawValue
        return
            ("latency: \(milliseconds.joined(separator: " → ")) ms, \(Self.text(ratio)), \(origin) on "
            + first.conditions.inWords).wrapped(to: 100)
    }

    private var timingLines: [String] {
        guard let timing else { return [] }
        let latency = timing.latency
        let ratio = (value: latency.ratio, halfWidth: latency.ratioHalfWidth)
        return [
            ("timed now: \(latency.anchor.digits(3)) → \(latency.median.digits(3)) ms, \(Self.text(ratio)), in turns on "
                + timing.conditions.inWords).wrapped(to: 100)
        ]
    }

    private static func text(_ ratio: (value: Double, halfWidth: Double)) -> String {
        "×\(ratio.value.digits(4))" + (ratio.halfWidth.isFinite ? " ± \(ratio.halfWidth.digits(4))" : "")
    }

    private var accuracyLines: String {
        switch comparison.accuracies {
        case .failure(let reason): return "accuracy: not compared, since \(reason).".wrapped(to: 100)
        case .success(let found):
            func percent(_ share: Double) -> String { (100 * share).digits(2) }
            let interval = found.halfWidth.map { " ± \(percent($0))" } ?? ""
            let sign = found.difference < 0 ? "" : "+"
            let verdict =
                found.halfWidth.map { half in
                    abs(found.difference) <= half ? "; the two cannot be told apart" : ""
                } ?? ""
            return
                ("accuracy: \(percent(found.first)) → \(percent(found.second)) %, difference \(sign)"
                + "\(percent(found.difference))\(interval) points (\(found.basis.inWords)), after \(found.epochs) epoch"
                + "\(found.epochs == 1 ? "" : "s") on \(found.training.trainer)\(verdict).").wrapped(to: 100)
        }
    }

    private var blocks: String {
        var table = TextTable(["block", "\(names[0]) → \(names[1])"])
        for block in comparison.blocks {
            let lines = block.changes.map(\.text).joined(separator: ", ").wrapped(to: 80)
                .split(separator: "\n")
            for (index, line) in lines.enumerated() {
                table.append([index == 0 ? block.name : "", String(line)])
            }
        }
        return table.rendered
    }

    /// All of it as an object.
    var markup: Markup {
        .block([
            ("first", network(comparison.first)), ("second", network(comparison.second)),
            ("is_same", .literal("\(comparison.isSame)")), ("latency", latencyMarkup),
            ("timing", timingMarkup), ("accuracy", accuracyMarkup),
            (
                "blocks",
                .list(
                    comparison.blocks.map { block in
                        .row([
                            ("first", .text(block.first)), ("last", .text(block.last)),
                            ("changes", .list(block.changes.map(Self.markup))),
                        ])
                    })
            ),
        ])
    }

    private static func markup(_ change: LayerChange) -> Markup {
        .row([
            ("part", .text(change.part)), ("from", change.from.map { .text($0) } ?? .literal("null")),
            ("to", change.to.map { .text($0) } ?? .literal("null")),
        ])
    }

    private func network(_ compared: ComparedNetwork) -> Markup {
        .block(
            [
                ("name", .text(compared.name)), ("network_hash", .text(compared.network.contentHash)),
                ("resolution", .whole(compared.network.dimensions.resolution)),
                ("blocks", .whole(compared.network.dimensions.blocks)),
            ] + NetworkReport.members(of: compared.network.cost))
    }

    private var latencyMarkup: Markup {
        guard let (first, second) = comparison.latencies, let ratio = second.ratio(to: first) else {
            return .block([("incomparable", .text(comparison.latencyRefusal))])
        }
        return .block([
            ("first_ms", .number(first.evaluation.latency?.median ?? .nan)),
            ("second_ms", .number(second.evaluation.latency?.median ?? .nan)),
            ("ratio", .number(ratio.value)), ("ratio_ci95", .number(ratio.halfWidth)),
            ("latency_origin", .word(first.conditions.origin)),
            ("measurement_set", .whole(first.measurementSet)),
        ])
    }

    private var timingMarkup: Markup {
        guard let timing else { return .literal("null") }
        return .block([
            ("first_ms", .number(timing.latency.anchor)), ("second_ms", .number(timing.latency.median)),
            ("ratio", .number(timing.latency.ratio)), ("ratio_ci95", .number(timing.latency.ratioHalfWidth)),
            ("instruction_set", .text(timing.conditions.instructionSet)),
            ("threads", .whole(timing.conditions.threads)), ("batch", .whole(timing.conditions.batch)),
        ])
    }

    private var accuracyMarkup: Markup {
        switch comparison.accuracies {
        case .failure(let reason): return .block([("incomparable", .text("\(reason)"))])
        case .success(let found):
            return .block([
                ("first", .number(found.first)), ("second", .number(found.second)),
                ("difference", .number(found.difference)),
                ("difference_ci95", .number(found.halfWidth ?? .nan)), ("basis", .text(found.basis.inWords)),
                ("epochs", .whole(found.epochs)), ("trainer", .text(found.training.trainer)),
            ])
        }
    }
}

extension AccuracyDifference.Basis {
    /// What the interval is from, in words.
    fileprivate var inWords: String {
        switch self {
        case .pairedSeeds(let count): "\(count) seeds of both, paired"
        case .separateSeeds(let first, let second): "\(first) and \(second) seeds, none in common"
        case .images(let count): "one run each on \(count.grouped) images, other seeds left out"
        case .unknown: "one run each, no interval"
        }
    }
}

extension Conditions {
    /// What figures depend on, in words.
    fileprivate var inWords: String {
        "\(machine.processor), \(instructionSet), \(threads) thread\(threads == 1 ? "" : "s"), batch \(batch)"
    }
}

extension String {
    /// At most so many characters, the end of longer ones replaced.
    fileprivate func shortened(to count: Int) -> String {
        self.count <= count ? self : prefix(count - 1) + "…"
    }
}
