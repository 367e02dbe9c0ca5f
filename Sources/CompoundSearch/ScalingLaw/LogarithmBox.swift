// From the smallest to the largest of some sizes, in logarithms.

/// The least box along the axes that holds points in log space.
struct LogarithmBox {
    /// The lowest of each axis.
    let low: SIMD3<Double>
    /// The highest of each axis.
    let high: SIMD3<Double>

    /// The box of points, of which there is at least one.
    init(_ points: [SIMD3<Double>]) {
        low = points.dropFirst().reduce(points[0], pointwiseMin)
        high = points.dropFirst().reduce(points[0], pointwiseMax)
    }

    /// Whether a point lies in it, or misses it by what rounding makes.
    func contains(_ point: SIMD3<Double>) -> Bool {
        let slack = SIMD3<Double>(repeating: 1e-9)
        return all(point .>= low - slack) && all(point .<= high + slack)
    }
}
