// Which layers are computed as one, and who reads what: a function of the layers alone, for any number of inputs and of tensors
// that wait for their last reader.

import Networks

/// The layers of a network in units, and the readers of each layer's output.
///
///     let units = FusedUnits(network.layers) { unit, next in next.operation == .add(.identity) }
///     units.units    // [0..<1, 1..<2, 2..<4, …]: the additions belong to what is added
package struct FusedUnits {
    /// All units in order: layers in a row, of which each alone reads the one before.
    package let units: [Range<Int>]
    /// The unit that each layer belongs to, by its number.
    private let numbers: [Int]
    /// How often each layer's output is read.
    private let readers: [Int]
    /// The last layer that reads each layer's output; none, where nothing does.
    private let lastReaders: [Int?]
    /// Whether the next layer alone reads a layer's output, as its first input.
    private let isFollowed: [Bool]

    /// Cuts layers into units. `fuses` says whether the kernels that compute a unit so far can compute the next layer with it;
    /// it is asked only where nothing else reads what lies between.
    package init(_ layers: [Layer], _ fuses: (_ unit: ArraySlice<Layer>, _ next: Layer) -> Bool) {
        var readers = [Int](repeating: 0, count: layers.count)
        var lastReaders = [Int?](repeating: nil, count: layers.count)
        for (index, layer) in layers.enumerated() {
            for value in layer.inputs where value.layer >= 0 {
                guard value.layer < index else { fatalError("\(layer.name) reads what is not yet made.") }
                readers[value.layer] += 1
                lastReaders[value.layer] = index
            }
        }
        let isFollowed = layers.indices.map { index in
            readers[index] == 1 && index + 1 < layers.count && layers[index + 1].input.layer == index
        }
        var units: [Range<Int>] = []
        for (index, layer) in layers.enumerated() {
            if let unit = units.last, isFollowed[index - 1], fuses(layers[unit], layer) {
                units[units.count - 1] = unit.lowerBound..<index + 1
            } else {
                units.append(index..<index + 1)
            }
        }
        self.units = units
        numbers = units.enumerated().flatMap { number, unit in unit.map { _ in number } }
        self.readers = readers
        self.lastReaders = lastReaders
        self.isFollowed = isFollowed
    }

    /// The unit that a layer belongs to.
    package func unit(of layer: Int) -> Range<Int> { units[numbers[layer]] }

    /// The next layer, if it alone reads a layer's output, as its first input.
    package func follower(of layer: Int) -> Int? { isFollowed[layer] ? layer + 1 : nil }

    /// Whether a value is read once and no more. The image belongs to the caller.
    package func isReadOnce(_ value: Value) -> Bool { value.layer >= 0 && readers[value.layer] == 1 }

    /// Whether a layer reads a value, and nothing after it does.
    package func isLastReader(_ layer: Int, of value: Value) -> Bool {
        value.layer >= 0 && lastReaders[value.layer] == layer
    }
}
