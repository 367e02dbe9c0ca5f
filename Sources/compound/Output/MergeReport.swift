// What a merging did: counts of rows, and of files of weights.

import Rendering
import ResultStore
import Studies

/// The counts of a merging.
struct MergeReport {
    private let summary: MergeSummary
    private let copies: WeightsCopies
    private let target: String
    private let sources: [String]

    /// A report.
    init(_ summary: MergeSummary, _ copies: WeightsCopies, target: String, sources: [String]) {
        self.summary = summary
        self.copies = copies
        self.target = target
        self.sources = sources
    }

    /// A table of what was found, and a sentence.
    var text: String {
        var table = TextTable(["rows", "added", "known", "kept apart"])
        for rows in summary.rows where rows.added + rows.known + rows.apart > 0 {
            table.append([rows.words, "\(rows.added)", "\(rows.known)", "\(rows.apart)"])
        }
        let files = copies.copied + copies.known
        if files > 0 { table.append(["files of weights", "\(copies.copied)", "\(copies.known)", "0"]) }
        let sentence =
            summary.added + summary.apart + copies.copied == 0
            ? "\(target) had all of it already."
            : "\(target) has all of \(sources.joined(separator: ", ")); compound query --store \(target) reads it."
        return table.rendered + "\n\n" + sentence.wrapped(to: 100)
    }

    /// What a person should know beyond the counts.
    var notes: [String] {
        var notes: [String] = []
        if summary.apart > 0 {
            notes.append(
                "note: \(summary.apart) row\(summary.apart == 1 ? "" : "s") differ from an earlier record of the same thing, "
                    + "which counts; compound query --store \(target) --table conflicts shows them.")
        }
        if let (old, new) = summary.renumbered.min(by: { $0.key < $1.key }) {
            notes.append(
                "note: trials are numbered by the time of their recording, and \(summary.renumbered.count) of \(target) have "
                    + "another number now: trial:\(old) is trial:\(new).")
        }
        if let first = copies.missing.first {
            notes.append(
                "note: \(copies.missing.count) file\(copies.missing.count == 1 ? "" : "s") of weights of finished runs "
                    + "lie beside none of the stores, the first \(first); copy STORE.weights beside its store and merge again."
            )
        }
        for moved in copies.moved {
            notes.append("note: weights of a run that counts no more are kept as \(moved).")
        }
        return notes
    }

    /// The same for programs.
    var markup: Markup {
        .block([
            ("into", .text(target)), ("sources", .list(sources.map { .text($0) })),
            (
                "rows",
                .list(
                    summary.rows.map { rows in
                        .block([
                            ("kind", .text(rows.words)), ("added", .whole(rows.added)),
                            ("known", .whole(rows.known)), ("kept_apart", .whole(rows.apart)),
                        ])
                    })
            ),
            ("renumbered_trials", .whole(summary.renumbered.count)),
            (
                "weights",
                .block([
                    ("copied", .whole(copies.copied)), ("bytes", .whole(copies.bytes)),
                    ("known", .whole(copies.known)), ("missing", .list(copies.missing.map { .text($0) })),
                    ("moved", .list(copies.moved.map { .text($0) })),
                ])
            ),
        ])
    }
}
