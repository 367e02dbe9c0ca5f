import Basics
import Testing

@Suite struct Durations {
    @Test(arguments: [
        (Duration.milliseconds(2500), 2.5, 2_500_000_000), (.seconds(61), 61, 61_000_000_000),
        (.nanoseconds(1), 1e-9, 1), (.zero, 0, 0), (.milliseconds(-1500), -1.5, -1_500_000_000),
        (.seconds(86_400 * 365), 31_536_000, 31_536_000_000_000_000),
    ])
    func wholeSecondsCountToo(_ duration: Duration, _ seconds: Double, _ nanoseconds: Int) {
        #expect(duration.inSeconds == seconds)
        #expect(duration.inNanoseconds == nanoseconds)
    }
}
