// Where the time of a network goes: its layers, beside what the machine does at best.

import CandidateBenchmark
import Networks
import ResultStore

/// The times of a network's layers, and the machine's ceilings for a working set as large.
package struct NetworkProfile: Hashable, Sendable {
    /// The layers in the order of execution; one that is fused into another takes no time of its own.
    package let layers: [LayerTime]
    /// The ceilings.
    package let ceilings: [Ceiling]

    /// A profile.
    package init(layers: [LayerTime], ceilings: [Ceiling]) {
        self.layers = layers
        self.ceilings = ceilings
    }

    /// What timing a network's layers found.
    init(_ times: LatencyBenchmark.LayerTimes, of network: Network) {
        layers = network.layers.enumerated().map { index, layer in
            LayerTime(
                layer: "\(layer.name)", milliseconds: times.medians[index], minimum: times.minima[index],
                macs: layer.cost.macs.value)
        }
        ceilings = [
            Ceiling(
                workingSetBytes: times.ceilings.workingSetBytes, gflops: times.ceilings.gigaflops,
                gigabytesPerSecond: times.ceilings.gigabytes)
        ]
    }
}
