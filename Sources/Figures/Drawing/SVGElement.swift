// Pieces of SVG as text: escaped words, short numbers, paths.

import Foundation

/// Writes elements.
enum SVGElement {
    /// A path through lines, or around rings; places that do not differ when written are written once.
    static func path(_ lines: [[Position]], isClosed: Bool = false) -> String {
        lines.map { line in
            var (text, last) = ("", "")
            for place in line {
                let next = "\(number(place.x)) \(number(place.y))"
                if next != last { text += (text.isEmpty ? "M" : "L") + next }
                last = next
            }
            return text + (isClosed ? "Z" : "")
        }.joined()
    }

    /// A symbol around a place: an element that is not closed yet.
    static func symbol(_ symbol: Symbol, at place: Position) -> String {
        let (x, y) = (place.x, place.y)
        let path =
            switch symbol {
            case .circle: "\" cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"4"
            case .square: "M\(number(x - 3.6)) \(number(y - 3.6))h7.2v7.2h-7.2z"
            case .triangle: "M\(number(x)) \(number(y - 4.8))l4.6 8h-9.2z"
            case .diamond: "M\(number(x)) \(number(y - 5))l5 5l-5 5l-5 -5z"
            case .cross: "M\(number(x - 3.6)) \(number(y - 3.6))l7.2 7.2m0 -7.2l-7.2 7.2"
            }
        return symbol == .circle ? "<circle" + path.dropFirst() + "\"" : "<path d=\"\(path)\""
    }

    /// A coordinate with at most one digit after the point.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + "\(whole)" + (rest == 0 ? "" : ".\(rest)")
    }

    /// Text as XML and HTML have it between tags and in quotes; what XML cannot have becomes a replacement character.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
