// What words and symbols take in the units of a drawing: one layout serves pixels and dots of braille.

/// The sizes of what is not data.
struct Metrics: Sendable {
    /// From left to right.
    let width: Double
    /// The most that the plotting area has from top to bottom, but for rows of categories.
    let greatestHeight: Double
    /// From one line of words to the next.
    let lineHeight: Double
    /// What stays free between a thing and the words beside it.
    let gap: Double
    /// What the line of an axis and its ticks take outside of the plotting area.
    let axisDepth: Double
    /// What stays free above the plotting area for half a line of a tick.
    let headroom: Double
    /// From one row of categories to the next; where in it a bar begins, and how much of it the bar fills.
    let rowHeight: Double
    let barTop: Double
    let barHeight: Double
    /// The least thing that can be drawn.
    let dot: Double
    /// From the middle of a symbol to its border.
    let symbolRadius: Double
    /// Words begin and areas end at multiples of this.
    let cell: (width: Double, height: Double)
    /// What a character takes.
    let widthOfCharacter: @Sendable (Character) -> Double

    /// A gap that is seen wherever words are aligned to.
    var clearGap: Double { gap + cell.width / 2 }

    /// What words take.
    func width(of words: String) -> Double { words.reduce(0) { $0 + widthOfCharacter($1) } }

    /// The words, or their beginning and an ellipsis where they are wider than there is room.
    func fitted(_ words: String, into room: Double) -> String {
        guard width(of: words) > room else { return words }
        var (rest, taken) = ("", width(of: "…"))
        for character in words {
            taken += widthOfCharacter(character)
            if taken > room { break }
            rest.append(character)
        }
        return rest + "…"
    }

    /// The words in lines that fit, broken between words.
    func wrapped(_ words: String, into room: Double) -> [String] {
        var lines = [""]
        for word in words.split(separator: " ") {
            let longer = lines[lines.count - 1] + (lines[lines.count - 1].isEmpty ? "" : " ") + word
            if width(of: longer) <= room || lines[lines.count - 1].isEmpty {
                lines[lines.count - 1] = longer
            } else {
                lines.append(String(word))
            }
        }
        return lines.map { fitted($0, into: room) }
    }

    /// The box at the nearest place that words or areas can begin at, as large as it was.
    func aligned(_ box: Box) -> Box {
        Box(
            left: (box.left / cell.width).rounded() * cell.width,
            top: (box.top / cell.height).rounded() * cell.height, width: box.width, height: box.height)
    }
}

extension Metrics {
    /// Units of an SVG, with text of 13 units.
    static func units(width: Double) -> Metrics {
        Metrics(
            width: width, greatestHeight: 460, lineHeight: 17, gap: 5, axisDepth: 5, headroom: 9,
            rowHeight: 24,
            barTop: 4, barHeight: 16, dot: 0, symbolRadius: 4.2, cell: (0.1, 0.1),
            widthOfCharacter: \.unitsOfSansSerif)
    }

    /// Dots of braille, two by four to a character.
    static func dots(columns: Int) -> Metrics {
        Metrics(
            width: Double(2 * columns), greatestHeight: 96, lineHeight: 4, gap: 2, axisDepth: 4, headroom: 0,
            rowHeight: 4, barTop: 0, barHeight: 3, dot: 1, symbolRadius: 1, cell: (2, 4),
            widthOfCharacter: { Double(2 * $0.columnsOfTerminal) })
    }
}

extension Character {
    /// About what a wide font without serifs takes at a size of 13, rather too much than too little.
    fileprivate var unitsOfSansSerif: Double {
        switch self {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", "\u{202F}": 4.2
        case " ", "f", "t", "r", "(", ")", "[", "]", "/", "-": 5.2
        case "m", "w", "M", "W", "%", "—": 12.2
        case "A"..."Z", "+", "=", "×", "−", "→", "~", "<", ">": 9.9
        default: columnsOfTerminal == 2 ? 17 : columnsOfTerminal == 0 ? 0 : 8.3
        }
    }

    /// The columns that a terminal gives it.
    var columnsOfTerminal: Int {
        guard !isASCII, let scalar = unicodeScalars.first else { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let isPicture = scalar.properties.isEmojiPresentation || unicodeScalars.contains("\u{FE0F}")
        return isPicture || Self.wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// What Unicode's annex 11 calls wide, by blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
        0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff,
        0x20000...0x3fffd,
    ]
}
