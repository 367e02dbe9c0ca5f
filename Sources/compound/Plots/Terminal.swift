// Plots for where results go.

import Figures
import Foundation

/// Standard output as a place for plots.
enum Terminal {
    /// The figures as text, one below the other, as wide and as colourful as standard output can take.
    static func text(_ figures: [Figure]) -> String {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let drawing = BrailleDrawing(
            isTerminal: isatty(STDOUT_FILENO) == 1, columns: isKnown ? Int(size.ws_col) : nil,
            environment: ProcessInfo.processInfo.environment)
        return figures.map { drawing.lines($0).joined(separator: "\n") }.joined(separator: "\n\n")
    }
}
