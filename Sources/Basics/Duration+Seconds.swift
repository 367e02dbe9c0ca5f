// Durations as numbers, in one place.

extension Duration {
    /// The whole duration in seconds.
    ///
    ///     Duration.milliseconds(2500).inSeconds  // 2.5
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// The whole number of nanoseconds; below 292 years.
    package var inNanoseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
