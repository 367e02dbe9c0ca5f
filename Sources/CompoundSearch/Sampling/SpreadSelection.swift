// Training every candidate would take days. A few that lie far apart tell more about the law than many that
// lie close together, and more of them can be added later without dropping one.

import Networks

/// Orders candidates so that every beginning of the list is well spread.
package enum SpreadSelection {
    /// The candidates of each cost level in such an order, taking turns between levels; at most `most` each.
    ///
    /// The first of a level is the one nearest to the middle, every further one that whose nearest neighbour
    /// among those before it is farthest away (Gonzalez 1985), in the logarithms of the `RealisedScale` that the
    /// scaling law is fitted over, each over its range in the level. Of equals, the earlier candidate.
    /// O(n · most).
    package static func order(_ candidates: [Candidate], most: Int, baseline: Network) -> [Candidate] {
        let levels = Dictionary(grouping: candidates, by: \.level).sorted { $0.key < $1.key }
        let orders = levels.map { order(ofLevel: $0.value, most: most, baseline.dimensions) }
        let longest = orders.map(\.count).max() ?? 0
        return (0..<longest).flatMap { turn in
            orders.compactMap { $0.indices.contains(turn) ? $0[turn] : nil }
        }
    }

    private static func order(
        ofLevel candidates: [Candidate], most: Int, _ baseline: Dimensions
    ) -> [Candidate] {
        order(
            points: candidates.map { $0.network.dimensions.scale(relativeTo: baseline).logarithms },
            most: most
        ).map { candidates[$0] }
    }

    /// The places of at most `most` points in such an order; O(n · most).
    package static func order(points: [SIMD3<Double>], most: Int) -> [Int] {
        let points = normalised(points)
        let middle = points.reduce(SIMD3<Double>(), +) / Double(max(points.count, 1))
        // How far each candidate is from the nearest chosen one; at first, how near to the middle.
        var distances = points.map { -squaredLength($0 - middle) }
        var chosen: [Int] = []
        var isChosen = [Bool](repeating: false, count: points.count)
        while chosen.count < min(most, points.count) {
            let open = points.indices.filter { !isChosen[$0] }
            let next = open.max { (distances[$0], -$0) < (distances[$1], -$1) }!
            let isFirst = chosen.isEmpty
            chosen.append(next)
            isChosen[next] = true
            for index in open {
                let distance = squaredLength(points[index] - points[next])
                distances[index] = isFirst ? distance : min(distances[index], distance)
            }
        }
        return chosen
    }

    private static func normalised(_ points: [SIMD3<Double>]) -> [SIMD3<Double>] {
        if points.isEmpty { return [] }
        let box = LogarithmBox(points)
        let range = (box.high - box.low).replacing(with: 1, where: box.high .== box.low)
        // Rounded, so that every machine's libm gives the same order.
        return points.map { (($0 - box.low) / range * 1e9).rounded(.toNearestOrEven) / 1e9 }
    }

    private static func squaredLength(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum() }
}
