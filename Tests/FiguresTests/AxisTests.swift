// Axes and their words.

import Figures
import Testing

struct AxisTests {
    @Test func headingsHaveTheUnitInBrackets() {
        #expect(Axis("latency", unit: "ms").heading == "latency (ms)")
        #expect(Axis("accuracy", numbers: .percent).heading == "accuracy (%)")
        #expect(Axis("blocks").heading == "blocks")
        #expect(Axis("", unit: "ms").heading == "ms")
    }
}
