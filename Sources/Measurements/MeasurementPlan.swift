// What a person asks of measuring: whether, on how many threads and images, and for how long.

/// How a network's latency is measured.
package struct MeasurementPlan: Hashable, Sendable {
    /// Whether latency is measured, predicted or left out.
    package var latency = LatencyOrigin.measured
    /// Threads that share one inference.
    package var threads = 1
    /// Images of one inference.
    package var batch = 1
    /// Seconds after which a measurement ends though its interval is still wide.
    package var secondsCap = 10.0

    /// Threads that a plan may ask for; the machine may have fewer.
    package static let threadRange = 1...1024
    /// Images that one inference or step may have.
    package static let batchRange = 1...4096
    /// Seconds that a measurement may take: up to a day.
    package static let secondsRange = 0.001...86_400

    /// One thread, one image.
    package init() {}
}
