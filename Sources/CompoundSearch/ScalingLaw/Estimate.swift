// A figure with its interval.

/// A figure with its 95 % interval.
package struct Estimate: Hashable, Sendable {
    /// The figure.
    package var value: Double
    /// The lower end of the interval.
    package var low: Double
    /// The upper end of the interval.
    package var high: Double

    /// A figure with an interval.
    package init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    /// The accuracy that an error leaves, both shares of 1; none where a law's error passes 1.
    package var accuracy: Estimate {
        func left(_ error: Double) -> Double { 1 - min(error, 1) }
        return Estimate(value: left(value), low: left(high), high: left(low))
    }

    /// A figure with the 2.5 % and 97.5 % quantiles of what is possible.
    package init(_ value: Double, draws: [Double]) {
        let sorted = draws.sorted()
        func quantile(_ share: Double) -> Double {
            guard let last = sorted.last else { return value }
            let position = share * Double(sorted.count - 1)
            let index = Int(position)
            let next = index + 1 < sorted.count ? sorted[index + 1] : last
            return sorted[index] + (next - sorted[index]) * (position - Double(index))
        }
        self.init(value: value, low: quantile(0.025), high: quantile(0.975))
    }

    /// The interval of an increasing function of the figure.
    package func mapped(_ function: (Double) -> Double) -> Estimate {
        Estimate(value: function(value), low: function(low), high: function(high))
    }

    /// How wide the interval is.
    package var width: Double { high - low }
}
