// What measuring a network came to: figures, or why there are none.

/// How an evaluation ended.
package enum Outcome: Hashable, Sendable {
    /// Everything asked for was measured.
    case complete
    /// Measured, and found to exceed a bound that only measuring can check.
    case rejected(String)
    /// Could not be evaluated; the reason in one sentence.
    case failed(String)

    /// Why, where it is not complete.
    package var reason: String? {
        switch self {
        case .complete: nil
        case .rejected(let reason), .failed(let reason): reason
        }
    }
}

/// What an evaluation found out about a network.
package struct Evaluation: Hashable, Sendable {
    /// How it ended.
    package var outcome: Outcome
    /// The latency, where it was measured.
    package var latency: Latency?
    /// Bytes that execution planned: activations and packed weights.
    package var plannedMemoryBytes: Int?

    /// An evaluation.
    package init(outcome: Outcome, latency: Latency? = nil, plannedMemoryBytes: Int? = nil) {
        self.outcome = outcome
        self.latency = latency
        self.plannedMemoryBytes = plannedMemoryBytes
    }
}
