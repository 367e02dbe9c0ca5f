// Where the time of the chosen network goes, beside what the machine does at best.

import CandidateBenchmark
import CompoundSearch
import Measurements
import Networks
import ResultStore

/// The timed layers of one network.
package struct LayerFindings: Sendable {
    /// The number of its trial.
    package let trial: Int
    /// The layers that take time of their own, in the order of execution; those fused into another are left out.
    package let layers: [Layer]
    /// The ceilings that `least` was reckoned with.
    package let ceiling: Ceiling
    /// What the times depend on besides.
    package let conditions: Conditions

    /// A layer's time.
    package struct Layer: Hashable, Sendable {
        /// Its name, such as `stages.1.0.expand`.
        package let name: String
        /// The median and the least of all runs, in milliseconds.
        package let median, minimum: Double
        /// The least that the ceilings allow, in milliseconds.
        package let least: Double
        /// Multiply–accumulates.
        package let macs: Int
    }

    /// The layers of a trial's network as the store knows them; nil where nobody timed them.
    init?(_ trial: TrialRecord, in store: TrialStore) throws {
        let network = try Network(trial.architecture)
        for measurement in trial.measurements {
            let conditions = measurement.conditions
            let times = try store.layerTimes(networkHash: trial.networkHash, conditions: conditions)
            let ceilings = try store.ceilings(conditions: conditions)
            guard times.count == network.layers.count,
                let ceiling = ceilings.min(by: { [network] in
                    $0.distance(from: network) < $1.distance(from: network)
                })
            else { continue }
            self.trial = trial.id
            self.ceiling = ceiling
            self.conditions = conditions
            let limits = MachineCeilings(
                gigaflops: ceiling.gflops, gigabytes: ceiling.gigabytesPerSecond,
                workingSetBytes: ceiling.workingSetBytes)
            layers = zip(times, network.layers).compactMap { time, layer in
                guard time.minimum > 0 else { return nil }
                return Layer(
                    name: time.layer, median: time.milliseconds, minimum: time.minimum,
                    least: limits.leastMilliseconds(layer, batch: conditions.batch),
                    macs: layer.cost.macs.value)
            }
            return
        }
        return nil
    }
}

extension Ceiling {
    /// How far its working set is from a network's: its weights and the activations that are alive at once.
    fileprivate func distance(from network: Network) -> Int {
        abs(workingSetBytes - network.cost.weightBytes.value - network.cost.peakActivationBytes.value)
    }
}
