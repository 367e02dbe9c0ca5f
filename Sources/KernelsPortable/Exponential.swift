// e to the power of minus x, with additions, multiplications and shifts alone.
//
// Adding 1.5 · 2²³ rounds -x · log2(e) to an integer n in the low bits of the sum; r = x + n · ln(2), at
// most ln(2) / 2, is left, and the polynomial of degree 5 with the least error gives e⁻ʳ; n is added to
// the exponent.

/// e to the power of minus each element, for elements in -87...87; relative error 2e-7 up to 20, 5e-7 at
/// the ends.
@inline(__always) func exponential(ofMinus x: Lanes) -> Lanes {
    let magic = Lanes(repeating: 12_582_912)
    let shifted = multiplyAdd(x, Lanes(repeating: -1.442_695_04), magic)
    // ln(2) in two parts, of which the first product is exact, since products are rounded.
    let n = shifted - magic
    let r = n * Lanes(repeating: -2.121_944_4e-4) + (n * Lanes(repeating: 0.693_359_375) + x)
    var p = Lanes(repeating: -8.312_525e-3)
    p = multiplyAdd(p, r, Lanes(repeating: 4.189_012e-2))
    p = multiplyAdd(p, r, Lanes(repeating: -1.666_711_4e-1))
    p = multiplyAdd(p, r, Lanes(repeating: 4.999_923e-1))
    p = multiplyAdd(p, r, Lanes(repeating: -1))
    p = multiplyAdd(p, r, Lanes(repeating: 1))
    let exponent = unsafeBitCast(shifted, to: Bits.self) &<< Bits(repeating: 23)
    return unsafeBitCast(unsafeBitCast(p, to: Bits.self) &+ exponent, to: Lanes.self)
}

/// 1 + e⁻ˣ for elements in -87...87.
@inline(__always) func onePlusExponential(ofMinus x: Lanes) -> Lanes {
    Lanes(repeating: 1) + exponential(ofMinus: x)
}
