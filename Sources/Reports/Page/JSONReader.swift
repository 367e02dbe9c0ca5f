// JSON as pages write it, read so that every number comes back as it was: whether whole or not, and to the last bit.
// Foundation's reader rounds some in the last place, and takes 1.0 for a whole number.

/// A value of JSON.
indirect enum JSONValue {
    case null
    case flag(Bool)
    case whole(Int)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// The value of a key, where this is an object that has it.
    subscript(key: String) -> JSONValue? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    /// The values, where this is a list.
    var list: [JSONValue]? { if case .list(let values) = self { values } else { nil } }

    /// The text, where this is one.
    var text: String? { if case .text(let text) = self { text } else { nil } }

    /// The number, where this is a whole one.
    var whole: Int? { if case .whole(let number) = self { number } else { nil } }

    /// Reads a text; nil where it is no JSON, or is nested too deeply to be a page's.
    init?(_ text: some StringProtocol) {
        var reader = JSONReader(bytes: Array(text.utf8))
        guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
        self = value
    }
}

/// Reads JSON from its first byte to its last.
private struct JSONReader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool {
        mutating get {
            skipBlanks()
            return place == bytes.count
        }
    }

    mutating func value(depth: Int) -> JSONValue? {
        skipBlanks()
        guard place < bytes.count, depth < 16 else { return nil }
        switch bytes[place] {
        case UInt8(ascii: "{"): return object(depth)
        case UInt8(ascii: "["): return list(depth)
        case UInt8(ascii: "\""): return text().map { .text($0) }
        case UInt8(ascii: "n"): return word("null", .null)
        case UInt8(ascii: "t"): return word("true", .flag(true))
        case UInt8(ascii: "f"): return word("false", .flag(false))
        default: return number()
        }
    }

    private mutating func object(_ depth: Int) -> JSONValue? {
        var fields: [String: JSONValue] = [:]
        place += 1
        if take("}") { return .object(fields) }
        repeat {
            skipBlanks()
            guard let key = text(), take(":"), let value = value(depth: depth + 1) else { return nil }
            fields[key] = value
        } while take(",")
        return take("}") ? .object(fields) : nil
    }

    private mutating func list(_ depth: Int) -> JSONValue? {
        var values: [JSONValue] = []
        place += 1
        if take("]") { return .list(values) }
        repeat {
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
        } while take(",")
        return take("]") ? .list(values) : nil
    }

    private mutating func number() -> JSONValue? {
        let start = place
        while place < bytes.count, "+-.eE0123456789".utf8.contains(bytes[place]) { place += 1 }
        let digits = String(decoding: bytes[start..<place], as: UTF8.self)
        return Int(digits).map { .whole($0) } ?? Double(digits).map { .number($0) }
    }

    private mutating func text() -> String? {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
        place += 1
        var units: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escaped() else { return nil }
                units += Array(String(scalar).utf8)
            default: units.append(byte)
            }
        }
        return nil
    }

    /// What stands behind a backslash. Pages escape single characters of the first plane only.
    private mutating func escaped() -> Unicode.Scalar? {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "u"):
            guard place + 4 <= bytes.count,
                let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
            else { return nil }
            place += 4
            return Unicode.Scalar(code)
        default: return Unicode.Scalar(byte)
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) -> JSONValue? {
        guard bytes[place...].starts(with: word.utf8) else { return nil }
        place += word.utf8.count
        return value
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard place < bytes.count, bytes[place] == UInt8(ascii: mark) else { return false }
        place += 1
        return true
    }

    private mutating func skipBlanks() {
        while place < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[place]) { place += 1 }
    }
}
