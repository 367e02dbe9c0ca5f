// The transforms of Winograd's algorithm along one dimension.
//
// A tile of m outputs and its m + 2 inputs are polynomials, evaluated at 0, at pairs of points ±p and at
// infinity; their products there, transformed back, are the outputs. `ConvolutionKernels` evaluates the
// weights at the same points. Points of opposite signs share their even and odd parts, so a transform is
// two operations an element.

import KernelTasks

/// The transforms of one tile size, on vectors `stride` floats apart.
protocol WinogradTransform {
    /// Outputs of a tile.
    static var outputs: Int { get }
    /// Evaluates `outputs + 2` inputs at as many points.
    func evaluate(
        _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>,
        targetStride: Int)
    /// The outputs of the products at the points.
    func interpolate(
        _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>,
        targetStride: Int)
}

/// F(2, 3): the points 0, 1, -1, ∞.
struct TwoOutputs: WinogradTransform {
    @inline(__always) static var outputs: Int { 2 }

    @inline(__always) func evaluate(
        _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>,
        targetStride: Int
    ) {
        let first = load(source + stride)
        let second = load(source + 2 * stride)
        save(second - load(source), to: target)
        save(second + first, to: target + targetStride)
        save(second - first, to: target + 2 * targetStride)
        save(load(source + 3 * stride) - first, to: target + 3 * targetStride)
    }

    @inline(__always) func interpolate(
        _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>,
        targetStride: Int
    ) {
        let plus = load(source + stride)
        let minus = load(source + 2 * stride)
        save(load(source) + (plus + minus), to: target)
        save((plus - minus) + load(source + 3 * stride), to: target + targetStride)
    }
}

/// F(4, 3): the points 0, a, -a, b, -b, ∞.
struct FourOutputs: WinogradTransform {
    // Read once: another module's constants are calls.
    let a = WinogradPoints.a
    let b = WinogradPoints.b

    @inline(__always) static var outputs: Int { 4 }

    @inline(__always) func evaluate(
        _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>,
        targetStride: Int
    ) {
        let first = load(source + stride)
        let second = load(source + 2 * stride)
        let third = load(source + 3 * stride)
        let fourth = load(source + 4 * stride)
        save(ends(load(source), second, fourth), to: target)
        pair(
            even: multiplyAdd(second, Lanes(repeating: -b * b), fourth),
            odd: multiplyAdd(first, Lanes(repeating: -b * b), third), a, to: target + targetStride,
            targetStride)
        pair(
            even: multiplyAdd(second, Lanes(repeating: -a * a), fourth),
            odd: multiplyAdd(first, Lanes(repeating: -a * a), third), b, to: target + 3 * targetStride,
            targetStride)
        save(ends(first, third, load(source + 5 * stride)), to: target + 5 * targetStride)
    }

    /// What three inputs two apart give at 0 and at infinity.
    @inline(__always) private func ends(_ low: Lanes, _ middle: Lanes, _ high: Lanes) -> Lanes {
        let sum = multiplyAdd(middle, Lanes(repeating: -a * a - b * b), high)
        return multiplyAdd(low, Lanes(repeating: a * a * b * b), sum)
    }

    /// even + p · odd and even - p · odd
    @inline(__always) private func pair(
        even: Lanes, odd: Lanes, _ point: Float, to target: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        save(multiplyAdd(odd, Lanes(repeating: point), even), to: target)
        save(multiplyAdd(odd, Lanes(repeating: -point), even), to: target + stride)
    }

    @inline(__always) func interpolate(
        _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>,
        targetStride: Int
    ) {
        let plusA = load(source + stride)
        let minusA = load(source + 2 * stride)
        let plusB = load(source + 3 * stride)
        let minusB = load(source + 4 * stride)
        let (evenA, oddA) = (plusA + minusA, plusA - minusA)
        let (evenB, oddB) = (plusB + minusB, plusB - minusB)
        save(load(source) + (evenA + evenB), to: target)
        save(sum(oddA, a, oddB, b), to: target + targetStride)
        save(sum(evenA, a * a, evenB, b * b), to: target + 2 * targetStride)
        save(
            load(source + 5 * stride) + sum(oddA, a * a * a, oddB, b * b * b), to: target + 3 * targetStride)
    }

    /// left · p + right · q
    @inline(__always) private func sum(
        _ left: Lanes, _ p: Float, _ right: Lanes, _ q: Float
    ) -> Lanes {
        multiplyAdd(left, Lanes(repeating: p), right * Lanes(repeating: q))
    }
}
