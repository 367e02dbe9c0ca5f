// Dots of braille, two by four to a character, with words among them.

/// A grid of characters, each with its dots or a character of its own.
struct BrailleCanvas {
    /// Columns and rows of characters.
    let columns: Int
    let rows: Int
    private var cells: [Cell]

    private struct Cell: Equatable {
        var dots: UInt32 = 0
        var character: Character?
        /// Nothing is written where a wide character to the left reaches.
        var isCovered = false
        var role: ColourRole?
    }

    /// An empty canvas.
    init(columns: Int, rows: Int) {
        (self.columns, self.rows) = (columns, rows)
        cells = Array(repeating: Cell(), count: columns * rows)
    }

    /// Sets a dot, counted from the left and the top; beyond the canvas there are none.
    mutating func set(_ x: Int, _ y: Int, _ role: ColourRole) {
        guard x >= 0, y >= 0, x < 2 * columns, y < 4 * rows else { return }
        let cell = y / 4 * columns + x / 2
        // The order in which Unicode numbers the dots.
        cells[cell].dots |= [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]][y % 4][x % 2]
        cells[cell].role = role
    }

    /// Writes characters from a column on, in place of dots, but none that a terminal would obey.
    mutating func write(_ text: String, column: Int, row: Int, _ role: ColourRole?) {
        var column = column
        for character in text.harmless where (0..<rows).contains(row) {
            let width = character.columnsOfTerminal
            guard width > 0, column >= 0, column + width <= columns else { continue }
            cells[row * columns + column] = Cell(character: character, role: role)
            if width == 2 { cells[row * columns + column + 1] = Cell(isCovered: true, role: role) }
            column += width
        }
    }

    /// The rows without blanks at their ends; with colours, each as the sequences of a terminal.
    func lines(isColoured: Bool) -> [String] {
        (0..<rows).map { row in
            let line = cells[row * columns..<(row + 1) * columns]
            let isEmpty = { (cell: Cell) in cell == Cell() || cell.character == " " }
            guard let end = line.lastIndex(where: { !isEmpty($0) }) else { return "" }
            var (text, current) = ("", ColourRole?.none)
            for cell in line[...end] where !cell.isCovered {
                let character = cell.character ?? Character(Unicode.Scalar(0x2800 + cell.dots) ?? " ")
                if isColoured, cell.role != current {
                    text += "\u{1B}[0" + (cell.role.map { ";" + $0.terminalColour } ?? "") + "m"
                    current = cell.role
                }
                text.append(cell.dots == 0 && cell.character == nil ? " " : character)
            }
            return text + (current == nil ? "" : "\u{1B}[0m")
        }
    }
}

extension String {
    /// The text without what turns the direction of a line, and with a replacement for what steers a terminal.
    var harmless: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029: text += "\u{FFFD}"
            case 0x61c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: break
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension ColourRole {
    /// One of the terminal's own colours, which its owner made readable.
    fileprivate var terminalColour: String {
        switch self {
        case .first: "34"
        case .second: "31"
        case .third: "32"
        case .fourth: "35"
        case .fifth: "33"
        case .sixth: "36"
        case .muted: "90"
        case .emphasis: "1"
        }
    }
}
