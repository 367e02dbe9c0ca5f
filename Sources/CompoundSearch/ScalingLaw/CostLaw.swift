// What depth, width and resolution cost, as the networks at hand realise it.

import Foundation
import Networks

/// Cost, in macs or milliseconds, as depth^a · width^b · resolution^c times the baseline's.
///
/// The paper's depth · width² · resolution² holds for unrounded networks of equal blocks. Stems, heads,
/// squeeze-and-excitation and rounding change the exponents, so they are fitted to what networks realise.
package struct CostLaw: Hashable, Sendable {
    /// a, b and c, in the order of `ScalingAxis`.
    package let exponents: SIMD3<Double>
    /// Root of the mean squared difference of log(cost ratio) from the law.
    package let deviation: Double

    /// The law nearest to realised costs over the baseline's, equal to 1 at the baseline; throws where an axis costs nothing.
    ///
    /// Points are logarithms of realised multiples. An axis that is never scaled counts as costing what it is scaled by.
    package init(points: [SIMD3<Double>], ratios: [Double]) throws(ScalingFitError) {
        let costs = ratios.map { log($0) }
        let axes = (0..<3).filter { axis in points.contains { abs($0[axis]) > 1e-12 } }
        var matrix = [Double](repeating: 0, count: axes.count * axes.count)
        var right = [Double](repeating: 0, count: axes.count)
        for (point, cost) in zip(points, costs) {
            for (row, axis) in axes.enumerated() {
                right[row] += point[axis] * cost
                for (column, other) in axes.enumerated() {
                    matrix[row * axes.count + column] += point[axis] * point[other]
                }
            }
        }
        // So little that it moves no exponent, and axes that always grow together share what they cost.
        for row in axes.indices { matrix[row * axes.count + row] *= 1 + 1e-12 }
        var exponents = SIMD3<Double>(repeating: 1)
        if let solution = CholeskyFactor(matrix, size: axes.count)?.solved(right) {
            for (axis, exponent) in zip(axes, solution) { exponents[axis] = exponent }
        }
        for axis in ScalingAxis.allCases where exponents[axis.rawValue] < 0.1 {
            throw .freeAxis(axis)
        }
        let squares = zip(points, costs).map { pow($1 - (exponents * $0).sum(), 2) }
        deviation = (squares.reduce(0, +) / Double(max(1, squares.count))).squareRoot()
        self.exponents = exponents
    }
}

/// A band of cost that one study sampled.
package struct CostLevel: Hashable, Sendable {
    /// Lowest and highest realised cost over the baseline's.
    package let ratios: ClosedRange<Double>
    /// Networks in the band.
    package let networks: Int

    /// The widest a level may be: the highest cost over the lowest.
    static let width = 1.15

    /// The levels of a study, the cheapest first; each begins at the first network above the one before.
    static func levels(of ratios: [Double]) -> [CostLevel] {
        var levels: [CostLevel] = []
        var rest = ratios.sorted()[...]
        while let lowest = rest.first {
            let level = rest.prefix { $0 <= lowest * width }
            levels.append(CostLevel(ratios: lowest...(level.last ?? lowest), networks: level.count))
            rest = rest.dropFirst(level.count)
        }
        return levels
    }
}
