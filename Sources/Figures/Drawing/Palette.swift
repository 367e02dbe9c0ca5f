// The colours: Okabe and Ito's, which eyes of all kinds tell apart, made darker or lighter where the background asks for it.

/// A colour of each role on a light and on a dark background.
package enum Palette {
    /// Custom properties of CSS for a light page and, by media query, for a dark one.
    package static let css = ""
}
