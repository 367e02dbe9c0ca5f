// Round values along an axis, and how they are written.

import Foundation

/// A value at an axis, and its text.
struct Tick: Hashable, Sendable {
    let value: Double
    let text: String
}

extension Tick {
    /// At most so many values from low to high, 1, 2 or 5 times a power of ten apart.
    static func linear(from low: Double, to high: Double, atMost count: Int, _ numbers: Axis.Numbers)
        -> [Tick]
    {
        let factor = numbers == .percent ? 100.0 : 1
        let (low, high) = (low * factor, high * factor)
        guard count > 0, (high - low) / Double(count) >= .leastNormalMagnitude else { return [] }
        var exponent = Int(log10((high - low) / Double(count)).rounded(.down))
        var (units, first, last) = (1.0, 0.0, -1.0)
        search: while true {
            for candidate in [1.0, 2, 5] {
                units = candidate
                // A multiple of the step is computed from whole numbers, so that no error adds up.
                first = scaled(low, by: -exponent, units).rounded(.up)
                last = scaled(high, by: -exponent, units).rounded(.down)
                if last - first < Double(count) { break search }
            }
            exponent += 1
        }
        guard last >= first else { return [] }
        return (0...Int(last - first)).map { index in
            let value = power(exponent, times: (first + Double(index)) * units)
            return Tick(value: value / factor, text: text(value, exponent: exponent, numbers))
        }
    }

    /// At most so many values between two powers of ten: powers of ten and as many of their multiples as there is room for.
    static func logarithmic(
        fromPower low: Double, toPower high: Double, atMost count: Int, _ numbers: Axis.Numbers
    ) -> [Tick] {
        let (factor, shift) = numbers == .percent ? (100.0, 2.0) : (1, 0)
        // Powers beyond those of numbers have no ticks.
        let exponents =
            Int(max(-300, (low + shift).rounded(.down)))...Int(min(302, (high + shift).rounded(.up)))
        func places(_ multiples: [Double], every stride: Int = 1) -> [(multiple: Double, exponent: Int)] {
            exponents.filter { $0.isMultiple(of: stride) }.flatMap { exponent in
                multiples.map { ($0, exponent) }
            }.filter { multiple, exponent in
                let place = log10(multiple) + Double(exponent) - shift
                return place >= low - 1e-9 && place <= high + 1e-9
            }
        }
        func ticks(_ places: [(multiple: Double, exponent: Int)]) -> [Tick] {
            places.map { multiple, exponent in
                let value = power(exponent, times: multiple)
                let text = text(value, exponent: exponent, numbers, powersFrom: 1e5)
                return Tick(value: value / factor, text: text)
            }
        }
        let choices = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]].map { places($0) }
        if let found = choices.first(where: { $0.count >= 3 && $0.count <= count }) { return ticks(found) }
        let decades = choices[3].count
        if decades > count, count > 0 { return ticks(places([1], every: (decades + count - 1) / count)) }
        let equal =
            high - low > 1 ? [] : linear(from: pow(10, low), to: pow(10, high), atMost: count, numbers)
        if equal.count >= 2 { return equal }
        return choices.first { $0.count <= count }.map { ticks($0) } ?? equal
    }

    /// A value whose last digit that counts is that of 10 to the power of `exponent`; with a power of ten from `limit` on.
    private static func text(
        _ value: Double, exponent: Int, _ numbers: Axis.Numbers, powersFrom limit: Double = 1e7
    ) -> String {
        if value == 0 { return "0" }
        let (magnitude, sign) = (abs(value), value < 0 ? "−" : "")
        if numbers == .short, magnitude >= 1000 {
            let group = min(4, Int(log10(magnitude * 1.000_000_1)) / 3)
            return sign
                + fixed(magnitude / pow(1000, Double(group)), max(0, 3 * group - exponent))
                .withoutTrailingZeros + ["", "k", "M", "G", "T"][group]
        }
        if magnitude >= 0.999_999 * limit || exponent < -6 {
            let power = Int(log10(magnitude * 1.000_000_1).rounded(.down))
            let digits = fixed(scaled(magnitude, by: -power, 1), max(0, power - exponent))
                .withoutTrailingZeros
            return sign + (digits == "1" ? "" : digits + "×") + "10" + superscript(power)
        }
        return sign + grouped(fixed(magnitude, max(0, -exponent)))
    }

    /// number × 10^exponent, rounded once.
    private static func power(_ exponent: Int, times number: Double) -> Double {
        exponent >= 0 ? number * pow(10, Double(exponent)) : number / pow(10, Double(-exponent))
    }

    /// number × 10^exponent in units, where what lies next to a whole number counts as one.
    private static func scaled(_ number: Double, by exponent: Int, _ units: Double) -> Double {
        let value = power(exponent, times: number) / units
        return abs(value - value.rounded()) <= max(1e-9, 4 * value.ulp) ? value.rounded() : value
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(min(digits, 17))f", value)
    }

    private static func superscript(_ number: Int) -> String {
        String(String(number).map { $0 == "-" ? "⁻" : Array("⁰¹²³⁴⁵⁶⁷⁸⁹")[$0.wholeNumberValue ?? 0] })
    }

    /// Five and more digits before the point in groups of three, by narrow spaces that no line breaks at.
    private static func grouped(_ text: String) -> String {
        let parts = text.split(separator: ".")
        var digits = Array(parts[0])
        guard digits.count > 4 else { return text }
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert("\u{202F}", at: place) }
        return ([String(digits)] + parts.dropFirst().map(String.init)).joined(separator: ".")
    }
}

extension String {
    /// A number with a point without the zeros that say nothing.
    fileprivate var withoutTrailingZeros: String {
        guard contains(".") else { return self }
        var text = self
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
