// What the template is filled with. Every text becomes harmless here, and nowhere else: a study may be called `</script>`.

import Mustache

/// A value for the template: a text, HTML that is finished, a list, or named values.
indirect enum PageContent: MustacheCustomRepresentation {
    /// A text of anybody's.
    case text(String)
    /// HTML as it is to stand in the page.
    case html(String)
    /// Values, one after the other.
    case list([PageContent])
    /// Values by their names in the template.
    case fields([String: PageContent])
    /// Whether something is so.
    case flag(Bool)
    /// Nothing.
    case none

    /// What the library renders; the template itself escapes nothing.
    var representation: Any? {
        switch self {
        case .text(let text): text.escapedForHTML
        case .html(let html): html
        case .list(let values): values
        case .fields(let fields): fields
        case .flag(let flag): flag
        case .none: nil
        }
    }
}

extension String {
    /// The text as HTML shows it, in elements and in quoted attributes.
    ///
    /// Scalars are looked at and not characters: a quotation mark with an accent upon it still ends an attribute. What no text of
    /// HTML may hold is shown as a replacement character.
    var escapedForHTML: String {
        var escaped = ""
        escaped.unicodeScalars.reserveCapacity(unicodeScalars.count)
        for scalar in unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..<" ", "\u{7f}"..<"\u{a0}", "\u{fffe}"..."\u{ffff}": escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
