// Two networks side by side, as far as they and a store tell: blocks, latency under equal conditions, accuracy after equal training.

import CompoundSearch
import Foundation
import Measurements
import Networks
import ResultStore

/// A network that is compared, with what a store knows of it.
package struct ComparedNetwork: Hashable, Sendable {
    /// What it is called where it is compared.
    package let name: String
    /// The network.
    package let network: Network
    /// What was measured of it, the latest first.
    package let measurements: [MeasurementRecord]
    /// The runs of its training.
    package let rungs: [RungRecord]

    /// A network with all that the store's trials of it know, or nothing without a store.
    package init(_ network: Network, named name: String, in store: TrialStore?) throws {
        self.name = name
        self.network = network
        let records = try store.map { store in
            try store.trialNumbers(ofNetwork: network.contentHash).map { try store.trial(id: $0) }
        }
        var sets: Set<Int> = []
        measurements = (records ?? []).flatMap(\.measurements)
            .filter { $0.evaluation.latency != nil && sets.insert($0.measurementSet).inserted }
            .sorted { $0.measurementSet > $1.measurementSet }
        var ids: Set<Int> = []
        rungs = (records ?? []).flatMap(\.rungs).filter { ids.insert($0.id).inserted }
    }
}

/// Two networks, and what differs.
package struct NetworkComparison: Hashable, Sendable {
    /// The networks.
    package let first, second: ComparedNetwork

    /// Two networks to compare.
    package init(_ first: ComparedNetwork, _ second: ComparedNetwork) {
        self.first = first
        self.second = second
    }

    /// Whether both compute the same.
    package var isSame: Bool { first.network.contentHash == second.network.contentHash }

    /// The blocks that differ.
    package var blocks: [BlockDifference] { BlockDifference.between(first.network, second.network) }

    /// Latencies under the latest conditions that both were measured in; nil where there are none.
    package var latencies: (first: MeasurementRecord, second: MeasurementRecord)? {
        for measurement in first.measurements {
            if let other = second.measurements.first(where: {
                $0.measurementSet == measurement.measurementSet
            }) {
                return (measurement, other)
            }
        }
        return nil
    }

    /// Why there are no latencies, in words that follow "since".
    package var latencyRefusal: String {
        for compared in [first, second] where compared.measurements.isEmpty {
            return "\(compared.name) has no latency in the store"
        }
        return "they were not measured under equal conditions"
    }

    /// Accuracies after the same training.
    package var accuracies: Result<AccuracyDifference, AccuracyDifference.Incomparable> {
        AccuracyDifference.between(first.rungs, second.rungs, named: (first.name, second.name))
    }
}

extension MeasurementRecord {
    /// This latency over another one under equal conditions, with the half-width of its 95 % interval; both through the anchor that
    /// was timed beside each.
    package func ratio(to other: MeasurementRecord) -> (value: Double, halfWidth: Double)? {
        guard let own = evaluation.latency, let base = other.evaluation.latency else { return nil }
        let value = own.ratio / base.ratio
        let (a, b) = (own.ratioHalfWidth / own.ratio, base.ratioHalfWidth / base.ratio)
        return (value, value * (a * a + b * b).squareRoot())
    }
}
