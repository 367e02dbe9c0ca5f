// An option that takes one value and is given twice: the parser lets the last one win in silence.

extension CommandGrammar {
    /// The sentence for the first option that is given again, or nil where none is.
    func refusalOfRepeats(in words: [String]) -> String? {
        guard let (command, place) = named(by: words) else { return nil }
        var given: Set<String> = []
        var rest = words[(place + 1)...]
        while let word = rest.popFirst(), word != "--" {
            guard let (option, name, hasValue) = command.option(in: word) else { continue }
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
