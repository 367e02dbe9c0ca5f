// compound merge: several stores become one.

import ArgumentParser
import Basics
import Foundation
import ResultStore
import Studies

/// Takes all rows of stores into one.
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Take the trials, measurements and weights of several stores into one.",
        discussion: """
            Rows that mean the same count once, whichever stores they stand in, and the result is the same in whatever \
            order stores are given and merged; doing it again adds nothing. Stores may be in use, or of older versions: \
            sources are never changed. A copy of a store in use must have its -wal file beside it.

            Results belong together by content: networks by their layers, data by their bytes, recipes by every field, \
            machines by what changes a latency; names mix nothing. Where two records of the same thing differ, the \
            earlier counts, and the other is kept apart: compound query --table conflicts. Weights that a source has \
            beside it are copied beside the target.

            Trials are numbered by the times at which they were recorded, so trial:7 of a source may have another \
            number. To read several stores as one without a file, give --store several times.

            EXAMPLES
              compound merge shard1.sqlite shard2.sqlite --into all.sqlite
              compound merge node*.sqlite --into results/compound.sqlite --format json
              compound query --store all.sqlite --table conflicts
            """)

    @Argument(
        help: ArgumentHelp("The databases of trials to take.", valueName: "store"), completion: .file())
    var sources: [String]

    @Option(
        help: ArgumentHelp(
            "The database that takes them; it is created where there is none, and keeps what it has.",
            valueName: "file"), completion: .file())
    var into: String

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        for name in sources {
            if let refusal = TrialStore.refusal(ofName: name) { throw ValidationError("\(refusal)") }
        }
        if let refusal = TrialStore.refusal(ofName: into) { throw ValidationError("--into \(refusal)") }
    }

    func run() throws {
        // All sources are looked through before the target is made.
        let stores = try TrialStore.sources(named: sources)
        for note in stores.flatMap(\.notes) { Output.note("note: \(note)".wrapped(to: 100)) }
        if SearchActivity.isGoingOn(in: into) {
            throw OutputError(
                "a search writes to \(into); merge when it is over, or --into another file, or read both with --store."
            )
        }
        let target = try TrialStore(noting: into, access: .readWrite)
        let summary = try target.merge(stores)
        let copies = try summary.copyWeights(from: stores, to: target)
        let report = MergeReport(summary, copies, target: into, sources: stores.map(\.file))
        for note in report.notes { Output.note(note.wrapped(to: 100)) }
        try Output.print(format == .json ? report.markup.json : report.text)
    }
}
