// The factor of a small positive definite matrix: what solving, determinants and normal draws of a dozen coefficients take.

import Foundation

/// The lower triangle L of a symmetric positive definite matrix, L·Lᵀ.
struct CholeskyFactor: Hashable, Sendable {
    /// Rows and columns.
    let size: Int
    /// The rows of L one after the other, zeros above the diagonal: `size`² numbers.
    private var lower: [Double]

    /// The factor of a matrix given row by row, of which the lower triangle is read; nil where it is not positive definite.
    ///
    /// O(size³ / 6).
    init?(_ matrix: [Double], size: Int) {
        self.size = size
        lower = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in 0...row {
                var sum = matrix[row * size + column]
                for inner in 0..<column { sum -= lower[row * size + inner] * lower[column * size + inner] }
                if row == column {
                    guard sum > 0, sum.isFinite else { return nil }
                    lower[row * size + row] = sum.squareRoot()
                } else {
                    lower[row * size + column] = sum / lower[column * size + column]
                }
            }
        }
    }

    /// The logarithm of the matrix's determinant.
    var logDeterminant: Double {
        (0..<size).reduce(0) { $0 + 2 * log(lower[$1 * size + $1]) }
    }

    /// L⁻¹·b; the inner product of two such vectors is the inverse matrix between them.
    func whitened(_ b: [Double]) -> [Double] {
        var x = b
        for row in 0..<size {
            var sum = x[row]
            for column in 0..<row { sum -= lower[row * size + column] * x[column] }
            x[row] = sum / lower[row * size + row]
        }
        return x
    }

    /// L⁻ᵀ·b; of independent standard normals, a draw whose covariance is the inverse matrix.
    func coloured(_ b: [Double]) -> [Double] {
        var x = b
        for row in (0..<size).reversed() {
            var sum = x[row]
            for below in (row + 1)..<max(size, row + 1) { sum -= lower[below * size + row] * x[below] }
            x[row] = sum / lower[row * size + row]
        }
        return x
    }

    /// The inverse matrix times b.
    func solved(_ b: [Double]) -> [Double] { coloured(whitened(b)) }
}
