// How drawings look: rules for the classes that SVGDrawing writes, once for a page, or once in a file of its own.

extension SVGDrawing {
    /// The rules that a page needs for drawings; their colours are the custom properties of `Palette.css`. A plot stands in
    /// a `div` of the class `plot`, whose own width decides which of its two drawings is shown.
    package static let style =
        rules + Palette.properties.rules + """
            .figure{display:block;width:100%;height:auto}
            .figure.wide{max-width:960px}
            .figure.narrow{max-width:540px;display:none}
            .plot{container-type:inline-size}
            @container (max-width:560px){.figure.wide{display:none}.figure.narrow{display:block}}

            """

    /// The rules of a file of its own, with plain colours, since not every program that draws SVG knows custom properties.
    static let ownStyle =
        rules + Palette.light.rules + "@media (prefers-color-scheme:dark){\n" + Palette.dark.rules + "}\n"

    private static let rules = """
        .figure{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:13px;\
        font-variant-numeric:tabular-nums}
        .figure .grid,.figure .axis,.figure .rule,.figure .reference,.figure .stroke{fill:none}
        .figure .reference,.figure .stroke{stroke-width:2;stroke-linejoin:round}
        .figure .thin{stroke-width:1}
        .figure .hollow{stroke-width:1.5}
        .figure .dashed{stroke-dasharray:6 4}
        .figure .rule{stroke-dasharray:2 3}
        .figure .area{fill-opacity:.2;stroke-width:1}
        .figure .heading,.figure .title,.figure text.emphasis{font-weight:600}
        .figure .title{font-size:15px}
        .figure text{paint-order:stroke;stroke-width:3;stroke-linejoin:round}

        """
}

extension Palette {
    /// The custom properties instead of colours.
    fileprivate static let properties = Palette(
        background: "var(--background)", text: "var(--text)", grid: "var(--grid)",
        marks: Dictionary(uniqueKeysWithValues: ColourRole.allCases.map { ($0, "var(--\($0.rawValue))") }),
        words: Dictionary(
            uniqueKeysWithValues: ColourRole.allCases.map { ($0, "var(--\($0.rawValue)-word)") }))

    /// The rules that name colours.
    fileprivate var rules: String {
        let common = [
            ".backdrop{fill:\(background)}", ".grid{stroke:\(grid)}",
            ".axis,.figure .rule{stroke:\(mark(.muted))}", ".reference{stroke:\(text)}",
            "text{fill:\(text);stroke:\(background)}", ".tick,.figure .note{fill:\(word(.muted))}",
        ]
        let roles = ColourRole.allCases.flatMap { role in
            let (name, colour) = (role.rawValue, mark(role))
            return [
                ".\(name).fill{fill:\(colour);stroke:\(background)}", ".\(name).stroke{stroke:\(colour)}",
                ".\(name).hollow{fill:\(background)}", ".\(name).area{fill:\(colour);stroke:\(colour)}",
                "text.\(name){fill:\(word(role))}",
            ]
        }
        return (common + roles).map { ".figure \($0)\n" }.joined()
    }
}
