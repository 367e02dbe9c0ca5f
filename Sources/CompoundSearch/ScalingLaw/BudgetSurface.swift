// The networks of one cost, and the best of them: a small quadratic programme, solved exactly.

import Networks

/// The logarithms of depth, width and resolution that cost as much as a budget, within bounds.
///
/// Cost is depth^a · width^b · resolution^c, so in logarithms the budget is a plane and the bounds are a box.
package struct BudgetSurface: Hashable, Sendable {
    /// a, b and c.
    package let exponents: SIMD3<Double>
    /// The natural logarithm of the budget as a multiple of the baseline's cost.
    package let logBudget: Double
    /// The lowest logarithms.
    package let lower: SIMD3<Double>
    /// The highest logarithms.
    package let upper: SIMD3<Double>

    /// A budget; exponents are above 0.
    package init(
        exponents: SIMD3<Double>, logBudget: Double, lower: SIMD3<Double>, upper: SIMD3<Double>
    ) {
        self.exponents = exponents
        self.logBudget = logBudget
        self.lower = lower
        self.upper = upper
    }

    /// The logarithms of the lowest and the highest cost within the bounds.
    package var reachable: ClosedRange<Double> {
        let lowest = (exponents * lower).sum()
        return lowest...max(lowest, (exponents * upper).sum())
    }

    /// The least and the greatest share of log(cost) that each axis can take, or nil where the budget lies beyond the bounds.
    package var shareRanges: [ClosedRange<Double>]? {
        guard reachable.contains(logBudget) else { return nil }
        return (0..<3).map { axis in
            let others = (0..<3).filter { $0 != axis }
            let least = logBudget - others.reduce(0) { $0 + exponents[$1] * upper[$1] }
            let most = logBudget - others.reduce(0) { $0 + exponents[$1] * lower[$1] }
            let low = max(exponents[axis] * lower[axis], least) / logBudget
            return low...max(low, min(exponents[axis] * upper[axis], most) / logBudget)
        }
    }

    /// The point of the budget where a surface is lowest, or nil where the budget lies beyond the bounds.
    ///
    /// On every face of the polygon (its inside, its edges, its corners) the surface has at most one
    /// stationary point, and the lowest of all those is the minimum, whether or not the surface is convex.
    /// Under 1 µs.
    package func minimum(of surface: QuadraticSurface) -> SIMD3<Double>? {
        let hessian = surface.hessian
        var best: SIMD3<Double>?
        var lowest = Double.infinity
        func consider(_ point: SIMD3<Double>?) {
            guard let point = point.flatMap(withinBounds) else { return }
            let value = surface.value(at: point)
            if value < lowest {
                lowest = value
                best = point
            }
        }
        consider(insidePoint(of: surface, hessian))
        for (i, j, k) in [(0, 1, 2), (0, 2, 1), (1, 2, 0)] {
            for bound in [lower, upper] {
                consider(edgePoint(of: surface, hessian, free: (i, j), fixed: k, at: bound[k]))
            }
            for first in [lower, upper] {
                for second in [lower, upper] {
                    var corner = SIMD3<Double>()
                    corner[i] = first[i]
                    corner[j] = second[j]
                    corner[k] =
                        (logBudget - exponents[i] * corner[i] - exponents[j] * corner[j]) / exponents[k]
                    consider(corner)
                }
            }
        }
        return best
    }

    /// Where the surface does not change within the plane of the budget.
    private func insidePoint(
        of surface: QuadraticSurface, _ hessian: [SIMD3<Double>]
    ) -> SIMD3<Double>? {
        let start = exponents * (logBudget / (exponents * exponents).sum())
        let u = SIMD3(exponents.y, -exponents.x, 0)
        let v = SIMD3(0, exponents.z, -exponents.y)
        let gradient = surface.linear + hessian.times(start)
        let (hu, hv) = (hessian.times(u), hessian.times(v))
        let (uu, uv, vv) = ((u * hu).sum(), (u * hv).sum(), (v * hv).sum())
        let (gu, gv) = ((u * gradient).sum(), (v * gradient).sum())
        let determinant = uu * vv - uv * uv
        if determinant == 0 { return nil }
        return start + u * ((uv * gv - vv * gu) / determinant) + v * ((uv * gu - uu * gv) / determinant)
    }

    /// Where the surface does not change along the budget while one axis stays at a bound.
    private func edgePoint(
        of surface: QuadraticSurface, _ hessian: [SIMD3<Double>], free: (Int, Int), fixed: Int,
        at bound: Double
    ) -> SIMD3<Double>? {
        var start = SIMD3<Double>()
        start[fixed] = bound
        start[free.0] = (logBudget - exponents[fixed] * bound) / exponents[free.0]
        var along = SIMD3<Double>()
        along[free.0] = exponents[free.1]
        along[free.1] = -exponents[free.0]
        let slope = (along * (surface.linear + hessian.times(start))).sum()
        let bend = (along * hessian.times(along)).sum()
        return bend == 0 ? nil : start - along * (slope / bend)
    }

    /// The point, set upon the bounds that rounding made it miss, or nil where it lies beyond them.
    private func withinBounds(_ point: SIMD3<Double>) -> SIMD3<Double>? {
        var inside = point
        for axis in 0..<3 {
            let slack = 1e-12 * (1 + abs(upper[axis]))
            guard point[axis] >= lower[axis] - slack, point[axis] <= upper[axis] + slack else { return nil }
            inside[axis] = min(upper[axis], max(lower[axis], point[axis]))
        }
        return inside
    }
}

extension [SIMD3<Double>] {
    /// The product of a matrix, given by its rows, and a vector.
    fileprivate func times(_ x: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3((self[0] * x).sum(), (self[1] * x).sum(), (self[2] * x).sum())
    }
}
