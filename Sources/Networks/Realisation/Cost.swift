// What a network or one of its layers costs, counted exactly.

/// Exact costs for one image in Float32, as fvcore, timm and pycls could count them.
package struct Cost: Hashable, Sendable {
    /// Trainable parameters, batch norm's scale and shift included, running statistics not.
    package var parameters = Exact(0)
    /// Multiply–accumulates of convolutions and linear layers, squeeze-and-excitation included, biases not.
    package var macs = Exact(0)
    /// One per output element of a layer that has a bias.
    package var biasAdds = Exact(0)
    /// Output elements of batch norms.
    package var normElements = Exact(0)
    /// Output elements of convolutions and linear layers.
    package var activations = Exact(0)
    /// Bytes of weights and biases once batch norms are folded.
    package var weightBytes = Exact(0)
    /// Bytes of the tensors alive at once, at their highest.
    package var peakActivationBytes = Exact(0)

    /// No cost at all.
    package init() {}

    /// Adds a later layer's cost; the peak is the higher of the two.
    package static func += (sum: inout Cost, layer: Cost) {
        sum.parameters = sum.parameters + layer.parameters
        sum.macs = sum.macs + layer.macs
        sum.biasAdds = sum.biasAdds + layer.biasAdds
        sum.normElements = sum.normElements + layer.normElements
        sum.activations = sum.activations + layer.activations
        sum.weightBytes = sum.weightBytes + layer.weightBytes
        sum.peakActivationBytes = sum.peakActivationBytes.higher(layer.peakActivationBytes)
    }

    /// Whether any count left the range of 64 bits.
    package var overflowed: Bool {
        parameters.overflowed || macs.overflowed || biasAdds.overflowed || normElements.overflowed
            || activations.overflowed || weightBytes.overflowed || peakActivationBytes.overflowed
    }
}

/// A non-negative integer that remembers whether it ever overflowed, at the price of one flag.
package struct Exact: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// The number, meaningless where `overflowed`.
    package private(set) var value: Int
    /// Whether any step that led here overflowed.
    package private(set) var overflowed: Bool

    /// A number.
    @inline(__always)
    package init(_ value: Int) {
        self.value = value
        overflowed = false
    }

    /// A literal number.
    @inline(__always)
    package init(integerLiteral value: Int) { self.init(value) }

    /// The product, flagged where it does not fit.
    @inline(__always)
    package static func * (left: Exact, right: Int) -> Exact {
        let (value, overflow) = left.value.multipliedReportingOverflow(by: right)
        var product = Exact(value)
        product.overflowed = left.overflowed || overflow
        return product
    }

    /// The sum, flagged where it does not fit.
    @inline(__always)
    package static func + (left: Exact, right: Exact) -> Exact {
        let (value, overflow) = left.value.addingReportingOverflow(right.value)
        var sum = Exact(value)
        sum.overflowed = left.overflowed || right.overflowed || overflow
        return sum
    }

    /// The larger of two.
    @inline(__always)
    func higher(_ other: Exact) -> Exact {
        var higher = other.value > value ? other : self
        higher.overflowed = overflowed || other.overflowed
        return higher
    }
}
