// Numbers as people write them. 0.1 has no exact double, so three steps of a double 0.1 miss 0.3, and ⌈·⌉ then
// builds another network; three steps of the decimal do not.

/// A decimal number, exactly: a significand of up to 38 digits times a power of ten.
///
///     DecimalNumber("0.60") == DecimalNumber(0.6)   // 6 · 10⁻¹
package struct DecimalNumber: Hashable, Sendable {
    /// The digits without the zeros at their end, and the sign.
    package let significand: Int128
    /// The power of ten that they are multiplied by.
    package let exponent: Int

    /// The number that a text such as `1.2`, `.5` or `6e-1` writes, or nil for any other text, for more than 38
    /// digits, and for a power of ten beyond a thousand.
    package init?(_ text: String) {
        var digits = Substring(text).utf8
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        var significand: Int128 = 0
        var exponent = 0
        // Zeros count once a further digit follows them.
        var zeros = 0
        var hasDigit = false
        var hasPoint = false
        while let byte = digits.first, byte | 0x20 != UInt8(ascii: "e") {
            digits.removeFirst()
            switch byte {
            case UInt8(ascii: ".") where !hasPoint: hasPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                hasDigit = true
                if hasPoint { exponent -= 1 }
                zeros += 1
                let digit = byte - UInt8(ascii: "0")
                if digit == 0 { continue }
                guard
                    let shifted = significand == 0 ? 0 : significand.timesPowerOfTen(zeros)
                else { return nil }
                let (sum, overflow) = shifted.addingReportingOverflow(Int128(digit))
                if overflow { return nil }
                significand = sum
                zeros = 0
            default: return nil
            }
        }
        guard hasDigit else { return nil }
        exponent += zeros
        if !digits.isEmpty {
            guard let power = Int(Substring(digits.dropFirst())), abs(power) <= 100_000 else { return nil }
            exponent += power
        }
        if significand == 0 { exponent = 0 }
        guard -1000...1000 ~= exponent else { return nil }
        self.significand = isNegative ? -significand : significand
        self.exponent = exponent
    }

    /// The shortest decimal that reads back as this double, which must be finite.
    package init(_ number: Double) {
        guard let decimal = DecimalNumber("\(number)") else { preconditionFailure("\(number) is no number") }
        self = decimal
    }

    /// The nearest double: what the text reads as anywhere else.
    package var double: Double { Double("\(significand)e\(exponent)") ?? .nan }

    /// This number times a power of ten, exactly.
    ///     DecimalNumber(0.7).scaled(byPowerOfTen: -2).double   // 0.007, and 0.7 / 100 is not
    package func scaled(byPowerOfTen power: Int) -> DecimalNumber {
        DecimalNumber(significand, significand == 0 ? 0 : exponent + power)
    }

    /// The whole number nearest to this one times a factor above 0, or nil beyond 64 bits.
    package func rounded(times factor: Int) -> Int? {
        let (product, overflow) = significand.multipliedReportingOverflow(by: Int128(factor))
        if overflow { return nil }
        if exponent >= 0 { return product.timesPowerOfTen(exponent).flatMap(Int.init(exactly:)) }
        guard let divisor = Int128(1).timesPowerOfTen(-exponent) else { return 0 }
        let (quotient, rest) = product.quotientAndRemainder(dividingBy: divisor)
        // Half of the divisor is exact: it is even.
        let away: Int128 = rest.magnitude >= (divisor / 2).magnitude ? product.signum() : 0
        return Int(exactly: quotient + away)
    }

    /// The significand at a power of ten that is not above this number's, or nil where it has too many digits.
    package func significand(atExponent other: Int) -> Int128? {
        significand == 0 ? 0 : significand.timesPowerOfTen(exponent - other)
    }

    private init(_ significand: Int128, _ exponent: Int) {
        self.significand = significand
        self.exponent = exponent
    }
}

extension DecimalNumber: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// The decimal of a literal.
    package init(floatLiteral value: Double) { self.init(value) }

    /// The decimal of a whole literal.
    package init(integerLiteral value: Int) {
        guard let decimal = DecimalNumber("\(value)") else { preconditionFailure("\(value) is no number") }
        self = decimal
    }
}

extension Int128 {
    /// This number times a power of ten, or nil where it does not fit.
    fileprivate func timesPowerOfTen(_ power: Int) -> Int128? {
        guard 0...38 ~= power else { return nil }
        var power = power
        var result = self
        while power > 0 {
            let part = Swift.min(power, 18)
            var factor: Int128 = 1
            for _ in 0..<part { factor *= 10 }
            let (product, overflow) = result.multipliedReportingOverflow(by: factor)
            if overflow { return nil }
            result = product
            power -= part
        }
        return result
    }
}
