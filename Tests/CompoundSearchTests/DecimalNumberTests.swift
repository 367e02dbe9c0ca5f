// Numbers as they are written, and the values of a range in steps of them.

import CompoundSearch
import Testing

@Test(arguments: [
    ("0.6", 0.6), (".5", 0.5), ("1.", 1), ("+1.2", 1.2), ("-1.20", -1.2), ("0012.50", 12.5), ("1e-1", 0.1),
    ("25E-2", 0.25), ("1e3", 1000), ("-0", 0), ("0e99", 0), ("0.30000000000000004", 0.30000000000000004),
    ("1e-320", 1e-320), ("123456789012345678901234567890", 123456789012345678901234567890.0),
    ("9007199254740993", 9_007_199_254_740_993), ("1" + String(repeating: "0", count: 60), 1e60),
])
func aDecimalReadsAsItsDouble(_ text: String, _ number: Double) throws {
    let decimal = try #require(DecimalNumber(text))
    #expect(decimal.double == number)
    #expect(decimal.double == Double(text))
}

@Test(arguments: [
    "", ".", "-", "e3", "1e", "1.2.3", "nan", "inf", "0x10", "1e2000", " 1", "1_000",
    "1e99999999999999999999",
])
func whatIsNoDecimalIsNone(_ text: String) { #expect(DecimalNumber(text) == nil) }

@Test func moreDigitsThanThirtyEightAreNone() {
    #expect(DecimalNumber("0." + String(repeating: "7", count: 38)) != nil)
    #expect(DecimalNumber("0." + String(repeating: "7", count: 40)) == nil)
}

@Test func oneNumberHasOneDecimal() {
    #expect(DecimalNumber("1.10") == DecimalNumber("1.1"))
    #expect(DecimalNumber("110e-2") == 1.1)
    #expect(DecimalNumber("100") == 100)
    #expect(DecimalNumber("1.1") != DecimalNumber("1.1000000000000001"))
}

@Test func powersOfTenAndWholeNumbersAreExact() {
    #expect(DecimalNumber(0.7).scaled(byPowerOfTen: -2).double == 0.007)
    #expect(DecimalNumber("9007199254.740993")?.rounded(times: 1_000_000) == 9_007_199_254_740_993)
    #expect(DecimalNumber("1.5")?.rounded(times: 1) == 2)
    #expect(DecimalNumber("-1.5")?.rounded(times: 1) == -2)
    #expect(DecimalNumber("2.4999")?.rounded(times: 1) == 2)
    #expect(DecimalNumber("1e-300")?.rounded(times: 1000) == 0)
    #expect(DecimalNumber("1e19")?.rounded(times: 1) == nil)
    #expect(DecimalNumber("9223372036854775807")?.rounded(times: 1) == .max)
}

/// The values of a range of texts.
private func values(_ low: String, _ high: String, _ step: String) throws -> [Double] {
    let (low, high) = (try #require(DecimalNumber(low)), try #require(DecimalNumber(high)))
    let step = try #require(DecimalNumber(step))
    let steps = try #require(DecimalSteps(from: low, to: high, by: step))
    return (0..<steps.count).map { steps[$0] }
}

@Test func stepsAreTheDecimalsThatAListWouldHave() throws {
    #expect(try values("0.6", "3.0", "0.2") == [0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.4, 2.6, 2.8, 3])
    #expect(try values("0", "0.3", "0.1") == [0, 0.1, 0.2, 0.3])
    #expect(try values("1", "2", "0.3") == [1, 1.3, 1.6, 1.9])
    #expect(try values("1e-1", "3e-1", "1e-1") == [0.1, 0.2, 0.3])
    #expect(try values("-0.3", "0.3", "0.1") == [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3])
    #expect(try values("10", "30", "1e1") == [10, 20, 30])
    #expect(
        try values("1.00000000000000000001", "1.3", "0.1")
            == [1.00000000000000000001, 1.10000000000000000001, 1.20000000000000000001])
}

@Test func everyStepOfAThousandIsTheDoubleOfItsText() throws {
    for (scale, digits) in [(1000, 3), (100_000, 5)] {
        let walked = try values("0.001", "2", "0." + String(repeating: "0", count: digits - 1) + "1")
        let start = scale / 1000
        for (index, value) in walked.enumerated() where index % 7 == 0 {
            let units = start + index
            let fraction = String(String(scale + units % scale).dropFirst())
            #expect(value == Double("\(units / scale).\(fraction)"))
        }
        #expect(walked.last == 2)
    }
}

@Test func stepsThatLeadNowhereAreNone() {
    #expect(DecimalSteps(from: 1, to: 2, by: 0) == nil)
    #expect(DecimalSteps(from: 1, to: 2, by: -1) == nil)
    #expect(DecimalSteps(from: 2, to: 1, by: 1) == nil)
    #expect(DecimalSteps(from: 1, to: 2, by: 1e-9) == nil)
    #expect(DecimalSteps(from: 1, to: 2, by: 1e-300) == nil)
    #expect(DecimalSteps(from: 1, to: 2, by: 5e-9)?.count == 200_000_001)
}
