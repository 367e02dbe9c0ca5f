// A typed reader over a YAML tree: every value knows its key and its line, so that every error can say both.

import CompoundSearch
import Networks
import Yams

/// One value of a document, with the name and the line under which the user wrote it.
struct Field {
    /// The value.
    let node: Node
    /// The file as the user named it.
    let file: String
    /// The line of the key, or of the value in a list.
    let line: Int
    /// The key, as errors call the value.
    let name: String

    init(_ node: Node, file: String, line: Int, name: String = "the file") {
        self.node = node
        self.file = file
        self.line = line
        self.name = name
    }

    /// An error at this place.
    func fault(_ sentence: String) -> DescriptionError {
        DescriptionError(file: file, line: line, sentence: sentence)
    }

    /// The error for a value of the wrong kind: what it is, and what to give instead.
    func wrong(_ remedy: String) -> DescriptionError {
        if isNull { return fault("\(name) has no value; \(remedy).") }
        switch node {
        case .mapping: return fault("\(name) is a mapping; \(remedy).")
        case .sequence: return fault("\(name) is a list; \(remedy).")
        case .scalar(let scalar) where scalar.style != .plain:
            return fault("\(name) is the text \"\(scalar.string.quoted.dropFirst().dropLast())\"; \(remedy).")
        case .scalar(let scalar): return fault("\(name) is \(scalar.string.quoted); \(remedy).")
        case .alias: return fault("\(name) is an alias; \(remedy).")
        }
    }

    /// Whether the value is left out, written `null` or `~`.
    var isNull: Bool { plain.map { ["", "~", "null"].contains($0) } ?? false }

    /// Whether the value is a list.
    var isList: Bool { if case .sequence = node { true } else { false } }

    /// Whether the value says that something is to be absent: nothing, `null` or `none`.
    var isNone: Bool { isNull || plain == "none" }

    /// The scalar as written without quotes, or nil.
    private var plain: String? {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return nil }
        return scalar.string
    }
}

extension Field {
    /// Any scalar as text, quoted or not, but not empty.
    func text(_ remedy: String = "give a text") throws(DescriptionError) -> String {
        guard case .scalar(let scalar) = node, !isNull, !scalar.string.isEmpty else { throw wrong(remedy) }
        try refuseTag()
        return scalar.string
    }

    /// A whole number.
    func whole() throws(DescriptionError) -> Int {
        guard let plain, let number = Int(plain) else { throw wrong("give a whole number") }
        try refuseTag()
        return number
    }

    /// A whole number within bounds.
    func whole(in range: ClosedRange<Int>) throws(DescriptionError) -> Int {
        let number = try whole()
        guard range.contains(number) else { throw fault("\(name) is \(number); \(range.remedy).") }
        return number
    }

    /// A finite number.
    func number() throws(DescriptionError) -> Double {
        guard let plain, let number = Double(decimal: plain) else { throw wrong("give a number") }
        try refuseTag()
        return number
    }

    /// A number within bounds.
    func number(in range: ClosedRange<Double>) throws(DescriptionError) -> Double {
        let number = try number()
        guard range.contains(number) else { throw fault("\(name) is \(number.short); \(range.remedy).") }
        return number
    }

    /// A finite number with all of its decimal digits.
    func decimal() throws(DescriptionError) -> DecimalNumber {
        _ = try number()
        guard let decimal = plain.flatMap({ DecimalNumber($0) }) else {
            throw fault("\(name) has more than 38 digits; give fewer.")
        }
        return decimal
    }

    /// A finite number above zero.
    func positive() throws(DescriptionError) -> Double {
        let number = try number()
        guard number > 0 else { throw fault("\(name) is \(number.short); give a number above 0.") }
        return number
    }

    /// A number from 0 to just below 1.
    func fraction() throws(DescriptionError) -> Double {
        let number = try number()
        guard number >= 0, number < 1 else {
            throw fault("\(name) is \(number.short); give a number from 0 to below 1.")
        }
        return number
    }

    /// `true` or `false`.
    func flag() throws(DescriptionError) -> Bool {
        guard let plain, let flag = Bool(plain) else { throw wrong("give true or false") }
        try refuseTag()
        return flag
    }

