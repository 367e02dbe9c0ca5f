// Plots in the terminal: fronts of a query, the law of a fit.

import CompoundSearch
import Foundation
import Networks
import ResultStore
import Testing

@Suite struct Plots {
    /// A store of toy networks with the errors of a law.
    private func study(in scratch: Scratch) throws {
        let space = try scratch.toySpace(latency: .none, budget: "{macs: 4x, tolerance: 90%}")
        let search = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        try #require(search.status == 0, "\(search.errors)")
        let store = try TrialStore(path: scratch.path("t.sqlite"), access: .readOnly)
        let rows = try store.query(Query(columns: ["id", "alpha", "beta", "gamma"])).rows
        var accuracies: [Int: GivenAccuracy] = [:]
        for row in rows {
            guard case .integer(let id) = row[0] else { continue }
            let x = row.dropFirst().map { value in
                if case .real(let number) = value { log(number) } else { 0.0 }
            }
            let error = exp(-1.5 - 0.35 * x.reduce(0, +) + 0.3 * x.reduce(0) { $0 + $1 * $1 })
            accuracies[id] = GivenAccuracy(accuracy: 1 - error, deviation: 0.001, seeds: 2)
        }
        try giveAccuracies(accuracies, to: scratch.path("t.sqlite"))
    }

    @Test func aFrontIsDrawnOverItsTwoColumns() throws {
        let scratch = try Scratch()
        try study(in: scratch)

        let plot = try CompoundTool.run(
            "query", "--store", "t.sqlite", "--pareto", "macs,accuracy", "--plot", in: scratch)

        let json = try CompoundTool.run(
            "query", "--store", "t.sqlite", "--pareto", "macs,accuracy", "--format", "json", in: scratch)
        let front = try #require(try json.json() as? [[String: Any]])
        #expect(plot.status == 0, "\(plot.errors)")
        let lines = plot.output.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("\(front.count) of ") == true, "\(plot.output)")
        #expect(lines.first?.hasSuffix(" trials that none beats: lower macs, higher accuracy") == true)
        #expect(lines[1] == "accuracy")
        #expect(lines.last?.hasSuffix("macs") == true)
        #expect(lines.allSatisfy { $0.count <= 100 })
        #expect(plot.output.contains("● front") || plot.output.contains("front ●"), "\(plot.output)")
        #expect(plot.output.contains("○ beaten"))
        // No terminal reads it, so there are no colours.
        #expect(!plot.output.contains("\u{1B}"))
    }

    @Test func aFilterLeavesWhatItKeeps() throws {
        let scratch = try Scratch()
        try study(in: scratch)

        let one = try CompoundTool.run(
            "query", "--store", "t.sqlite", "--pareto", "macs,accuracy", "--where", "id = 1", "--plot",
            in: scratch)
        #expect(one.output.hasPrefix("1 of 1 trials that none beats"))
        let none = try CompoundTool.run(
            "query", "--store", "t.sqlite", "--pareto", "latency_ms,accuracy", "--plot", in: scratch)
        #expect(none.status == 0 && none.output == "no trials with both latency_ms and accuracy\n")
        let text = try CompoundTool.run(
            "query", "--store", "t.sqlite", "--pareto", "macs,network", "--plot", in: scratch)
        #expect(text.status == 1 && text.errors.contains("network"))
    }

    @Test func theLawIsDrawnWithTheBudgetsAlternatives() throws {
        let scratch = try Scratch()
        try study(in: scratch)

        let plot = try CompoundTool.run("fit", "--store", "t.sqlite", "--budget", "2x", "--plot", in: scratch)

        #expect(plot.status == 0, "\(plot.errors)")
        #expect(plot.output.hasPrefix("For 2× the macs, trained for 2 epochs, take trial:"))
        for words in [
            "Error after 2 epochs by macs, with the 95 % band of all three", "macs over the baseline's (×)",
            "error (%)", "○ trained", "all three", "depth only", "width only", "resolution only", "budget",
            "What 2× the macs give, with 95 % intervals",
        ] {
            #expect(plot.output.contains(words), "\(words)\n\(plot.output)")
        }
        #expect(plot.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(!plot.output.contains("\u{1B}"))
    }

    @Test(arguments: [
        (["query", "--plot"], "--pareto names no column"),
        (["query", "--plot", "--pareto", "macs"], "--pareto names 1 column;"),
        (["query", "--plot", "--pareto", "macs,accuracy,latency_ms"], "--pareto names 3 columns;"),
        (
            ["query", "--plot", "--pareto", "macs,accuracy", "--format", "json"],
            "--format json writes for a program"
        ),
        (
            ["query", "--plot", "--pareto", "macs,accuracy", "--format", "csv"],
            "--format csv writes for a program"
        ),
        (
            ["query", "--plot", "--pareto", "macs,accuracy", "--limit", "3"],
            "leave out --limit and --columns"
        ),
        (["query", "--plot", "--best"], "--pareto names no column"),
        (["fit", "--plot", "--format", "json"], "--format json writes for a program"),
        (["fit", "--plot", "--format", "yaml"], "--format yaml writes for a program"),
    ])
    func whatIsNoPlotIsABadArgument(_ arguments: [String], _ reason: String) throws {
        let scratch = try Scratch()
        let result = try CompoundTool.run(arguments, in: scratch)
        #expect(result.status == 64)
        #expect(result.errors.contains(reason), "\(result.errors)")
    }
}
