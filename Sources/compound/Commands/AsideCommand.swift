// compound set-aside and bring-back: a person's verdict on a trial, kept in the log.

import ArgumentParser
import ResultStore

/// Takes a trial out of rankings, fronts and fits.
struct SetAsideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-aside", abstract: "Take a trial out of rankings, fronts and fits, with a reason.",
        discussion: """
            What was found of the trial's network stays in the log, and counts no more, in any study: not \
            for the best, not on fronts, not in fits. `compound query` shows the state set_aside and the \
            reason; `--table rungs` still lists what was trained. compound bring-back undoes it, as long \
            as the network was not measured or trained again since.

            EXAMPLES
              compound set-aside trial:7 --reason "the trainer leaked test labels"
              compound query --where "state = 'set_aside'" --columns id,alpha,beta,gamma,set_aside
            """)

    @OptionGroup var verdict: VerdictOptions

    func run() throws {
        let store = try verdict.existingStore()
        try store.setAside(trial: verdict.trial.id, reason: verdict.reason, toolVersion: toolVersion)
        Output.note("trial:\(verdict.trial.id) is set aside; compound bring-back undoes it.")
    }
}

/// Lets a trial that was set aside count again.
struct BringBackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bring-back", abstract: "Let a trial that was set aside count again, with a reason.",
        discussion: """
            What was found of the trial's network before it was set aside counts again. Once the network \
            was measured or trained again, the new results count, and this is refused.

            EXAMPLES
              compound bring-back trial:7 --reason "the labels were right after all"
            """)

    @OptionGroup var verdict: VerdictOptions

    func run() throws {
        let store = try verdict.existingStore()
        try store.bringBack(trial: verdict.trial.id, reason: verdict.reason, toolVersion: toolVersion)
        Output.note("trial:\(verdict.trial.id) counts again.")
    }
}

/// Which trial, and why.
struct VerdictOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The trial, such as trial:7.", valueName: "trial"))
    var trial: TrialNumber

    @Option(help: ArgumentHelp("Why, in words for whoever reads the log.", valueName: "text"))
    var reason: String

    @OptionGroup var store: StoreOptions

    func validate() throws {
        if reason.allSatisfy(\.isWhitespace) {
            throw ValidationError("--reason is empty; say in a few words why.")
        }
    }

    /// The store, which must be there: a verdict creates none.
    func existingStore() throws -> TrialStore {
        _ = try TrialStore(noting: store.store, access: .readOnly)
        return try TrialStore(path: store.store, access: .readWrite)
    }
}

/// A trial as a person names it: `trial:7`, or `7`.
struct TrialNumber: ExpressibleByArgument {
    let id: Int

    init?(argument: String) {
        let digits = argument.hasPrefix("trial:") ? String(argument.dropFirst("trial:".count)) : argument
        guard let id = Int(digits), id > 0 else { return nil }
        self.id = id
    }
}
