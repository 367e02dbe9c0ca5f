// Which of a network's counts a printed figure is.

import ArgumentParser
import Descriptions
import Networks
import Rendering

/// A printed figure beside everything that it may count.
struct MatchReport {
    private let network: Network
    private let figure: PrintedFigure
    private let counts: [NetworkCount]

    /// A report; throws where a count does not fit 64 bits.
    init(_ network: Network, _ figure: PrintedFigure) throws {
        self.network = network
        self.figure = figure
        counts = try network.counts().sorted { abs($0.excess(over: figure)) < abs($1.excess(over: figure)) }
    }

    private var rounded: [NetworkCount] { counts.filter { figure.isRounded(from: $0.value) } }

    /// The counts that give the figure; those that were cut off for it only where none was rounded.
    private var matching: [NetworkCount] {
        rounded.isEmpty ? counts.filter { figure.isCutOff(from: $0.value) } : rounded
    }

    /// The counts to print: all that match, or the nearest.
    private var rows: [NetworkCount] { matching.isEmpty ? Array(counts.prefix(4)) : matching }

    /// The report for people.
    var text: String {
        var table = TextTable([
            matching.isEmpty ? "nearest" : "matching", "count", "differs by", "counted so by",
        ])
        for count in rows {
            table.append([count.meaning, count.value.grouped, count.percent(over: figure), count.users])
        }
        let verdict =
            switch matching.count {
            case 0: "\(figure.text) is none of its counts."
            case 1: "\(figure.text) is one of its counts."
            case let number: "\(figure.text) is \(number) of its counts alike."
            }
        let manner = rounded.isEmpty && !matching.isEmpty ? " Its digits were cut off, not rounded." : ""
        let title = "\(network.architecture.name): \(network.dimensions.resolution) pixels"
        return [title, verdict + manner, "", table.rendered].joined(separator: "\n")
    }

    /// The report for programs.
    var markup: Markup {
        .block([
            ("network", .text(network.architecture.name)),
            ("resolution", .whole(network.dimensions.resolution)), ("figure", .text(figure.text)),
            ("matches", .list(matching.map { Markup.text($0.key) })),
            (
                "nearest",
                .list(
                    rows.map { count in
                        .block([
                            ("count", .text(count.key)), ("value", .whole(count.value)),
                            ("excess", .number(count.excess(over: figure))),
                        ])
                    })
            ),
        ])
    }
}

extension NetworkCount {
    /// By what part of the figure the count is more.
    fileprivate func excess(over figure: PrintedFigure) -> Double { Double(value) / figure.value - 1 }

    /// The same in percent, with its sign.
    fileprivate func percent(over figure: PrintedFigure) -> String {
        let excess = 100 * excess(over: figure)
        let digits = abs(excess).digits(2)
        return (digits == "0.00" ? "" : excess < 0 ? "-" : "+") + digits + " %"
    }
}

extension PrintedFigure: ExpressibleByArgument {
    /// The figure of a command line.
    package init?(argument: String) { self.init(argument) }
}
