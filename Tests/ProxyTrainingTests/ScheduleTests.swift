// Learning rates, against PyTorch's where PyTorch has the schedule.

import Foundation
import ProxyTraining
import Recipes
import Testing

@Suite struct ScheduleTests {
    /// `OneCycleLR(max_lr=0.4, total_steps=20, pct_start=0.25, div_factor=25, final_div_factor=1e4,
    /// base_momentum=0.85, max_momentum=0.95)` in PyTorch 2.13.
    @Test func oneCycleIsThatOfPyTorch() {
        let expected: [(Int, Double, Double)] = [
            (0, 0.016, 0.95), (1, 0.072_235_498, 0.935_355_339), (2, 0.208, 0.9), (4, 0.4, 0.85),
            (5, 0.395_629_538, 0.851_092_620), (9, 0.300_000_4, 0.875), (14, 0.100_001_2, 0.925),
            (18, 0.004_372_062, 0.948_907_380), (19, 1.6e-6, 0.95),
        ]
        for (step, rate, momentum) in expected {
            let point = Schedule.oneCycle.point(step: step, of: 20, peak: 0.4)
            #expect(abs(Double(point.rate) - rate) < 1e-7, "step \(step)")
            #expect(abs(Double(point.momentum ?? 0) - momentum) < 1e-7, "step \(step)")
        }
    }

    @Test func cosineFallsFromThePeakToNothing() {
        #expect(Schedule.cosine.point(step: 0, of: 8, peak: 0.5).rate == 0.5)
        #expect(abs(Schedule.cosine.point(step: 4, of: 8, peak: 0.5).rate - 0.25) < 1e-7)
        #expect(Schedule.cosine.point(step: 7, of: 8, peak: 0.5).rate < 0.02)
        #expect(Schedule.cosine.point(step: 3, of: 8, peak: 0.5).momentum == nil)
    }

    @Test func theExponentialOneWarmsUpAndDecaysAsIn350Epochs() {
        let steps = 3500
        func rate(_ epoch: Double) -> Double {
            Double(Schedule.exponential.point(step: Int(epoch * 10), of: steps, peak: 1).rate)
        }
        #expect(abs(rate(0) - 0.02) < 1e-6)
        #expect(abs(rate(5) - pow(0.97, 2)) < 1e-6)
        #expect(abs(rate(240) - pow(0.97, 100)) < 1e-6)
    }

    @Test func aRunOfOneStepHasARate() {
        for schedule in Schedule.allCases {
            let point = schedule.point(step: 0, of: 1, peak: 0.1)
            #expect(point.rate.isFinite && point.rate > 0, "\(schedule.rawValue)")
        }
    }
}
