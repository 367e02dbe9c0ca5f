// Learning rates over the course of a run.

import Foundation

/// A learning rate, and a momentum where the schedule moves it too, for each step of a run.
package enum Schedule: String, CaseIterable, Hashable, Sendable {
    /// Always the peak.
    case constant
    /// From the peak to zero along half a cosine (Loshchilov & Hutter 2017).
    case cosine
    /// Up from 1/25 of the peak in a quarter of the run and down to nearly nothing, along cosines, while
    /// momentum goes from 0.95 to 0.85 and back (Smith & Topin 2018).
    case oneCycle = "one-cycle"
    /// The paper's: 0.97 times as much every 2.4 of 350 epochs, after a warm-up of 5 of 350 (Tan & Le 2019);
    /// a shorter run goes through all of it.
    case exponential

    /// What a step is taken with.
    package struct Point: Hashable, Sendable {
        /// The learning rate.
        package var rate: Float
        /// The momentum, or nil for the optimiser's own.
        package var momentum: Float?
    }

    /// Rate and momentum of step `step` of `count`.
    package func point(step: Int, of count: Int, peak: Double) -> Point {
        let progress = Double(step) / Double(max(1, count))
        switch self {
        case .constant: return Point(rate: Float(peak))
        case .cosine: return Point(rate: Float(peak * (1 + cos(.pi * progress)) / 2))
        case .oneCycle: return oneCycle(step: step, of: count, peak: peak)
        case .exponential:
            let epoch = 350 * progress
            let warm = min(1, (epoch + 350 / Double(max(1, count))) / 5)
            return Point(rate: Float(peak * warm * pow(0.97, (epoch / 2.4).rounded(.down))))
        }
    }

    /// As PyTorch's `OneCycleLR` with `pct_start` 0.25, `div_factor` 25 and `final_div_factor` 1e4.
    private func oneCycle(step: Int, of count: Int, peak: Double) -> Point {
        let top = max(0.25 * Double(count) - 1, 1e-9)
        let last = Double(max(1, count - 1))
        let at = Double(step)
        func blend(_ from: Double, _ to: Double, _ share: Double) -> Double {
            to + (from - to) * (1 + cos(.pi * share)) / 2
        }
        let start = peak / 25
        if at <= top {
            let share = at / top
            return Point(rate: Float(blend(start, peak, share)), momentum: Float(blend(0.95, 0.85, share)))
        }
        let share = min(1, (at - top) / max(last - top, 1e-9))
        return Point(
            rate: Float(blend(peak, start / 1e4, share)), momentum: Float(blend(0.85, 0.95, share)))
    }
}
