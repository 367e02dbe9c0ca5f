// Where the networks of a budget stand: how much better another one may be, which cannot be told from the best, which to take.

import Foundation
import Networks

/// A network that a budget allows, trained or not.
package struct BudgetNetwork: Hashable, Sendable {
    /// Its content hash.
    package var hash: String
    /// Realised depth, width and resolution over the baseline's.
    package var scale: RealisedScale
    /// Its multiply–accumulates over the baseline's.
    package var macsRatio: Double
    /// What the budget counts over the baseline's: macs, or the latency.
    package var costRatio: Double {
        get { otherCostRatio ?? macsRatio }
        set { otherCostRatio = newValue }
    }
    /// What the budget counts where that is not macs.
    private var otherCostRatio: Double?
    /// Milliseconds of an inference, where they are known.
    package var latency: Double?
    /// Whether it may be recommended: where weights are wanted, only what was trained may.
    package var isEligible: Bool
    /// Whether it was trained at all.
    package var isTrained = false
    /// How it is called, such as the number of its trial.
    package var label: String

    /// A network.
    package init(
        hash: String, scale: RealisedScale, macsRatio: Double, costRatio: Double? = nil,
        latency: Double? = nil, isEligible: Bool = true, label: String = ""
    ) {
        self.hash = hash
        self.scale = scale
        self.macsRatio = macsRatio
        otherCostRatio = costRatio
        self.latency = latency
        self.isEligible = isEligible
        self.label = label
    }

    /// The network of a run.
    init(_ run: TrainedRun, latency: Double?, isEligible: Bool) {
        self.init(
            hash: run.network, scale: run.scale, macsRatio: run.macsRatio, costRatio: run.costRatio,
            latency: latency, isEligible: isEligible, label: run.label)
        isTrained = true
    }
}

/// What a law says about all networks of a budget together.
///
/// By law and trial together: a network's own runs move it off the law, the more the further networks are known to lie off it.
package struct BudgetStanding: Sendable {
    /// A network's place among the others.
    package struct Rank: Hashable, Sendable {
        /// The network.
        package let network: BudgetNetwork
        /// Its error at the length that is asked for, with a 95 % interval.
        package let error: Estimate
        /// Its error over that of the best one, with a 95 % interval.
        package let ratio: Estimate
        /// By which share of its error another network of the budget is better, at most, with 95 % confidence: 0…1.
        package let regret: Double

        /// Whether the interval of the difference from the best includes none at all.
        package var isIndistinguishable: Bool { ratio.low <= 1 }
    }

    /// All networks, the lowest error first.
    package let ranks: [Rank]
    /// The place in `ranks` of the one to take, or nil where none is eligible.
    package let recommendation: Int?

    /// The one to take.
    package var recommended: Rank? { recommendation.map { ranks[$0] } }

    /// Ranks networks by drawn laws.
    ///
    /// The recommended one is the fastest (by latency where all have one, else by macs) of those that cannot be told from the best
    /// eligible one and whose regret is at most `regret`, or at most the least there is where none comes so low. O(networks · draws).
    package init(
        _ law: ScalingLaw, networks: [BudgetNetwork], draws count: Int, seed: UInt64, regret goal: Double
    ) {
        let draws = law.draws(count, seed: seed)
        var source = NormalSource(seed: seed &+ 0x5eed)
        var values = networks.map { _ in [Double](repeating: 0, count: count) }
        var lowest = [Double](repeating: .infinity, count: count)
        let surfaces = draws.map(\.surface)
        for (index, network) in networks.enumerated() {
            let place = law.place(of: network.hash)
            let point = network.scale.logarithms
            for draw in draws.indices {
                let value =
                    surfaces[draw].value(at: point)
                    + draws[draw].deviation(ofNetwork: place, normal: source.next())
                values[index][draw] = value
                lowest[draw] = min(lowest[draw], value)
            }
        }
        let means = values.map { $0.reduce(0, +) / Double(max(1, count)) }
        let order = networks.indices.sorted { (means[$0], $0) < (means[$1], $1) }
        let best = order.first { networks[$0].isEligible } ?? order.first
        ranks = order.map { index in
            let differences = best.map { best in zip(values[index], values[best]).map { $0 - $1 } } ?? []
            let regrets = zip(values[index], lowest).map { 1 - exp($1 - $0) }.sorted()
            return Rank(
                network: networks[index], error: Estimate(means[index], draws: values[index]).mapped(exp),
                ratio: Estimate(means[index] - means[best ?? index], draws: differences).mapped(exp),
                regret: regrets.isEmpty
                    ? 1 : regrets[min(regrets.count - 1, Int(0.95 * Double(regrets.count)))])
        }
        let eligible = ranks.indices.filter { [ranks] in ranks[$0].network.isEligible }
        let least = eligible.map { [ranks] in ranks[$0].regret }.min() ?? 1
        let allowed = eligible.filter { [ranks] in
            ranks[$0].isIndistinguishable && ranks[$0].regret <= max(goal, least)
        }
        let haveLatency = allowed.allSatisfy { [ranks] in ranks[$0].network.latency != nil }
        func time(_ rank: Rank) -> Double { haveLatency ? rank.network.latency ?? 0 : rank.network.macsRatio }
        recommendation =
            allowed.min { [ranks] in (time(ranks[$0]), $0) < (time(ranks[$1]), $1) }
            ?? eligible.min { [ranks] in (ranks[$0].regret, $0) < (ranks[$1].regret, $1) }
    }
}
