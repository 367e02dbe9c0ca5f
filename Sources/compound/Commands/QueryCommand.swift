// compound query: past trials, filtered, sorted, printed.

import ArgumentParser
import Reports
import ResultStore
import Studies

/// Prints trials of the store.
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Filter, sort and print past trials.",
        discussion: """
            Columns are those of the view `trials`; `--columns all` shows them all, `--columns help` says \
            what each means. Latencies compare only between trials measured under equal conditions; latency_ratio is relative to the anchor network \
            timed beside each and holds between runs. Accuracies compare only within one training. \
            --reward-target adds the column reward, MnasNet's accuracy · (latency_ms / target)^w. \
            `--table rungs` asks for every rung that was trained instead, `--table epochs` for every epoch. \
            A front has complete trials only, unless --where speaks of the column state. Times are UTC, \
            as SQLite's own functions write them.

            A table leaves out columns that say nothing (φ of 1, one cost level or number of epochs \
            for all, …), then the least telling ones until it fits 100 characters, but none that --sort or \
            --pareto name. json and csv always have all columns.

            EXAMPLES
              compound query
              compound query --best
              compound query --where "macs < 800e6 and alpha >= 1.2" --sort latency_ratio --limit 5
              compound query --sort -macs --format csv --columns id,alpha,beta,gamma,macs,latency_ms
              compound query --pareto latency_ms,parameters --format json
              compound query --pareto accuracy,latency_ms
              compound query --pareto latency_ms,accuracy --plot
              compound query --where "measured_at > datetime('now', '-1 hour')"
              compound query --columns help
              compound query --store one.sqlite --store two.sqlite --best
              compound query --table conflicts --store all.sqlite
              compound query --reward-target 10 --sort -reward --limit 5
            """)

    @Option(
        help: "trials, rungs of their training, epochs of those, or conflicts that compound merge kept apart."
    )
    var table = Query.Table.trials

    @Option(help: ArgumentHelp("Keep trials for which this SQL expression holds.", valueName: "expression"))
    var `where`: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Sort by this column; -column puts the highest first.", valueName: "column"))
    var sort: [String] = []

    @Flag(help: "Print the trial that compound fit recommends, the answer above it.")
    var best = false

    @Option(help: ArgumentHelp("With --best: the study; the latest unless given.", valueName: "id"))
    var study: String?

    @Option(help: ArgumentHelp("Print at most so many trials.", valueName: "n"))
    var limit: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Keep trials that none beats in all these columns; lower is better, but for accuracy and reward; "
                + "-column and +column say higher and lower.",
            valueName: "x,y"))
    var pareto: String?

    @Option(help: ArgumentHelp("Add the column reward for this latency in milliseconds.", valueName: "ms"))
    var rewardTarget: Double?

    @Option(
        help: ArgumentHelp("The reward's exponent w; -0.07 unless given.", valueName: "w"))
    var rewardExponent: Double?

    @Option(help: ArgumentHelp("Columns to print, all, or help for what they mean.", valueName: "a,b"))
    var columns: String?

    @OptionGroup var store: ReadStoreOptions

    @Option(help: "table, json or csv.")
    var format = QueryFormat.table

    @Flag(help: "Draw the front of two columns in the terminal, the first to the right.")
    var plot = false

    func validate() throws {
        if plot { try checkPlot() }
        try check("limit", limit, in: 1 ... .max)
        if best, `where` != nil || !sort.isEmpty || pareto != nil || limit != nil || table != .trials {
            throw ValidationError(
                "--best prints the one trial that the fit recommends; leave out --table, --where, --sort, --pareto and --limit."
            )
        }
        if study != nil, !best {
            throw ValidationError("--study goes with --best; filter with --where \"study_name = '…'\".")
        }
        try check("reward-target", rewardTarget, in: Reward.targetRange)
        try check("reward-exponent", rewardExponent, in: Reward.exponentRange)
        let named = (order + front).map(\.column) + (columns?.split(separator: ",").map(String.init) ?? [])
        let isRewarded = rewardExponent != nil || named.contains(Reward.column)
        if table != .trials, isRewarded || rewardTarget != nil {
            throw ValidationError(
                "the reward weighs accuracy against latency, which trials have and \(table.rawValue) do not; "
                    + "leave out --table \(table.rawValue).")
        }
        if isRewarded, rewardTarget == nil {
            throw ValidationError(
                "the reward needs a latency to compare with; give --reward-target in milliseconds.")
        }
    }

    func run() throws {
        if columns == "help" { return try Output.print(format.render(table.legend)) }
        let page = try store.names.count == 1 ? StoredPage(ifPage: store.names[0]) : nil
        let store = try page?.store ?? store.open()
        let query = Query(
            table, columns: try chosenColumns(of: store), filter: try filter(in: store, page), sort: order,
            pareto: front,
            limit: limit, reward: reward)
        if plot { return try printPlot(of: query, in: store) }
        let found = try store.query(query)
        try Output.print(format.render(columns == nil && format == .table ? shortened(found) : found))
    }

    /// The condition that rows are to meet; the answer's trial alone with --best.
    private func filter(in store: TrialStore, _ page: StoredPage?) throws -> String? {
        guard best else { return `where` }
        if let page { return try page.filter(ofAnswer: study) }
        guard let answered = try AnsweredTrial(study, in: store) else {
            throw OutputError(
                "\(store.file): nothing is recommended, since \(study.map { "study '\($0)'" } ?? "the latest study") has "
                    + "too few accuracies for a fit; --sort latency_ratio --limit 1 prints the fastest trial."
            )
        }
        Output.note(answered.sentence.wrapped(to: 100))
        return "id = \(answered.record.id)"
    }

    /// A table that nobody chose columns for, as narrow as a terminal.
    private func shortened(_ found: ResultTable) -> ResultTable {
        found.withoutTheUsual(of: table).fitting(of: table, keeping: asked)
    }

    private var order: [ColumnOrder] { sort.map { ColumnOrder($0) } }

    var front: [ColumnOrder] {
        (pareto?.split(separator: ",") ?? []).map { ColumnOrder(better: String($0)) }
    }

    private var reward: Reward? {
        guard let rewardTarget else { return nil }
        var reward = Reward(target: rewardTarget)
        if let rewardExponent { reward.exponent = rewardExponent }
        return reward
    }

    /// A table shows what fits a terminal, the other formats everything, unless columns are named.
    private func chosenColumns(of store: TrialStore) throws -> [String] {
        switch columns {
        case "all": []
        case .some(let names): names.split(separator: ",").map(String.init)
        case nil where format != .table: []
        case nil:
            // A page keeps the columns that it had room for.
            try usualColumns.filter(Set(store.columns(of: table) + [Reward.column]).contains)
        }
    }

    /// The columns that the order, the front or the reward speaks of.
    private var asked: [String] {
        (order + front).map(\.column) + (reward == nil ? [] : ["accuracy", Reward.column])
    }

    /// The usual columns, and those that were asked for, before the last.
    private var usualColumns: [String] {
        var usual = table.usualColumns
        for column in asked where !usual.contains(column) { usual.insert(column, at: usual.count - 1) }
        return usual
    }
}

extension Query.Table: ExpressibleByArgument {}

/// Table for people, JSON and CSV for programs.
enum QueryFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case csv

    /// The trials in this format.
    func render(_ table: ResultTable) -> String {
        switch self {
        case .table: table.text
        case .json: table.markup.json
        case .csv: table.csv
        }
    }
}
