// A quadratic in the logarithms of depth, width and resolution: the form that log(error) takes.

/// constant + linear·x + squares·x² + products·(dw, dr, wr), x being the logarithms in the order of the axes.
package struct QuadraticSurface: Hashable, Sendable {
    /// The value at the baseline.
    package var constant: Double
    /// Factors of d, w and r.
    package var linear: SIMD3<Double>
    /// Factors of d², w² and r².
    package var squares: SIMD3<Double>
    /// Factors of dw, dr and wr.
    package var products: SIMD3<Double>

    /// A surface of ten coefficients.
    package init(
        constant: Double, linear: SIMD3<Double>, squares: SIMD3<Double>, products: SIMD3<Double>
    ) {
        self.constant = constant
        self.linear = linear
        self.squares = squares
        self.products = products
    }

    /// The names of the nine terms beside the constant, in the order of `terms(at:)`.
    package static let termNames = [
        "depth", "width", "resolution", "depth²", "width²", "resolution²", "depth·width",
        "depth·resolution", "width·resolution",
    ]

    /// The nine terms beside the constant.
    static func terms(at x: SIMD3<Double>) -> [Double] {
        [x.x, x.y, x.z, x.x * x.x, x.y * x.y, x.z * x.z, x.x * x.y, x.x * x.z, x.y * x.z]
    }

    /// The ten coefficients, the constant first, then those of `termNames`.
    package var coefficients: [Double] {
        [constant]
            + [linear, squares, products].flatMap { vector in (0..<3).map { vector[$0] } }
    }

    /// The value at a point.
    package func value(at x: SIMD3<Double>) -> Double {
        let mixed = SIMD3(x.x * x.y, x.x * x.z, x.y * x.z)
        return constant + (linear * x + squares * x * x + products * mixed).sum()
    }

    /// The second derivatives, row by row.
    var hessian: [SIMD3<Double>] {
        let (dw, dr, wr) = (products.x, products.y, products.z)
        return [
            SIMD3(2 * squares.x, dw, dr), SIMD3(dw, 2 * squares.y, wr), SIMD3(dr, wr, 2 * squares.z),
        ]
    }

    /// The surface whose coefficients were found for (x − center) / unit in place of x.
    init(constant: Double, terms: [Double], center: SIMD3<Double>, unit: SIMD3<Double>) {
        let squares = SIMD3(terms[3], terms[4], terms[5]) / (unit * unit)
        let products = SIMD3(
            terms[6] / (unit.x * unit.y), terms[7] / (unit.x * unit.z), terms[8] / (unit.y * unit.z))
        let slopes = SIMD3(terms[0], terms[1], terms[2]) / unit
        let pure = QuadraticSurface(constant: 0, linear: .zero, squares: squares, products: products)
        let hessian = pure.hessian
        let bend = SIMD3(
            (hessian[0] * center).sum(), (hessian[1] * center).sum(), (hessian[2] * center).sum())
        self.init(
            constant: constant - (slopes * center).sum() + pure.value(at: center), linear: slopes - bend,
            squares: squares, products: products)
    }
}
