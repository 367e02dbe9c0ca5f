// What the tool does between a search and its training program; people have no use for it.

import ArgumentParser
import ExternalTraining

/// `compound supervise`, which a search calls.
struct SuperviseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supervise",
        abstract: "Run a training program and end all that it started; called by a search.",
        shouldDisplay: false)

    @Argument(help: "What to run, as JSON.")
    var order: Supervision

    func run() { Supervisor(order).run() }
}

extension Supervision: ExpressibleByArgument {
    /// An order from its JSON, or nil.
    package init?(argument: String) {
        guard let order = try? Supervision(json: argument) else { return nil }
        self = order
    }
}
