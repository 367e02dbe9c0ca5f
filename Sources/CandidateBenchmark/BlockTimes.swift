// Latency without running the network: candidates of one search share most of their blocks, so the time of
// each block is measured once, in some network that has it, and a network's latency is the sum.

import Networks

/// A table of block times, each as a ratio of the anchor's time.
package struct BlockTimes: Sendable {
    /// The ratio of each block's signature.
    package private(set) var ratios: [String: Double]

    /// A table, as it was stored.
    package init(_ ratios: [String: Double] = [:]) { self.ratios = ratios }

    /// Adds what is not known yet.
    package mutating func add(_ more: [String: Double]) {
        ratios.merge(more) { known, _ in known }
    }

    /// The network's latency as a ratio of the anchor's, or nil where the time of a block is not known.
    package func latencyRatio(of network: Network) -> Double? {
        var sum = 0.0
        for block in network.blockSignatures {
            guard let ratio = ratios[block.signature] else { return nil }
            sum += ratio
        }
        return sum
    }

    /// Networks that have all the unknown blocks of `networks` between them, those with many of them first.
    ///
    /// Greedy: about one network for each pair of width and resolution of a grid, the least deep that has them all.
    package func networksToMeasure(of networks: [Network]) -> [Network] {
        let cheapestFirst = networks.map { ($0, $0.cost.macs.value) }.sorted { $0.1 < $1.1 }.map(\.0)
        var unknown = cheapestFirst.map { network in
            (network, Set(network.blockSignatures.map(\.signature)).subtracting(ratios.keys))
        }
        var chosen: [Network] = []
        // Of several minima, the first is found.
        while let best = unknown.min(by: { $0.1.count > $1.1.count }), !best.1.isEmpty {
            chosen.append(best.0)
            unknown = unknown.map { ($0.0, $0.1.subtracting(best.1)) }.filter { !$0.1.isEmpty }
        }
        return chosen
    }
}
