// A network's cost by the conventions that publications call FLOPs, its parameters by their countings, and which
// conventions each printed figure follows.

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
        let tables = [title, "", counts.rendered, "", try parameterTable().rendered]
        if figures.isEmpty { return tables.joined(separator: "\n") }
        var published = TextTable(["published", "by", "follows"])
        for figure in figures {
            let following = try figure.conventions(of: network).map(\.meaning)
            published.append([
                figure.billions + " G", figure.source,
                following.isEmpty ? "none of these" : following.joined(separator: ", "),
            ])
        }
        return (tables + ["", published.rendered]).joined(separator: "\n")
    }

    private func parameterTable() throws -> TextTable {
        var table = TextTable(["parameters", "count", "", "counted so by"])
        for count in ParameterCount.allCases {
            let parameters = try network.parameters(by: count)
            table.append([count.meaning, parameters.grouped, parameters.short, count.users])
        }
        return table
    }

    /// The report for programs.
    func markup() throws -> Markup {
        let conventions = try FlopConvention.allCases.map { convention in
            (key: convention.rawValue, value: Markup.whole(try network.flops(by: convention)))
        }
        let parameters = try ParameterCount.allCases.map { count in
            (key: count.rawValue, value: Markup.whole(try network.parameters(by: count)))
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
            ("parameters", .block(parameters)), ("published", .list(published)),
        ])
    }
}
