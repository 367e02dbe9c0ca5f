// The manual page, which `make install` puts where `man` finds it; people read it there.

import ArgumentParser

/// `compound manual`, which prints the page's source.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Print the source of the manual page; called by make install.",
        shouldDisplay: false)

    func run() throws {
        try Output.print(ManualPage(CommandGrammar(of: Compound.self), version: toolVersion).source)
    }
}
