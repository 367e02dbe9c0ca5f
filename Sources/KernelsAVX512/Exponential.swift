// e to the power of minus x, where one instruction looks up every element in a table of eight: for AVX2 and AVX-512.
//
// Adding 1.5 · 2²³ rounds -8x · log2(e) to an integer n in the low bits of the sum. r = x + n · ln(2) / 8, at most
// ln(2) / 16, is left, for which a polynomial of degree 3 gives e⁻ʳ within 3e-8. 2^(n/8) is one of eight roots, chosen by
// the low three bits of n, with the others added to its exponent.

/// e to the power of minus each element, for elements in -87...87; relative error 2e-7 up to 20, 4e-7 at
/// the ends.
@inline(__always) func exponential(ofMinus x: Lanes) -> Lanes {
    let n = eighths(ofMinus: x)
    return power(n) * rest(x, n)
}

/// 1 + e⁻ˣ for elements in -87...87.
@inline(__always) func onePlusExponential(ofMinus x: Lanes) -> Lanes {
    let n = eighths(ofMinus: x)
    return multiplyAdd(power(n), rest(x, n), Lanes(repeating: 1))
}

private let magic: Float = 12_582_912

/// The nearest integers to -8x · log2(e), in the low bits of a float.
@inline(__always) private func eighths(ofMinus x: Lanes) -> Lanes {
    multiplyAdd(x, Lanes(repeating: -8 * 1.442_695_04), Lanes(repeating: magic))
}

/// 2 to the power of n / 8.
@inline(__always) private func power(_ n: Lanes) -> Lanes {
    let bits = unsafeBitCast(n, to: Bits.self)
    // The low three bits of n, too, are shifted, into the mantissa; the table has them subtracted.
    let roots = SIMD8<UInt32>(
        0x3f80_0000, 0x3f7b_95c2, 0x3f78_37f0, 0x3f75_fed7, 0x3f75_04f3, 0x3f75_672a, 0x3f77_44fd, 0x3f7a_c0c7
    )
    return unsafeBitCast(lookUp(bits, in: roots) &+ (bits &<< Bits(repeating: 20)), to: Lanes.self)
}

/// e⁻ʳ, where r = x + n · ln(2) / 8.
@inline(__always) private func rest(_ x: Lanes, _ n: Lanes) -> Lanes {
    let r = multiplyAdd(n - Lanes(repeating: magic), Lanes(repeating: 0.693_147_18 / 8), x)
    var p = Lanes(repeating: -0.166_642_96)
    p = multiplyAdd(p, r, Lanes(repeating: 0.500_064_85))
    p = multiplyAdd(p, r, Lanes(repeating: -1))
    return multiplyAdd(p, r, Lanes(repeating: 1))
}
