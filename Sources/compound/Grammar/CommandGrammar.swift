// What the parser knows of the tool's own commands and options, as data: what is checked before parsing, and the manual page, read it.

import ArgumentParser
import Foundation

/// The commands of a tool with their arguments, as `--experimental-dump-help` prints them.
struct CommandGrammar: Decodable {
    /// The tool itself or one of its commands.
    struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let arguments: [Argument]?
        let subcommands: [Command]?
        let shouldDisplay: Bool?
    }

    /// A positional argument, an option or a flag.
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let defaultValue: String?
        let sectionTitle: String?

        /// The names with their dashes.
        var spellings: [String] { (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name } }
    }

    /// The tool.
    let command: Command

    /// The grammar of a tool.
    init(of tool: any ParsableCommand.Type) throws {
        self = try JSONDecoder().decode(CommandGrammar.self, from: Data(tool._dumpHelp().utf8))
    }

    /// The commands.
    var commands: [Command] { command.subcommands ?? [] }

    /// The command that words of a command line name, with the place of its name; nil where they name none.
    func named(by words: [String]) -> (command: Command, place: Int)? {
        for (place, word) in words.enumerated() {
            if let command = commands.first(where: { $0.commandName == word }) { return (command, place) }
        }
        return nil
    }
}

extension CommandGrammar.Command {
    /// The argument that a word such as `--store` or `--store=a.sqlite` names, how it is spelt there, and whether the word holds its
    /// value too; nil for a value or an unknown option.
    func option(in word: String) -> (option: CommandGrammar.Argument, name: String, hasValue: Bool)? {
        guard word.hasPrefix("-") else { return nil }
        let name = String(word.prefix { $0 != "=" })
        return (arguments ?? []).first { $0.spellings.contains(name) }.map { ($0, name, name != word) }
    }
}
