// query --plot: what it goes with, and what it prints.

import ArgumentParser
import ResultStore

extension QueryCommand {
    /// Throws where a plot was asked for that is none.
    func checkPlot() throws {
        if format != .table {
            throw ValidationError(
                "--plot draws for a person, and --format \(format.rawValue) writes for a program; leave out one of them."
            )
        }
        let count = (pareto ?? "").split(separator: ",").count
        guard count == 2 else {
            throw ValidationError(
                "--plot has two axes, and --pareto names \(count == 0 ? "no column" : "\(count) column\(count == 1 ? "" : "s")"); "
                    + "name two, such as --pareto latency_ms,accuracy.")
        }
        if limit != nil || columns != nil {
            throw ValidationError(
                "--plot draws all rows over the two columns of --pareto; leave out --limit and --columns.")
        }
    }

    /// Draws the front.
    func printPlot(of query: Query, in store: TrialStore) throws {
        let figure = try FrontPlot(query, in: store).figure
        let none = "no \(table.rawValue) with both \(front.map(\.column).joined(separator: " and "))"
        try Output.print(figure.map { Terminal.text([$0]) } ?? none)
    }
}
