// The form of the law: which products of logarithms the error is a sum of, and what is known of their factors beforehand.

import Foundation

/// The terms of a quadratic in the logarithms of depth, width, resolution and training length.
///
/// Length counts from the one that is asked for: t is log(images seen / images asked for), 0 there, so that the terms without t
/// are the law at that length.
enum LawTerms {
    /// How many terms there are.
    static let count = 16

    /// Their names, in order.
    static let names =
        ["constant"] + QuadraticSurface.termNames + [
            "length", "length²", "depth·length", "width·length", "resolution·length", "continued",
        ]

    /// The terms of a network at a training length; `isContinued` has a factor of its own.
    static func values(at x: SIMD3<Double>, length t: Double, isContinued: Bool = false) -> [Double] {
        [1] + QuadraticSurface.terms(at: x) + [t, t * t, t * x.x, t * x.y, t * x.z, isContinued ? 1 : 0]
    }

    /// The standard deviations of the factors before anything is known, around 0 (the constant's around the mean of what was
    /// observed).
    ///
    /// A slope of −3 would let twice the depth divide the error by eight; what networks show is a tenth of that and less, so that a
    /// dozen runs outweigh this knowledge. Narrower ones were seen to draw optima to where the law bends less.
    static let priorDeviations: [Double] =
        [2] + Array(repeating: 3, count: 9) + [1, 0.5, 0.5, 0.5, 0.5, 0.5]

    /// The surface over depth, width and resolution that factors give at the length that is asked for.
    static func surface(_ factors: [Double], isContinued: Bool) -> QuadraticSurface {
        QuadraticSurface(
            constant: factors[0] + (isContinued ? factors[15] : 0),
            linear: SIMD3(factors[1], factors[2], factors[3]),
            squares: SIMD3(factors[4], factors[5], factors[6]),
            products: SIMD3(factors[7], factors[8], factors[9]))
    }
}
