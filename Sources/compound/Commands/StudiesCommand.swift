// compound studies: what a store holds.

import ArgumentParser
import ResultStore
import Studies

/// Lists the studies of a store.
struct StudiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "studies", abstract: "List the studies of a store, and what is left of each.",
        discussion: """
            A study is running while a process of this machine works on it, finished where nothing is left, and \
            interrupted where the same search would go on; that is told by drawing its space anew and holding it \
            against the log. best is the trial that compound fit recommends, or the best by the space's objective \
            where nothing was trained. Times are UTC.

            A table leaves out columns until it fits 100 characters; json and csv have them all.

            EXAMPLES
              compound studies
              compound studies --store old.sqlite --format json
              compound studies --store shard1.sqlite --store shard2.sqlite
              compound fit fashion-mnist
            """)

    @OptionGroup var store: ReadStoreOptions

    @Option(help: "table, json or csv.")
    var format = QueryFormat.table

    func run() throws {
        let overviews: [StudyOverview]
        do {
            overviews = try StudyOverview.all(in: store.open())
        } catch StoreError.outdated {
            overviews = []
        }
        let report = StudiesReport(overviews, store: store.names.joined(separator: " and "))
        switch format {
        case .table: try Output.print(report.text)
        case .json: try Output.print(report.markup.json)
        case .csv: try Output.print(report.table.csv)
        }
    }
}