    /// One of the words of an enumeration.
    func choice<Words: RawRepresentable<String> & CaseIterable>(
        _ words: Words.Type = Words.self
    ) throws(DescriptionError) -> Words {
        let known = Words.allCases.map(\.rawValue)
        let remedy = "give \(known.listed("or"))"
        let text = try text(remedy)
        if let word = Words(rawValue: text) { return word }
        throw fault("\(name) is \(text.quoted); \(text.remedy(among: known, otherwise: remedy + "."))")
    }

    /// The values of a list that is not empty.
    func list() throws(DescriptionError) -> [Field] {
        guard case .sequence(let sequence) = node else { throw wrong("give a list") }
        try refuseTag()
        if sequence.isEmpty { throw fault("\(name) is an empty list; give at least one value.") }
        return sequence.enumerated().map { index, node in
            Field(node, file: file, line: node.mark?.line ?? line, name: "\(name)[\(index)]")
        }
    }

    /// A mapping of which every key is known.
    func section(_ keys: [String]) throws(DescriptionError) -> Section {
        guard case .mapping(let mapping) = node else {
            throw wrong("give a mapping of \(keys.listed("and"))")
        }
        try refuseTag()
        var fields: [String: Field] = [:]
        for (key, value) in mapping {
            let line = key.mark?.line ?? line
            guard case .scalar(let scalar) = key else {
                throw DescriptionError(file: file, line: line, sentence: "a key is no word; give a word.")
            }
            guard keys.contains(scalar.string) else {
                let all = "the keys here are \(keys.listed("and"))."
                let remedy = scalar.string.remedy(among: keys, otherwise: all)
                let sentence = "the key \(scalar.string.quoted) is unknown; \(remedy)"
                throw DescriptionError(file: file, line: line, sentence: sentence)
            }
            fields[scalar.string] = Field(value, file: file, line: line, name: scalar.string)
        }
        return Section(field: self, fields: fields)
    }

    /// Whether this is a mapping that has a key.
    func has(_ key: String) -> Bool { self[key] != nil }

    /// The value at a path of keys and indices, or the nearest one above it that the document has.
    func nearest(to path: [String]) -> Field {
        guard let key = path.first, let next = self[key] else { return self }
        return next.nearest(to: Array(path.dropFirst()))
    }

    private subscript(key: String) -> Field? {
        switch node {
        case .mapping(let mapping):
            guard let entry = mapping.first(where: { $0.key.scalar?.string == key }) else { return nil }
            return Field(entry.value, file: file, line: entry.key.mark?.line ?? line, name: key)
        case .sequence(let sequence):
            guard let index = Int(key), sequence.indices.contains(index) else { return nil }
            let node = sequence[index]
            return Field(node, file: file, line: node.mark?.line ?? line, name: "\(name)[\(index)]")
        case .scalar, .alias: return nil
        }
    }

    private func refuseTag() throws(DescriptionError) {
        let tag: Tag
        switch node {
        case .scalar(let scalar): tag = scalar.tag
        case .mapping(let mapping): tag = mapping.tag
        case .sequence(let sequence): tag = sequence.tag
        case .alias(let alias): tag = alias.tag
        }
        let harmless: [Tag.Name] = [.implicit, .str, .seq, .map]
        if !harmless.contains(where: { $0.rawValue == tag.rawValue }) {
            throw fault("\(name) carries the tag \(tag.rawValue.quoted); tags are not read, remove it.")
        }
    }
}

/// A mapping whose keys were checked.
struct Section {
    /// The mapping itself.
    let field: Field
    /// Its values by key.
    let fields: [String: Field]

    /// The value of a key, or nil where it is not given.
    subscript(key: String) -> Field? { fields[key] }

    /// The value of a key that must be given.
    func required(_ key: String) throws(DescriptionError) -> Field {
        if let field = fields[key] { return field }
        throw field.fault("\(field.name) lacks \(key.quoted); add '\(key):'.")
    }
}

extension Double {
    /// A finite number in decimal digits, or nil: no `nan`, `inf`, or hexadecimal.
    init?(decimal text: String) {
        let allowed = Set("0123456789.+-eE".utf8)
        guard text.utf8.allSatisfy(allowed.contains), let number = Double(text), number.isFinite else {
            return nil
        }
        self = number
    }
}
