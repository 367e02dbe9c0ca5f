// The manual page in the language of man(7), made of what the parser knows, so that it says what --help says. The parser's own
// generator leaves out every letter that is not ASCII, and with it α, β and γ.

/// A manual page.
struct ManualPage {
    private let tool: CommandGrammar.Command
    private let version: String

    /// What a terminal shows that knows ASCII alone, by troff's names of the letters.
    private static let plainSpellings: [(name: String, spelling: String)] = [
        ("*a", "alpha"), ("*b", "beta"), ("*g", "gamma"), ("+f", "phi"), ("pc", "*"), ("mu", "x"),
        ("<=", "<="), (">=", ">="), ("->", "\\->"), ("en", "\\-"), ("u2026", "..."),
    ]

    /// The page of a tool.
    init(_ grammar: CommandGrammar, version: String) {
        tool = grammar.command
        self.version = version
    }

    /// The page as troff reads it; the same for the same version.
    var source: String {
        let name = tool.commandName
        var lines = [
            ".TH \(name.uppercased()) 1 \"\" \"\(name) \(version)\" \"User Commands\"",
            // Left-aligned words can be copied as they stand.
            ".ad l", ".nh",
        ]
        lines += Self.plainSpellings.map { ".fchar \\[\($0.name)] \($0.spelling)" }
        lines += [
            ".SH NAME",
            "\(name) \\- \(Self.text(tool.abstract ?? "").lowercasedFirst)", ".SH SYNOPSIS", ".B \(name)",
            ".I command", "[options]", ".br", ".B \(name) help", ".I command", ".SH DESCRIPTION",
        ]
        lines += Self.paragraphs(tool.discussion ?? "")
        lines.append(".SH COMMANDS")
        for command in tool.subcommands ?? [] where command.shouldDisplay != false {
            lines += section(command)
        }
        lines += [
            ".SH FILES", ".TP", ".I results/compound.sqlite", "The store, unless \\-\\-store names another.",
            ".TP", ".I results/compound.sqlite.weights/", "Weights and checkpoints of what a search trains.",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ command: CommandGrammar.Command) -> [String] {
        let arguments = (command.arguments ?? []).filter {
            $0.shouldDisplay && !["--help", "--version"].contains($0.spellings.last ?? "")
        }
        let positional = arguments.filter { $0.kind == "positional" }.map(\.placeholder)
        let synopsis = (["\(tool.commandName) \(command.commandName)"] + positional).joined(separator: " ")
        var lines = [".SS \"\(Self.text(synopsis))\""]
        if let abstract = command.abstract, !abstract.isEmpty { lines.append(Self.line(abstract)) }
        if let discussion = command.discussion { lines += [".PP"] + Self.paragraphs(discussion) }
        var title: String?
        for argument in arguments {
            if argument.sectionTitle != title, let next = argument.sectionTitle {
                lines += [".PP", ".I \"\(Self.text(next))\""]
            }
            title = argument.sectionTitle
            lines += [".TP", argument.heading, Self.line(argument.meaning)]
        }
        return lines
    }

    /// Paragraphs between empty lines; one that is headed in capitals, as EXAMPLES, is set as it stands.
    private static func paragraphs(_ text: String) -> [String] {
        var lines: [String] = []
        for paragraph in text.split(separator: "\n\n") {
            if !lines.isEmpty { lines.append(".PP") }
            let rows = paragraph.split(separator: "\n").map(String.init)
            if let head = rows.first, rows.count > 1, head == head.uppercased(), rows[1].hasPrefix("  ") {
                lines += [".B \(head)", ".PP", ".nf", ".RS 2n"]
                lines += rows.dropFirst().map { line(String($0.trimmingPrefix("  "))) }
                lines += [".RE", ".fi"]
            } else {
                lines += rows.map(line)
            }
        }
        return lines
    }

    /// A line of text, which must not begin as a request does.
    private static func line(_ text: String) -> String {
        let escaped = Self.text(text)
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    /// Text with backslashes and minuses as troff wants them: a plain minus may become a hyphen, which no shell takes.
    fileprivate static func text(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\"", with: "\\(dq")
    }
}

extension CommandGrammar.Argument {
    /// The name of the value as it stands in a synopsis.
    fileprivate var placeholder: String {
        let name = "<\(valueName ?? "value")>" + (isRepeating ? "…" : "")
        return isOptional ? "[\(name)]" : name
    }

    /// Names in bold, the value in italics.
    fileprivate var heading: String {
        if kind == "positional" { return ".I \(ManualPage.text(valueName ?? "value"))" }
        let names = spellings.map { "\\fB\(ManualPage.text($0))\\fR" }.joined(separator: ", ")
        return kind == "flag" ? names : "\(names) \\fI\(ManualPage.text(valueName ?? "value"))\\fR"
    }

    /// The help with the default.
    fileprivate var meaning: String {
        let usual = kind == "option" ? defaultValue.map { "(default: \($0))" } : nil
        return [abstract, usual].compactMap(\.self).joined(separator: " ")
    }
}

extension String {
    /// With a small first letter and without the last full stop, as manual pages name themselves.
    fileprivate var lowercasedFirst: String {
        let text = hasSuffix(".") ? String(dropLast()) : self
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
