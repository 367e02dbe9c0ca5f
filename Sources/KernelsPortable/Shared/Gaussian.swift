// The normal distribution of vectors, which GELU is made of.
//
// Φ(−a) = e^(−a²/2) · R(a) for a ≥ 0, where R falls smoothly from 1/2 to 1/(a√2π). A quotient of polynomials with positive
// coefficients, fitted for the least error of Φ, gives R without cancellation: in the tails Φ is right to five digits rather
// than to as many as stand after the point, so that what is far below zero still has its share.

/// Beyond it, Φ is 0 or 1 in single precision, and its product with the argument still a normal number.
let normalReach: Float = 12.5

/// Φ(x) and e^(−x²/2), for elements in ±`normalReach`; absolute error 1.5e-7 and relative error of the tail 1.5e-5.
@inline(__always) func normal(_ x: Lanes) -> (distribution: Lanes, power: Lanes) {
    let size = masked(x, by: 0x7fff_ffff)
    let power = exponential(ofMinus: size * (size * Lanes(repeating: 0.5)))
    var above = Lanes(repeating: 0.007_919_847)
    above = multiplyAdd(above, size, Lanes(repeating: 0.079_430_796))
    above = multiplyAdd(above, size, Lanes(repeating: 0.290_205_36))
    above = multiplyAdd(above, size, Lanes(repeating: 0.5))
    var below = Lanes(repeating: 0.019_883_391)
    below = multiplyAdd(below, size, Lanes(repeating: 0.198_166_63))
    below = multiplyAdd(below, size, Lanes(repeating: 0.758_497_75))
    below = multiplyAdd(below, size, Lanes(repeating: 1.378_303_2))
    below = multiplyAdd(below, size, Lanes(repeating: 1))
    let tail = power * above / below
    let distribution = select(x .< Lanes(repeating: 0), tail, Lanes(repeating: 1) - tail)
    return (distribution, power)
}

/// x · Φ(x); 0 far below, x far above.
@inline(__always) func gelu(_ x: Lanes) -> Lanes {
    let x = raise(x, to: -normalReach)
    return x * normal(lower(x, to: normalReach)).distribution
}
