// From wished multiples back to factors. Rounding leaves only some depths and widths to choose from; among
// those next to the wish, the best are the ones whose deviations cancel in the cost.

import Foundation

extension Network {
    /// The network of this architecture that comes nearest to multiples of this one's sizes and cost.
    ///
    /// Each axis takes the realisable value at or next below its multiple, or the next above; of the up to
    /// eight combinations, the one with the smallest sum of squared differences in log depth, width,
    /// resolution and macs is built. Its factors are the roundest that realise it. Throws where the multiples
    /// lead beyond what a network can have.
    package func variant(scale: RealisedScale, macsRatio: Double) throws(NetworkError) -> Network {
        let own = architecture.scaling
        let target = scale.logarithms
        let depths = try Steps(decimals: 2) { [self] factor throws(NetworkError) in
            let blocks = try architecture.repeats(depth: factor, stages: own.stages?.depths ?? [])
                .reduce(0, +)
            return log(Double(blocks) / Double(dimensions.blocks))
        }.factors(nextTo: target.x, from: own.depth)
        let widths = try Steps(decimals: 2) { [self] factor throws(NetworkError) in
            var sizes = dimensions
            sizes.widths = try architecture.widths(width: factor, stages: own.stages?.widths ?? [])
            return sizes.scale(relativeTo: dimensions).logarithms.y
        }.factors(nextTo: target.y, from: own.width)
        let resolutions = try Steps(decimals: 0) { [self] factor throws(NetworkError) in
            let pixels = try architecture.rules.resolution(factor)
            return log(Double(pixels) / Double(dimensions.resolution))
        }.factors(nextTo: target.z, from: own.resolution)

        var best: (distance: Double, network: Network)?
        for depth in depths {
            for width in widths {
                for resolution in resolutions {
                    var scaled = architecture
                    scaled.scaling = Scaling(
                        width: width, depth: depth, resolution: resolution, stages: own.stages)
                    let network = try Network(scaled)
                    let miss = network.dimensions.scale(relativeTo: dimensions).logarithms - target
                    let excess = log(network.macsRatio(to: self) / macsRatio)
                    let distance = (miss * miss).sum() + excess * excess
                    if distance < best?.distance ?? .infinity { best = (distance, network) }
                }
            }
        }
        guard let best else { throw .overflow }
        return best.network
    }
}

/// A size that grows in steps with its factor, as rounding makes it.
private struct Steps {
    /// Decimals that a factor is given at least.
    let decimals: Int
    /// The logarithm of the realised multiple for a factor; never falls as the factor grows.
    let realised: (Double) throws(NetworkError) -> Double

    /// A factor for the step at or next below a realised multiple, and one for the next step above it.
    ///
    /// One of them is missing where the multiple is realised exactly, where the axis is never scaled, and at
    /// the smallest size there is.
    func factors(nextTo target: Double, from own: Double) throws(NetworkError) -> [Double] {
        let tolerance = 1e-12
        let wish = own * exp(target)
        var low = wish
        for _ in 0..<64 where try realised(low) > target + tolerance { low /= 2 }
        guard let high = try above(target + tolerance, from: max(wish, low)) else {
            return [try round(near: wish, of: realised(wish))]
        }
        if try realised(low) > target + tolerance {
            // Even the smallest size is larger than the wish.
            return [try round(near: wish, of: realised(low))]
        }
        let edge = try edge(low, high) { $0 > target + tolerance }
        let below = try realised(edge.low)
        let lower = try round(near: min(wish, edge.low), of: below)
        if abs(below - target) <= tolerance { return [lower] }
        return [lower, try round(near: max(wish, edge.high), of: realised(edge.high))]
    }

    /// A factor that realises more than a multiple, or nil where none does.
    private func above(_ target: Double, from start: Double) throws(NetworkError) -> Double? {
        var high = start
        for _ in 0..<8 {
            if try realised(high) > target { return high }
            high *= 2
        }
        return nil
    }

    /// The two factors, as near as numbers get, between which a condition begins to hold.
    private func edge(
        _ low: Double, _ high: Double, where holds: (Double) -> Bool
    ) throws(NetworkError) -> (low: Double, high: Double) {
        var (low, high) = (low, high)
        while true {
            let middle = (low + high) / 2
            if middle <= low || middle >= high { return (low, high) }
            if holds(try realised(middle)) { high = middle } else { low = middle }
        }
    }

    /// The factor of fewest decimals that is nearest to a wish and realises exactly this step.
    private func round(near wish: Double, of step: Double) throws(NetworkError) -> Double {
        var inside = wish
        let value = try realised(wish)
        if value < step, let high = try above(step - 1e-12, from: wish) {
            inside = try edge(wish, high) { $0 >= step }.high
        } else if value > step {
            var low = wish
            for _ in 0..<64 where try realised(low) > step { low /= 2 }
            inside = try edge(low, wish) { $0 > step }.low
        }
        for decimals in decimals...12 {
            let unit = pow(10, Double(decimals))
            for rounded in [
                (inside * unit).rounded(), (inside * unit).rounded(.down), (inside * unit).rounded(.up),
            ]
            where rounded > 0 {
                if try realised(rounded / unit) == step { return rounded / unit }
            }
        }
        return inside
    }
}
