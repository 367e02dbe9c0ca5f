// The one piece of linear algebra that the scaling law needs. Singular values solve the least squares, say how
// well the networks determine the answer, and name the direction that they leave open.

import Foundation

/// A tall matrix as U·diag(σ)·Vᵀ, by one-sided Jacobi rotations (Hestenes 1958).
///
/// Rotations make the columns orthogonal pair by pair, so that even tiny singular values come out with full
/// relative accuracy. O(n·p²) for each of a few sweeps, p being the number of columns.
struct SingularValueDecomposition {
    /// Orthonormal columns of the matrix's height; zero where the singular value is.
    private(set) var left: [[Double]]
    /// Singular values, the largest first.
    private(set) var values: [Double]
    /// Orthonormal columns: what each singular value says about the matrix's columns.
    private(set) var right: [[Double]]

    /// Decomposes a matrix given by its columns, which all have the same height.
    init(columns: [[Double]]) {
        let count = columns.count
        var columns = columns
        var right = (0..<count).map { index in (0..<count).map { $0 == index ? 1.0 : 0.0 } }
        // Convergence is quadratic; five sweeps do for well-behaved columns.
        for _ in 0..<60 {
            var isOrthogonal = true
            for i in 0..<count {
                for j in i + 1..<count {
                    let (a, b) = (dot(columns[i], columns[i]), dot(columns[j], columns[j]))
                    let product = dot(columns[i], columns[j])
                    if abs(product) <= 1e-15 * (a * b).squareRoot() { continue }
                    isOrthogonal = false
                    let zeta = (b - a) / (2 * product)
                    let tangent = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
                    let cosine = 1 / (1 + tangent * tangent).squareRoot()
                    rotate(&columns, i, j, cosine, cosine * tangent)
                    rotate(&right, i, j, cosine, cosine * tangent)
                }
            }
            if isOrthogonal { break }
        }
        let norms = columns.map { dot($0, $0).squareRoot() }
        let order = norms.indices.sorted { norms[$0] > norms[$1] }
        values = order.map { norms[$0] }
        left = order.map { index in
            norms[index] > 0 ? columns[index].map { $0 / norms[index] } : columns[index]
        }
        self.right = order.map { right[$0] }
    }

    /// The largest singular value over the smallest.
    var conditionNumber: Double {
        guard let largest = values.first, let smallest = values.last else { return 1 }
        return smallest > 0 ? largest / smallest : .infinity
    }

    /// The combination of the columns that comes nearest to a vector, given the vector's products with `left`.
    func solution(projections: [Double]) -> [Double] {
        var solution = [Double](repeating: 0, count: values.count)
        for (index, value) in values.enumerated() where value > 0 {
            let amount = projections[index] / value
            for row in solution.indices { solution[row] += amount * right[index][row] }
        }
        return solution
    }
}

/// The inner product of two vectors of one length.
func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
}

private func rotate(_ columns: inout [[Double]], _ i: Int, _ j: Int, _ cosine: Double, _ sine: Double) {
    for row in columns[i].indices {
        let (a, b) = (columns[i][row], columns[j][row])
        columns[i][row] = cosine * a - sine * b
        columns[j][row] = sine * a + cosine * b
    }
}
