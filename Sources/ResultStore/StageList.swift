// Coefficients of single stages as a text that people can filter by: `1 1.25 2 1`.

import Networks

extension StageFactors {
    /// Coefficients from the texts of a row, or nil where it has none.
    init?(alphas: String?, betas: String?) {
        self.init(depths: alphas.map(Self.numbers) ?? [], widths: betas.map(Self.numbers) ?? [])
    }

    /// Depth coefficients as text, or nil where the stages have none of their own.
    var alphaText: String? { Self.text(depths) }

    /// Width coefficients as text, or nil where the stages have none of their own.
    var betaText: String? { Self.text(widths) }

    /// The shortest numbers that read back exactly, whole ones without a point.
    private static func text(_ numbers: [Double]) -> String? {
        if numbers.isEmpty { return nil }
        return numbers.map { number in
            let text = "\(number)"
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }.joined(separator: " ")
    }

    private static func numbers(_ text: String) -> [Double] {
        text.split(separator: " ").compactMap { Double($0) }
    }
}
