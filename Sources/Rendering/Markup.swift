// A tree of keys and values on its way to a file, with one rendering as YAML and one as JSON.

/// What a written document is made of; keys are plain words.
package indirect enum Markup {
    /// A key and its value.
    package typealias Entry = (key: String, value: Markup)

    /// A literal that means the same in YAML and JSON: a number, `true` or `null`.
    case literal(String)
    /// A text, quoted where it has to be.
    case text(String)
    /// A list, of one line where all its values are literals.
    case list([Markup])
    /// A mapping of one line for each key.
    case block([Entry])
    /// A mapping on a single line.
    case row([Entry])
    /// A list of mappings, each of one line for each key.
    case blocks([[Entry]])

    /// A whole number.
    package static func whole(_ number: some BinaryInteger) -> Markup { .literal("\(number)") }

    /// The shortest text that reads back exactly; what is not finite becomes null.
    package static func number(_ number: Double) -> Markup {
        guard number.isFinite else { return .literal("null") }
        // YAML 1.1 takes 1e-05 for a text, but 1.0e-05 for a number.
        let parts = "\(number)".split(separator: "e")
        if parts.count == 1 || parts[0].contains(".") { return .literal("\(number)") }
        return .literal("\(parts[0]).0e\(parts[1])")
    }

    /// One word of an enumeration.
    package static func word(_ word: some RawRepresentable<String>) -> Markup { .text(word.rawValue) }

    /// The whole document as YAML, ending with a line end; a block is what documents are made of.
    package var yaml: String {
        guard case .block(let entries) = self, !entries.isEmpty else { return flow(quotesAll: false) + "\n" }
        var lines: [String] = []
        Markup.append(entries, to: &lines, indent: "")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The whole document as JSON, ending with a line end.
    package var json: String { json(indent: "") + "\n" }
}

extension Markup {
    private static func append(_ entries: [Entry], to lines: inout [String], indent: String) {
        for (key, value) in entries {
            switch value {
            case .block(let inner) where !inner.isEmpty:
                lines.append("\(indent)\(key):")
                append(inner, to: &lines, indent: indent + "  ")
            case .blocks(let items) where !items.isEmpty:
                lines.append("\(indent)\(key):")
                for item in items {
                    if item.isEmpty {
                        lines.append("\(indent)  - {}")
                        continue
                    }
                    var inner: [String] = []
                    append(item, to: &inner, indent: indent + "    ")
                    inner[0] = "\(indent)  - " + inner[0].dropFirst(indent.count + 4)
                    lines += inner
                }
            case .list(let values) where !value.isFlat:
                lines.append("\(indent)\(key):")
                lines += values.map { "\(indent)  - " + $0.flow(quotesAll: false) }
            default: lines.append("\(indent)\(key): " + value.flow(quotesAll: false))
            }
        }
    }

    private func json(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .block(let entries) where !entries.isEmpty:
            let lines = entries.map { "\(inner)\"\($0.key)\": " + $0.value.json(indent: inner) }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        case .list(let values) where !isFlat:
            return "[\n" + values.map { inner + $0.json(indent: inner) }.joined(separator: ",\n")
                + "\n\(indent)]"
        case .blocks(let items): return Markup.list(items.map(Markup.block)).json(indent: indent)
        default: return flow(quotesAll: true)
        }
    }

    /// This value on one line; with `quotesAll`, as JSON wants it.
    private func flow(quotesAll: Bool) -> String {
        switch self {
        case .literal(let literal): return literal
        case .text(let text): return quotesAll || !text.isPlain ? text.doubleQuoted : text
        case .list(let values):
            return "[" + values.map { $0.flow(quotesAll: quotesAll) }.joined(separator: ", ") + "]"
        case .block(let entries), .row(let entries):
            let pairs = entries.map { key, value in
                (quotesAll ? "\"\(key)\": " : "\(key): ") + value.flow(quotesAll: quotesAll)
            }
            return "{" + pairs.joined(separator: ", ") + "}"
        case .blocks(let items):
            return Markup.list(items.map(Markup.block)).flow(quotesAll: quotesAll)
        }
    }

    private var isFlat: Bool {
        guard case .list(let values) = self else { return false }
        return values.allSatisfy { if case .literal = $0 { true } else { false } }
    }
}

extension String {
    /// Whether YAML reads this back as the same text without quotes, in 1.1 and 1.2, in a flow and outside.
    fileprivate var isPlain: Bool {
        let special = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "none"]
        let marks = Set("_./+- ".utf8)
        return first?.isASCII == true && first?.isLetter == true && last != " "
            && !special.contains(lowercased())
            && utf8.allSatisfy {
                $0 >= 48 && $0 < 58 || ($0 | 32) >= 97 && ($0 | 32) <= 122 || marks.contains($0)
            }
    }

    /// This text in double quotes, with the escapes that YAML and JSON share.
    fileprivate var doubleQuoted: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5c: quoted += "\\\(scalar)"
            // Controls, what ends a line somewhere, no characters at all; and the asterisk of an alias.
            case 0..<0x20, 0x2a, 0x7f..<0xa0, 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
