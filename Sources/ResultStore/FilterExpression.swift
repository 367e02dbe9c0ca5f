// A filter is SQL that a person wrote, put between parentheses. It must not get out of them.
// SQLite judges the expression itself; here is only what would let a text be more, or other, than one.

import Networks

/// Whether a text stays one expression when it is put between parentheses.
enum FilterExpression {
    /// Why a text does not, or nil where it does.
    static func flaw(in text: String) -> String? {
        var depth = 0
        var isBlank = true
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if !scalar.properties.isWhitespace { isBlank = false }
            switch (scalar, rest.first) {
            case (";", _): return "a ';' would begin a second statement"
            case ("-", "-"), ("/", "*"): return "comments have no place in it"
            case ("\0", _): return "it holds a zero byte"
            case ("?", _), (":", _), ("@", _), ("$", _), ("#", _):
                return "'\(scalar)' is a placeholder, which nothing would fill"
            case ("'", _), ("\"", _), ("`", _), ("[", _):
                // A quote that is doubled ends one text and begins the next, which comes to the same.
                let end: Unicode.Scalar = scalar == "[" ? "]" : scalar
                guard let close = rest.firstIndex(of: end) else { return "a \(scalar) is never closed" }
                if rest[..<close].contains("\0") { return "it holds a zero byte" }
                rest = rest[rest.index(after: close)...]
            case ("(", _): depth += 1
            case (")", _): depth -= 1
            default: break
            }
            if depth < 0 { return "a ')' closes nothing" }
        }
        if depth > 0 { return "a '(' is never closed" }
        return isBlank ? "it is empty" : nil
    }

    /// The expression with times that are written as in ISO 8601, '2026-01-31T12:00:00Z', and formats of such times, in the
    /// form that columns of times have, so that texts compare as times do.
    static func withColumnTimes(_ filter: String) -> String {
        guard timeColumns.contains(where: { mentions($0, in: filter) }) else { return filter }
        let parts = filter.split(separator: "'", omittingEmptySubsequences: false)
        // An odd quote stands within a name, and what follows it cannot be told apart.
        if parts.count.isMultiple(of: 2) { return filter }
        return parts.enumerated().map { index, part in
            if index.isMultiple(of: 2) { return String(part) }
            if part.wholeMatch(of: timeFormat) != nil { return "'\(columnFormat)'" }
            guard part.wholeMatch(of: time) != nil else { return "'\(part)'" }
            // SQLite writes zones as +05:30, many programs as +0530.
            let text = part.replacing(/([+-]\d\d)(\d\d)$/) { "\($0.1):\($0.2)" }
            return "strftime('\(columnFormat)', '\(text)')"
        }.joined()
    }

    /// How columns of times are written, for `strftime`.
    private static let columnFormat = "%Y-%m-%d %H:%M:%f"

    /// The same as ISO 8601 has it, which a filter may give `strftime` itself.
    private static var timeFormat: Regex<Substring> { /%Y-%m-%dT%H:%M:(?:%S|%f)Z?/ }

    private static let timeColumns = ["created_at", "measured_at", "trained_at"]

    private static var time: Regex<Substring> {
        /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[Zz]|[+-]\d\d:?\d\d)?/
    }

    /// Whether an expression speaks of a column: its name stands there as a word, outside of texts in single
    /// quotes.
    static func mentions(_ column: String, in filter: String) -> Bool {
        let outside = filter.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map { $0.element.lowercased() }
        return outside.contains { part in
            part.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == column }
        }
    }

    /// SQLite's message about a filter, with the remedy where a column is unknown.
    static func reason(_ message: String, in filter: String, columns: [String]) -> String {
        let prefix = "no such column: "
        guard message.hasPrefix(prefix) else { return message }
        let name = String(message.dropFirst(prefix.count))
        if filter.contains("\"\(name)\"") { return "\(message), and a text stands in single quotes" }
        return message + (name.nearest(among: columns).map { ", did you mean \($0)" } ?? "")
    }
}
