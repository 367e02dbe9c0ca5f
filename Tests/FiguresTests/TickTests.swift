// Round numbers at axes.

import Figures
import Testing

struct TickTests {
    @Test func linearTicksAreOneTwoOrFiveTimesAPowerOfTenApart() {
        #expect(ticks(0, 1) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(ticks(0, 7) == ["0", "1", "2", "3", "4", "5", "6", "7"])
        #expect(ticks(0.13, 0.31) == ["0.15", "0.20", "0.25", "0.30"])
        #expect(ticks(-3, 3) == ["−3", "−2", "−1", "0", "1", "2", "3"])
        #expect(ticks(0.1, 0.3).count == 5)
    }

    @Test func noErrorAddsUpAlongTheAxis() {
        #expect(ticks(0.1, 0.7) == ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"])
        #expect(ticks(1_000_000.1, 1_000_000.5).first == "1\u{202F}000\u{202F}000.1")
    }

    @Test func largeNumbersStandInGroupsAndLargerOnesHavePowers() {
        #expect(
            ticks(0, 30_000) == [
                "0", "5000", "10\u{202F}000", "15\u{202F}000", "20\u{202F}000", "25\u{202F}000",
                "30\u{202F}000",
            ])
        #expect(ticks(0, 5e8) == ["0", "10⁸", "2×10⁸", "3×10⁸", "4×10⁸", "5×10⁸"])
        #expect(ticks(0, 4e-8) == ["0", "10⁻⁸", "2×10⁻⁸", "3×10⁻⁸", "4×10⁻⁸"])
    }

    @Test func shortNumbersHaveALetter() {
        #expect(ticks(0, 5e8, .linear, .short) == ["0", "100M", "200M", "300M", "400M", "500M"])
        #expect(
            ticks(5e8, 2.1e9, .linear, .short) == [
                "600M", "800M", "1G", "1.2G", "1.4G", "1.6G", "1.8G", "2G",
            ])
        #expect(ticks(0, 3000, .linear, .short) == ["0", "500", "1k", "1.5k", "2k", "2.5k", "3k"])
    }

    @Test func sharesAreWrittenInPerCent() {
        #expect(ticks(0.5, 0.95, .linear, .percent) == ["50", "60", "70", "80", "90"])
        #expect(ticks(0.001, 0.1, .log, .percent) == ["0.1", "0.2", "0.5", "1", "2", "5", "10"])
    }

    @Test func logarithmicTicksAreDecadesAndAsManyMultiplesAsThereIsRoomFor() {
        #expect(ticks(1, 8, .log) == ["1", "2", "3", "4", "5", "6", "7", "8"])
        #expect(ticks(1, 100, .log) == ["1", "2", "5", "10", "20", "50", "100"])
        #expect(ticks(1, 1000, .log) == ["1", "3", "10", "30", "100", "300", "1000"])
        #expect(ticks(1, 1e6, .log) == ["1", "10", "100", "1000", "10\u{202F}000", "10⁵", "10⁶"])
        #expect(
            ticks(1e-3, 1e12, .log) == ["0.01", "1", "100", "10\u{202F}000", "10⁶", "10⁸", "10¹⁰", "10¹²"])
    }

    @Test func aShortLogarithmicAxisHasEqualSteps() {
        #expect(ticks(11, 19, .log) == ["12", "14", "16", "18"])
        #expect(
            ticks(2e5, 9e5, .log, .short) == ["200k", "300k", "400k", "500k", "600k", "700k", "800k", "900k"])
    }

    @Test func ticksThatWouldTouchAreLeftOut() {
        let axis = Axis("x", domain: 0...3_000_000)
        let narrow = SVGDrawing(width: 200).text(
            Figure("t", title: "", summary: "", x: axis, y: .hidden()))
        #expect(words("tick", of: narrow) == ["0", "2\u{202F}000\u{202F}000"])
    }

    @Test(arguments: [(0.0, 1e300), (-1e300, 1e300), (1e15, 1e15 + 1), (0, .leastNonzeroMagnitude)])
    func extremeDomainsEndInFewTicks(_ low: Double, _ high: Double) {
        #expect(ticks(low, high).count <= 8)
        #expect(low <= 0 || ticks(low, high, .log).count <= 8)
    }
}
