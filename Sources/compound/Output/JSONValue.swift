// JSON with its keys in the order in which they were written, so that people can read it too.

import Foundation

/// A JSON value.
enum JSONValue {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    /// The value as text, objects of objects indented, flat ones on one line each.
    var rendered: String { rendered(indent: "") }

    private func rendered(indent: String) -> String {
        switch self {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let integer): return "\(integer)"
        // JSON has neither infinities nor NaN.
        case .number(let number): return number.isFinite ? "\(number)" : "null"
        case .text(let text): return JSONValue.quoted(text)
        case .array(let values):
            if values.isEmpty { return "[]" }
            let inner = indent + "  "
            return "[\n" + values.map { inner + $0.rendered(indent: inner) }.joined(separator: ",\n")
                + "\n\(indent)]"
        case .object(let members):
            if members.isEmpty { return "{}" }
            let inner = indent + "  "
            return "{\n"
                + members.map { "\(inner)\(JSONValue.quoted($0.key)): \($0.value.rendered(indent: inner))" }
                .joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.value < 0x20 {
                    result += String(format: "\\u%04x", scalar.value)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
