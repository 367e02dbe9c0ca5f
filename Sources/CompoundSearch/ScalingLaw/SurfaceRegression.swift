// Weighted least squares: the quadratic surface nearest to the observed values, how near, and how surely.

import Foundation

/// A quadratic surface fitted to values at points in log space.
///
/// The nine terms are formed around the points' centre and scaled to equal length, without which their
/// condition number would speak of units and not of the points.
struct SurfaceRegression {
    /// The surface.
    let surface: QuadraticSurface
    /// The standardised terms: how well the points determine the coefficients.
    let decomposition: SingularValueDecomposition
    /// Standard deviation of the residuals for a value of weight 1, over the degrees of freedom.
    let deviation: Double
    /// The share of the values' weighted variance that the surface explains.
    let rSquared: Double
    /// Points less coefficients.
    let degreesOfFreedom: Int

    private let center: SIMD3<Double>
    private let unit: SIMD3<Double>
    private let means: [Double]
    private let norms: [Double]
    private let solution: [Double]
    private let meanValue: Double
    private let rootWeights: [Double]
    private let totalWeight: Double
    /// Residuals as large as those of points that the fit did not see: √w·e / √(1 − leverage), about their mean.
    private let exchangeable: [Double]

    /// Fits a surface; needs more points than coefficients, weights above 0, and terms that all vary.
    init(points: [SIMD3<Double>], values: [Double], weights: [Double]) {
        let total = weights.reduce(0, +)
        func mean(_ numbers: [Double]) -> Double { dot(numbers, weights) / total }
        let axes = (0..<3).map { axis in points.map { $0[axis] } }
        let center = SIMD3(mean(axes[0]), mean(axes[1]), mean(axes[2]))
        var unit = SIMD3<Double>(repeating: 1)
        for axis in 0..<3 {
            let variance = mean(axes[axis].map { ($0 - center[axis]) * ($0 - center[axis]) })
            if variance > 0 { unit[axis] = variance.squareRoot() }
        }
        let roots = weights.map { $0.squareRoot() }
        let rows = points.map { QuadraticSurface.terms(at: ($0 - center) / unit) }
        let columns = (0..<9).map { term in rows.map { $0[term] } }
        let means = columns.map(mean)
        let centred = zip(columns, means).map { column, mean in
            zip(column, roots).map { ($0 - mean) * $1 }
        }
        let norms = centred.map { dot($0, $0).squareRoot() }
        decomposition = SingularValueDecomposition(
            columns: zip(centred, norms).map { column, norm in norm > 0 ? column.map { $0 / norm } : column })
        meanValue = mean(values)
        let targets = zip(values, roots).map { [meanValue] in ($0 - meanValue) * $1 }
        let projections = decomposition.left.map { dot($0, targets) }
        solution = decomposition.solution(projections: projections)
        var residuals = targets
        for (column, projection) in zip(decomposition.left, projections) {
            for index in residuals.indices { residuals[index] -= projection * column[index] }
        }
        degreesOfFreedom = points.count - 10
        let unexplained = dot(residuals, residuals)
        let explainable = dot(targets, targets)
        deviation = (unexplained / Double(degreesOfFreedom)).squareRoot()
        rSquared = explainable > 0 ? 1 - unexplained / explainable : 0
        let scaled = residuals.indices.map { [decomposition] index in
            let leverage =
                weights[index] / total
                + decomposition.left.reduce(0) { $0 + $1[index] * $1[index] }
            return leverage < 1 - 1e-9 ? residuals[index] / (1 - leverage).squareRoot() : 0
        }
        let average = scaled.reduce(0, +) / Double(scaled.count)
        exchangeable = scaled.map { $0 - average }
        rootWeights = roots
        totalWeight = total
        self.center = center
        self.unit = unit
        self.means = means
        self.norms = norms
        surface = QuadraticSurface(
            constant: meanValue, solution: solution, means: means, norms: norms, center: center, unit: unit)
    }

    /// The surface that a repetition of the study could have given: residuals drawn anew with replacement.
    ///
    /// The change of the coefficients is multiplied by the residual deviation over the one that the
    /// repetition itself would have found, as Student's t is wider than the normal distribution because the
    /// deviation is only estimated. `draw` gives an index below the number of points.
    func replicate(_ draw: (Int) -> Int) -> QuadraticSurface {
        let errors = exchangeable.indices.map { exchangeable[draw($0)] }
        let shift = dot(errors, rootWeights) / totalWeight
        let projections = decomposition.left.map { dot($0, errors) }
        let unexplained =
            dot(errors, errors) - shift * shift * totalWeight - dot(projections, projections)
        let found = (max(0, unexplained) / Double(degreesOfFreedom)).squareRoot()
        let inflation = found > 0 ? deviation / found : 1
        let change = decomposition.solution(projections: projections)
        return QuadraticSurface(
            constant: meanValue + shift * inflation,
            solution: zip(solution, change).map { $0 + $1 * inflation },
            means: means, norms: norms, center: center, unit: unit)
    }
}

extension QuadraticSurface {
    /// The surface of a solution for standardised terms.
    fileprivate init(
        constant: Double, solution: [Double], means: [Double], norms: [Double], center: SIMD3<Double>,
        unit: SIMD3<Double>
    ) {
        let terms = zip(solution, norms).map { $1 > 0 ? $0 / $1 : 0 }
        self.init(constant: constant - dot(terms, means), terms: terms, center: center, unit: unit)
    }
}
