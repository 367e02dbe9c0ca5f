// A network's cost by the five conventions that publications call FLOPs, and which of them each printed
// figure follows.

import Descriptions
import Networks
import Rendering

/// The cost of one network as others count it.
struct ConventionReport {
    private let network: Network

    /// A report.
    init(_ network: Network) { self.network = network }

    /// The report for people.
    func text() throws -> String {
        let architecture = network.architecture
        var counts = TextTable(["convention", "operations", "", "counted so by"])
        for convention in FlopConvention.allCases {
            let flops = try network.flops(by: convention)
            counts.append([convention.meaning, flops.grouped, flops.short, convention.users])
        }
        let title = "\(architecture.name): \(network.dimensions.resolution) pixels"
        let figures = PublishedFigure.figures(for: network)
        if figures.isEmpty { return [title, "", counts.rendered].joined(separator: "\n") }
        var published = TextTable(["published", "by", "follows"])
        for figure in figures {
            let following = try figure.conventions(of: network).map(\.meaning)
            published.append([
                figure.billions + " G", figure.source,
                following.isEmpty ? "none of the five" : following.joined(separator: ", "),
            ])
        }
        return [title, "", counts.rendered, "", published.rendered].joined(separator: "\n")
    }

    /// The report for programs.
    func markup() throws -> Markup {
        let conventions = try FlopConvention.allCases.map { convention in
            (key: convention.rawValue, value: Markup.whole(try network.flops(by: convention)))
        }
        let published = try PublishedFigure.figures(for: network).map { figure in
            Markup.block([
                ("source", .text(figure.source)), ("billions", .literal(figure.billions)),
                ("follows", .list(try figure.conventions(of: network).map { Markup.word($0) })),
            ])
        }
        return .block([
            ("network", .text(network.architecture.name)),
            ("resolution", .whole(network.dimensions.resolution)), ("conventions", .block(conventions)),
            ("published", .list(published)),
        ])
    }
}
