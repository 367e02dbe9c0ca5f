// A command that does not exist: the parser calls it an unexpected argument and leaves it at that.

import Networks

extension CommandGrammar {
    /// The sentence for a first word, or the word after `help`, that is no command, with the nearest one; nil where it is one.
    func refusalOfCommand(in words: [String]) -> String? {
        let asked = words.first == "help" ? words.dropFirst().first : words.first
        guard let asked, !asked.hasPrefix("-"), !commands.contains(where: { $0.commandName == asked }) else {
            return nil
        }
        let known = commands.filter { $0.shouldDisplay != false }.map(\.commandName)
        return "there is no command '\(asked)'; "
            + (asked.nearest(among: known).map { "did you mean '\($0)'?" }
                ?? "give one of \(known.filter { $0 != "help" }.joined(separator: ", ")).")
    }
}
