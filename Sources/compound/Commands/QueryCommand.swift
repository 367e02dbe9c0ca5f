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
            timed beside each and holds between runs.

            EXAMPLES
              compound query
              compound query --where "macs < 800e6 and alpha >= 1.2" --sort latency_ratio --limit 5
              compound query --sort macs:desc --format csv --columns id,alpha,beta,gamma,macs,latency_ms
              compound query --pareto latency_ms,parameters --format json
            """)

    @Option(help: ArgumentHelp("Keep trials for which this SQL expression holds.", valueName: "expression"))
    var `where`: String?

    @Option(help: ArgumentHelp("Sort by this column; column:desc reverses.", valueName: "column"))
    var sort: [String] = []

    @Option(help: ArgumentHelp("Print at most so many trials.", valueName: "n"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "Keep trials that none beats in all these columns; lower is better, -column the reverse.",
            valueName: "x,y"))
    var pareto: String?

    @Option(help: ArgumentHelp("Columns to print, or all.", valueName: "a,b"))
    var columns: String?

    @OptionGroup var store: StoreOptions

    @Option(help: "table, json or csv.")
    var format = QueryFormat.table

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit \(limit) leaves nothing; give 1 or more.") }
    }

    func run() throws {
        var query = Query()
        query.filter = `where`
        query.sort = sort.map {
            $0.hasSuffix(":desc") ? .init(String($0.dropLast(5)), descending: true) : .init($0)
        }
        query.limit = limit
        query.pareto = pareto?.split(separator: ",").map(String.init) ?? []
        query.columns = chosenColumns
        let table = try ResultStore(path: store.store, access: .readOnly).query(query)
        try Output.print(format.render(table))
    }

    /// A table shows what fits a terminal, the other formats everything, unless columns are named.
    private var chosenColumns: [String]? {
        switch columns {
        case "all": nil
        case .some(let names): names.split(separator: ",").map(String.init)
        case nil: format == .table ? QueryCommand.tableColumns : nil
        }
    }

    /// The columns of a table that nobody chose columns for.
    static let tableColumns = [
        "id", "alpha", "beta", "gamma", "phi", "blocks", "resolution", "macs", "parameters", "latency_ms",
        "latency_ratio", "state",
    ]
}

/// Table for people, JSON and CSV for programs.
enum QueryFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case csv

    /// The trials in this format.
    func render(_ table: ResultTable) -> String {
        switch self {
        case .table:
            guard !table.rows.isEmpty else { return "no trials" }
            var text = TextTable(table.columns)
            for row in table.rows { text.append(zip(table.columns, row).map { $1.short(column: $0) }) }
            return text.rendered
        case .json:
            return JSONValue.array(
                table.rows.map { row in .object(zip(table.columns, row).map { ($0, $1.json) }) }
            ).rendered
        case .csv:
            let rows = [table.columns] + table.rows.map { $0.map(\.text) }
            return rows.map { $0.map(QueryFormat.quoted).joined(separator: ",") }.joined(separator: "\n")
        }
    }

    /// A field as RFC 4180 has it.
    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { "\",\n\r".contains($0) }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}

extension ResultValue {
    /// The value for a program.
    var json: JSONValue {
        switch self {
        case .null: .null
        case .integer(let integer): .integer(Int(integer))
        case .real(let number): .number(number)
        case .text(let text): .text(text)
        }
    }

    /// The value in full.
    var text: String {
        switch self {
        case .null: ""
        case .integer(let integer): "\(integer)"
        case .real(let number): "\(number)"
        case .text(let text): text
        }
    }

    /// The value as it reads well in a table.
    func short(column: String) -> String {
        switch self {
        case .integer(let integer) where column == "id" || abs(integer) < 100_000: "\(integer)"
        case .integer(let integer): Int(integer).short
        case .real(let number) where column.contains("_ms"): number.digits(3)
        case .real(let number): number.coefficient
        default: text
        }
    }
}
