// A budget that the clock keeps: networks that take so many milliseconds on this machine, or so many times the baseline's.

/// The latency that a search aims at. What it means on a machine is known once the baseline's blocks are timed there.
package enum LatencyTarget: Hashable, Sendable {
    /// Times the baseline's latency.
    case multiple(Double)
    /// Milliseconds of an inference.
    case milliseconds(Double)
}

/// A latency target as it is on one machine, in multiples of the anchor's time, so that it means the same tomorrow.
package struct LatencyBand: Hashable, Sendable {
    /// The latency that is aimed at, over the anchor's.
    package let target: Double
    /// The baseline's latency, over the anchor's.
    package let baseline: Double
    /// How far a latency may lie from the target, as a share of it.
    package let tolerance: Double

    /// A band that is known.
    package init(target: Double, baseline: Double, tolerance: Double) {
        self.target = target
        self.baseline = baseline
        self.tolerance = tolerance
    }

    /// A target settled: `baseline` is the baseline's latency over the anchor's, whose milliseconds are given.
    package init(_ target: LatencyTarget, tolerance: Double, baseline: Double, anchorMilliseconds: Double) {
        switch target {
        case .multiple(let factor): self.target = factor * baseline
        case .milliseconds(let milliseconds): self.target = milliseconds / anchorMilliseconds
        }
        self.baseline = baseline
        self.tolerance = tolerance
    }

    /// The target as a multiple of the baseline's latency.
    package var multiple: Double { target / baseline }

    /// How far a latency over the anchor's lies from the target, as a share of that: below 0 for faster ones.
    package func offset(of ratio: Double) -> Double { ratio / target - 1 }

    /// Whether a latency over the anchor's lies within the band.
    package func admits(_ ratio: Double) -> Bool { abs(offset(of: ratio)) <= tolerance }

    /// Why a measured latency over the anchor's is rejected, or nil where it is not.
    package func refusal(of ratio: Double) -> String? {
        if admits(ratio) { return nil }
        let percent = { (share: Double) in "\((share * 1000).rounded() / 10) %" }
        let offset = offset(of: ratio)
        return
            "measured, it takes \(percent(abs(offset))) \(offset < 0 ? "less" : "more") than the budget's latency, "
            + "of which \(percent(tolerance)) are tolerated"
    }
}
