// An option that takes one value and is given twice: the parser lets the last one win in silence.

import ArgumentParser
import Foundation

/// Finds options that are given more often than they can be.
struct RepeatedOptions {
    private let commands: [String: [HelpDump.Argument]]

    /// The options of a tool's subcommands, from what the parser knows about them.
    init(of tool: any ParsableCommand.Type) {
        let dump = try? JSONDecoder().decode(HelpDump.self, from: Data(tool._dumpHelp().utf8))
        let commands = dump?.command.subcommands ?? []
        self.commands = Dictionary(
            commands.map { ($0.commandName, $0.arguments ?? []) }, uniquingKeysWith: { first, _ in first })
    }

    /// The sentence for the first option that is given again, or nil where none is.
    func refusal(of words: [String]) -> String? {
        guard let place = words.firstIndex(where: { commands[$0] != nil }), let known = commands[words[place]]
        else { return nil }
        var given: Set<String> = []
        var rest = words[(place + 1)...]
        while let word = rest.popFirst(), word != "--" {
            let (name, hasValue) = HelpDump.name(of: word)
            guard let option = known.first(where: { $0.spellings.contains(name) }) else { continue }
            if option.kind == "flag" {
                given.insert(name)
                let opposite =
                    name.hasPrefix("--no-") ? "--" + name.dropFirst(5) : "--no-" + name.dropFirst(2)
                if given.contains(opposite) { return "\(opposite) and \(name) contradict; keep one of them." }
            }
            guard option.kind == "option" else { continue }
            // Whatever follows is the value, even if it looks like an option.
            if !hasValue { _ = rest.popFirst() }
            if option.isRepeating { continue }
            if !given.insert(option.spellings[0]).inserted {
                return "\(name) is given twice and takes one value; keep one of them."
            }
        }
        return nil
    }
}

/// What `--experimental-dump-help` prints, as far as it is needed here.
private struct HelpDump: Decodable {
    struct Command: Decodable {
        let commandName: String
        let arguments: [Argument]?
        let subcommands: [Command]?
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let isRepeating: Bool
        let names: [Name]?

        /// The names with their dashes.
        var spellings: [String] { (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name } }
    }

    let command: Command

    /// The name in a word such as `--store=a.sqlite`, and whether a value is in it too.
    static func name(of word: String) -> (String, hasValue: Bool) {
        guard word.hasPrefix("-"), let equals = word.firstIndex(of: "=") else { return (word, false) }
        return (String(word[..<equals]), true)
    }
}
