// What a core does with a vector of 512 bits, which decides how products are best computed.

/// How a core multiplies vectors of 512 bits.
package enum Multipliers: CaseIterable, Sendable {
    /// Two multiply–adds start a cycle, in the units that add: Intel's servers, and every CPU for narrower vectors.
    case whole
    /// Two start a cycle, and two additions beside them: a Zen 5.
    case wholeBesideAdders
    /// One starts a cycle, or two of 256 bits, and one addition beside them, which a broadcast stands in the way of: a Zen 4.
    case halvesBesideAdders

    /// Whether it pays to exchange multiplications for additions (``MatrixProduct/pairedScale``).
    package var haveAddersBeside: Bool { self != .whole }
    /// Whether half a vector takes half the time.
    package var areHalves: Bool { self == .halvesBesideAdders }
}
