// The colours: Okabe and Ito's, which eyes of all kinds tell apart, made darker or lighter where a background asks for it.
// Their hues are kept. Marks have a contrast of at least 3 to the background and words one of 4.5, as WCAG 2.2 wants it.

/// A colour of each role on a light and on a dark background, as CSS writes it.
package struct Palette: Hashable, Sendable {
    /// Behind everything.
    package let background: String
    /// Words that belong to no role.
    package let text: String
    /// Lines behind the marks, which only help.
    package let grid: String
    /// The colours of marks, and of words where those differ.
    let marks: [ColourRole: String]
    let words: [ColourRole: String]

    /// The colour of what is drawn in this role.
    package func mark(_ role: ColourRole) -> String { marks[role] ?? text }

    /// The colour of words in this role.
    package func word(_ role: ColourRole) -> String { words[role] ?? mark(role) }

    /// On white.
    package static let light = Palette(
        background: "#ffffff", text: "#1c1e21", grid: "#e3e5e8",
        marks: [
            .first: "#0072b2", .second: "#d55e00", .third: "#009e73", .fourth: "#ca75a4", .fifth: "#bf8400",
            .sixth: "#1d98dd", .muted: "#6b7076",
        ],
        words: [
            .second: "#bd5300", .third: "#008360", .fourth: "#ba4a88", .fifth: "#986900", .sixth: "#177ab2",
            .muted: "#5f6368",
        ])

    /// On nearly black.
    package static let dark = Palette(
        background: "#17191c", text: "#e8e6e3", grid: "#33373c",
        marks: [
            .first: "#008cdb", .second: "#db6100", .third: "#009e73", .fourth: "#cc79a7", .fifth: "#e69f00",
            .sixth: "#56b4e9", .muted: "#8d9399",
        ], words: [.muted: "#9aa0a6"])

    /// Custom properties of CSS: `--background`, `--text`, `--grid`, and `--first` and `--first-word` for each role; dark
    /// where the reader's system is dark, but never on paper.
    package static let css = """
        :root{color-scheme:light dark;\(light.definitions)}
        @media screen and (prefers-color-scheme:dark){:root{\(dark.definitions)}}

        """

    private var definitions: String {
        let roles = ColourRole.allCases.map { role in
            "--\(role.rawValue):\(mark(role));--\(role.rawValue)-word:\(word(role))"
        }
        return (["--background:\(background);--text:\(text);--grid:\(grid)"] + roles).joined(separator: ";")
    }
}
