// A candidate: an architecture together with the integers that rounding made of its factors.

import Basics

/// A network with every size settled; its layers and cost follow from it.
package struct Network: Hashable, Sendable {
    /// The description it was made from, with the factors that were asked for.
    package let architecture: Architecture
    /// The sizes that were realised.
    package let dimensions: Dimensions
    /// The cost for one image.
    package let cost: Cost
    /// Layers in place of those that the architecture writes.
    private let written: [Layer]?

    /// Rounds and counts an architecture; throws where no such network can be built.
    package init(_ architecture: Architecture) throws(NetworkError) {
        try architecture.validate()
        try self.init(architecture, dimensions: try architecture.dimensions())
    }

    /// A network of sizes already rounded, the architecture already validated. Counting takes about 1 µs.
    package init(_ architecture: Architecture, dimensions: Dimensions) throws(NetworkError) {
        self.architecture = architecture
        self.dimensions = dimensions
        cost = try Network.cost(of: architecture, dimensions: dimensions)
        written = nil
    }

    /// A network of other layers than its architecture writes, with its input, classes and norms.
    init(_ network: Network, layers: [Layer]) {
        architecture = network.architecture
        dimensions = network.dimensions
        var cost = Cost()
        for layer in layers { cost += layer.cost }
        self.cost = cost
        written = layers
    }

    /// Counts a candidate without building it: no layer is stored.
    package static func cost(
        of architecture: Architecture, dimensions: Dimensions
    ) throws(NetworkError) -> Cost {
        if Architecture.blockRange.refusal(of: dimensions.blocks) != nil {
            throw .tooLarge(
                "a depth of \(dimensions.blocks) blocks",
                limit: "at most \(Architecture.blockRange.upperBound)")
        }
        try architecture.checkKernels(resolution: dimensions.resolution)
        var counter = CostCounter()
        architecture.write(dimensions, into: &counter)
        if counter.isEmpty {
            throw .contradiction(
                "an image of \(dimensions.resolution) pixels vanishes inside \(architecture.name); "
                    + "give a larger resolution.")
        }
        if counter.cost.overflowed { throw .overflow }
        return counter.cost
    }

    /// The layers in the order in which they run, built anew at each call.
    package var layers: [Layer] {
        if let written { return written }
        var list = LayerList()
        architecture.write(dimensions, into: &list)
        return list.layers
    }

    /// The shape of the input image.
    package var input: Shape {
        Shape(height: dimensions.resolution, width: dimensions.resolution, channels: architecture.channels)
    }

    /// A hash of the realised layers, the same on every machine: 16 hexadecimal digits.
    ///
    /// Names and factors do not enter, so two descriptions of one network agree.
    package var contentHash: String {
        var hash = StableHash()
        for layer in layers { hash.combine(layer) }
        hash.combine(architecture.batchNormEpsilon.bitPattern)
        return hash.hexadecimal
    }
}
