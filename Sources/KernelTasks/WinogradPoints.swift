// The points at which Winograd's algorithm evaluates tiles of four outputs.

/// The points are 0, ±a, ±b and infinity; small and large powers of them in equal measure keep the rounding
/// errors of F(4×4, 3×3) low.
package enum WinogradPoints {
    /// The smaller point.
    package static var a: Float { 0.625 }
    /// The larger point.
    package static var b: Float { 1.5 }
}
