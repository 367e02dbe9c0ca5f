// The studies of a store, for people and for programs.

import CompoundSearch
import Rendering
import ResultStore
import Studies

/// A row for each study.
struct StudiesReport {
    private let overviews: [StudyOverview]
    private let store: String

    /// A report.
    init(_ overviews: [StudyOverview], store: String) {
        self.overviews = overviews
        self.store = store
    }

    /// All columns of all studies.
    var table: ResultTable {
        ResultTable(
            columns: [
                "name", "study", "baseline", "state", "networks_left", "runs_left", "strategy", "seed",
                "networks", "rejected", "failed", "set_aside", "runs", "best", "is_recommended", "processors",
                "trained_on", "versions", "created_at", "last_at",
            ],
            rows: overviews.map { overview in
                let (record, tally) = (overview.record, overview.tally)
                return [
                    .text(record.name), .text(record.id), overview.baseline.map { .text($0) } ?? .null,
                    .text(overview.state.rawValue), overview.remainder.map { .integer($0.networks) } ?? .null,
                    overview.remainder.map { .integer($0.runs) } ?? .null, .text(record.strategy.rawValue),
                    Int(exactly: record.seed).map { .integer($0) } ?? .text("\(record.seed)"),
                    .integer(tally.complete + tally.rejected + tally.failed),
                    .integer(tally.rejected), .integer(tally.failed), .integer(tally.setAside),
                    .integer(tally.runs), overview.best.map { .integer($0) } ?? .null,
                    .integer(overview.isRecommended ? 1 : 0), .text(tally.machines.joined(separator: ", ")),
                    .text(tally.trainers.joined(separator: ", ")),
                    .text(tally.versions.joined(separator: ", ")), .text(record.createdAt),
                    .text(tally.lastAt),
                ]
            })
    }

    /// An object for each study.
    var markup: Markup { table.markup }

    /// A table that fits a terminal, and below it what no column has room for; a sentence where there is no study.
    var text: String {
        guard !overviews.isEmpty else {
            return "\(store) holds no study yet; run compound search first."
        }
        var columns = ["study", "id", "baseline", "state", "strategy", "networks", "runs", "best", "last"]
        let names = overviews.map(\.record.name)
        if Set(names).count == names.count { columns.removeAll { $0 == "id" } }
        var rendered = rendered(columns)
        for spare in ["baseline", "strategy", "last"] {
            if rendered.split(separator: "\n").allSatisfy({ $0.count <= 100 }) { break }
            columns.removeAll { $0 == spare }
            rendered = self.rendered(columns)
        }
        return rendered + "\n\n" + surroundings.joined(separator: "\n")
    }

    private func rendered(_ columns: [String]) -> String {
        var table = TextTable(columns)
        for overview in overviews { table.append(columns.map { overview.cell($0) }) }
        return table.rendered
    }

    /// Where and on what the studies were searched, once for all that agree.
    private var surroundings: [String] {
        var lines: [(text: String, names: [String])] = []
        for overview in overviews {
            let tally = overview.tally
            let text = [
                tally.machines.joined(separator: " and "), tally.trainers.joined(separator: " and "),
                "compound " + tally.versions.joined(separator: ", "),
            ].filter { !$0.isEmpty }.joined(separator: "; ")
            if let index = lines.firstIndex(where: { $0.text == text }) {
                lines[index].names.append(overview.record.name)
            } else {
                lines.append((text, [overview.record.name]))
            }
        }
        if lines.count == 1 { return [lines[0].text.wrapped(to: 100)] }
        return lines.map { line in
            var seen: Set<String> = []
            let names = line.names.filter { seen.insert($0).inserted }
            return (names.joined(separator: ", ") + ": " + line.text).wrapped(to: 100)
        }
    }
}

extension StudyOverview {
    /// What a table shows in a column.
    fileprivate func cell(_ column: String) -> String {
        switch column {
        case "study": record.name
        case "id": record.id
        case "baseline": baseline ?? ""
        case "state": stateInWords
        case "strategy": record.strategy.rawValue
        case "networks": "\(tally.complete + tally.rejected + tally.failed)"
        case "runs": "\(tally.runs)"
        case "best": best.map { "trial:\($0)" } ?? ""
        default: String(tally.lastAt.prefix(16))
        }
    }

    /// The state with what is left: networks to evaluate, runs of training at most.
    private var stateInWords: String {
        guard let remainder, !remainder.isNothing else { return state.rawValue }
        let left = [(remainder.networks, "network"), (remainder.runs, "run")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return "\(state.rawValue), \(left.joined(separator: " and ")) left"
    }
}
