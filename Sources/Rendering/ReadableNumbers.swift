// Numbers as people read them.

import Foundation

extension Int {
    /// The number with commas: 385,814,752.
    package var grouped: String {
        var digits = Array(String(magnitude))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return (self < 0 ? "-" : "") + String(digits)
    }

    /// The number with three or four digits and a unit: 385.8M, 4.09G.
    package var short: String {
        let units: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        for (unit, letter) in units where Double(self) >= unit {
            let scaled = Double(self) / unit
            return String(format: scaled < 10 ? "%.2f" : "%.1f", scaled) + letter
        }
        return "\(self)"
    }

    /// The number of bytes with a binary unit: 20.2 MiB.
    package var bytes: String {
        let units: [(Double, String)] = [(1_073_741_824, "GiB"), (1_048_576, "MiB"), (1024, "KiB")]
        for (unit, name) in units where Double(self) >= unit {
            return String(format: "%.1f ", Double(self) / unit) + name
        }
        return "\(self) B"
    }
}

extension Double {
    /// The number with so many digits after the point.
    package func digits(_ count: Int) -> String { String(format: "%.\(count)f", self) }

    /// A coefficient as a person writes it: at most four digits, no trailing zeros.
    package var coefficient: String {
        var text = String(format: "%.4f", self)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
