// compound query: past trials, filtered, sorted, printed.

import ArgumentParser
import ResultStore

/// Prints trials of the store.
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Filter, sort and print past trials.",
        discussion: """
            Columns are those of the view `trials`; `--columns all` shows them all. Latencies compare only \
            between trials measured under equal conditions; latency_ratio is relative to the anchor network \
            timed beside each and holds between runs. Accuracies compare only within one training. \
            --reward-target adds the column reward, MnasNet's accuracy · (latency_ms / target)^w. \
            `--table rungs` asks for every rung that was trained instead.

            EXAMPLES
              compound query
              compound query --where "macs < 800e6 and alpha >= 1.2" --sort latency_ratio --limit 5
              compound query --sort -macs --format csv --columns id,alpha,beta,gamma,macs,latency_ms
              compound query --pareto latency_ms,parameters --format json
              compound query --pareto accuracy,latency_ms
              compound query --table rungs --where "trial = 7"
              compound query --reward-target 10 --sort -reward --limit 5
            """)

    @Option(help: "trials, or rungs of their training.")
    var table = Query.Table.trials

    @Option(help: ArgumentHelp("Keep trials for which this SQL expression holds.", valueName: "expression"))
    var `where`: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Sort by this column; -column puts the highest first.", valueName: "column"))
    var sort: [String] = []

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
        parsing: .unconditional,
        help: ArgumentHelp("The reward's exponent w; -0.07 unless given.", valueName: "w"))
    var rewardExponent: Double?

    @Option(help: ArgumentHelp("Columns to print, or all.", valueName: "a,b"))
    var columns: String?

    @OptionGroup var store: StoreOptions

    @Option(help: "table, json or csv.")
    var format = QueryFormat.table

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit \(limit) leaves nothing; give 1 or more.") }
        if let rewardTarget, !(rewardTarget > 0 && rewardTarget.isFinite) {
            throw ValidationError(
                "--reward-target \(rewardTarget) is no latency; give milliseconds above 0.")
        }
        if let rewardExponent, !rewardExponent.isFinite {
            throw ValidationError("--reward-exponent \(rewardExponent) is no number; give one such as -0.07.")
        }
        let named = (order + front).map(\.column) + (columns?.split(separator: ",").map(String.init) ?? [])
        if rewardTarget == nil, rewardExponent != nil || named.contains(Reward.column) {
            throw ValidationError(
                "the reward needs a latency to compare with; give --reward-target in milliseconds.")
        }
    }

    func run() throws {
        let query = Query(
            table, columns: chosenColumns, filter: `where`, sort: order, pareto: front, limit: limit,
            reward: reward)
        let found = try TrialStore(path: store.store, access: .readOnly).query(query)
        try Output.print(format.render(columns == nil && format == .table ? found.withoutTheUsual : found))
    }

    private var order: [ColumnOrder] { sort.map { ColumnOrder($0) } }

    private var front: [ColumnOrder] {
        (pareto?.split(separator: ",") ?? []).map { ColumnOrder(better: String($0)) }
    }

    private var reward: Reward? {
        guard let rewardTarget else { return nil }
        var reward = Reward(target: rewardTarget)
        if let rewardExponent { reward.exponent = rewardExponent }
        return reward
    }

    /// A table shows what fits a terminal, the other formats everything, unless columns are named.
    private var chosenColumns: [String] {
        switch columns {
        case "all": []
        case .some(let names): names.split(separator: ",").map(String.init)
        case nil where format != .table: []
        case nil: table == .trials ? usualColumns : QueryCommand.rungColumns
        }
    }

    /// The usual columns, and those that the order or the front speaks of, before the last.
    private var usualColumns: [String] {
        var usual = QueryCommand.tableColumns
        let asked = (order + front).map(\.column) + (reward == nil ? [] : ["accuracy", Reward.column])
        for column in asked where !usual.contains(column) { usual.insert(column, at: usual.count - 1) }
        return usual
    }

    /// The columns of a table that nobody chose columns for.
    static let tableColumns = [
        "id", "alpha", "beta", "gamma", "phi", "resolution", "macs", "parameters", "latency_ms",
        "latency_ratio", "latency_origin", "cost_level", "accuracy", "accuracy_deviation", "accuracy_seeds",
        "accuracy_epochs", "accuracy_pretrain", "test_accuracy", "state",
    ]

    /// The columns of a table of rungs that nobody chose columns for.
    static let rungColumns = [
        "id", "trial", "cost_level", "alpha", "beta", "gamma", "phi", "phase", "seed", "epochs", "accuracy",
        "loss", "test_accuracy", "seconds", "images_per_second", "state", "reason",
    ]
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
