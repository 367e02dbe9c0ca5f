// A value that begins with a minus, as in `--limit -1`: the parser takes it for an option, and says that the value is missing.

extension CommandGrammar {
    /// The words with each negative number joined to the option before it, `--limit=-1`, where its range is then checked as that of
    /// any other value.
    func joiningNegativeValues(_ words: [String]) -> [String] {
        guard let (command, place) = named(by: words) else { return words }
        var joined = Array(words[...place])
        var rest = words[(place + 1)...]
        while let word = rest.popFirst() {
            joined.append(word)
            if word == "--" { break }
            guard let (option, name, hasValue) = command.option(in: word), option.kind == "option",
                !hasValue, let value = rest.popFirst()
            else { continue }
            if name.hasPrefix("--"), value.isNegativeNumber {
                joined[joined.count - 1] += "=" + value
            } else {
                joined.append(value)
            }
        }
        return joined + rest
    }
}

extension String {
    /// Whether this reads as a negative number, alone or with more behind it: `-1`, `-.5`, `-inf`, `-2x`, `-1...3`.
    fileprivate var isNegativeNumber: Bool {
        guard hasPrefix("-") else { return false }
        let digits = dropFirst().drop { $0 == "." }
        return digits.first?.isASCIIDigit == true || Double(self) != nil
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
