// Whether a set of networks determines a scaling law at all, asked before anything is fitted.

import Foundation
import Networks

/// The checks that observations must pass.
enum Identification {
    /// Ten coefficients, and two networks more.
    static let fewestNetworks = 12
    /// The third level is what tells the worth of size from where it is spent.
    static let fewestLevels = 3

    /// Throws the first reason why no quadratic can be fitted; the condition number is judged apart.
    static func check(_ observations: [AccuracyObservation], levels: [CostLevel]) throws(ScalingFitError) {
        for observation in observations {
            guard 0...1 ~= observation.error else {
                throw .impossibleError(network: observation.label, error: observation.error)
            }
            let scale = observation.scale
            let multiples = [scale.depth, scale.width, scale.resolution, observation.macsRatio]
            guard multiples.allSatisfy({ $0 > 0 && $0.isFinite }), observation.seeds > 0 else {
                throw .impossibleScale(network: observation.label)
            }
        }
        let distinct = Set(observations.map(\.scale)).count
        guard distinct >= fewestNetworks else { throw .tooFewNetworks(distinct, needed: fewestNetworks) }
        guard levels.count >= fewestLevels else {
            throw .tooFewCostLevels(levels.count, networks: observations.count)
        }
        for axis in ScalingAxis.allCases {
            let values = Set(observations.map { $0.scale[axis] }).sorted()
            guard values.count >= 3 else { throw .tooFewValues(axis, values: values) }
        }
        guard Set(observations.map(\.error)).count > 1 else { throw .equalErrors }
    }

    /// Throws where the terms are so nearly dependent that noise alone would place the optimum.
    ///
    /// The three axes are judged first, since "depth and width vary together" says more than the squares
    /// and products that follow from it.
    static func check(_ regression: SurfaceRegression, points: [SIMD3<Double>]) throws(ScalingFitError) {
        let number = regression.decomposition.conditionNumber
        guard !(number <= ScalingFit.highestConditionNumber) else { return }
        let columns = (0..<3).map { axis -> [Double] in
            let values = points.map { $0[axis] }
            let mean = values.reduce(0, +) / Double(values.count)
            let centred = values.map { $0 - mean }
            let norm = dot(centred, centred).squareRoot()
            return norm > 0 ? centred.map { $0 / norm } : centred
        }
        let axes = SingularValueDecomposition(columns: columns)
        // Correlated at about .98: beyond it a single cost level begins to look like this.
        if axes.conditionNumber > 10, let weakest = axes.right.last {
            let together = ScalingAxis.allCases.filter { abs(weakest[$0.rawValue]) > 0.3 }
            throw .collinearAxes(together, conditionNumber: number)
        }
        let weakest = regression.decomposition.right.last ?? []
        let largest = weakest.map { abs($0) }.max() ?? 0
        let terms = zip(QuadraticSurface.termNames, weakest).filter { abs($1) > 0.4 * largest }.map(\.0)
        throw .collinearTerms(terms, conditionNumber: number)
    }
}
