// A tensor as files hold it: a name, a shape, and its values in row-major order.

/// A tensor with a name; the last axis varies fastest.
package struct NamedTensor: Hashable, Sendable {
    /// What the file calls it.
    package var name: String
    /// The length of each axis; a scalar has none.
    package var shape: [Int]
    /// As many values as the shape has elements.
    package var values: [Float]

    /// A tensor of these values.
    package init(_ name: String, shape: [Int], values: [Float]) {
        precondition(shape.elements == values.count)
        self.name = name
        self.shape = shape
        self.values = values
    }
}

extension [Int] {
    /// The elements of a tensor of this shape, or nil where their bytes cannot be counted.
    var elements: Int? {
        var product = 1
        var isEmpty = false
        for length in self {
            if length < 0 { return nil }
            if length == 0 {
                isEmpty = true
                continue
            }
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            if overflow || next > Int.max / 8 { return nil }
            product = next
        }
        return isEmpty ? 0 : product
    }
}

extension [Float] {
    /// The values of `count` little-endian floats at a byte; to read past the end is a trap.
    init(littleEndian bytes: [UInt8], at start: Int, count: Int) {
        precondition(start >= 0 && count >= 0 && count <= (bytes.count - start) / 4)
        self.init(unsafeUninitializedCapacity: count) { floats, initialised in
            bytes.withUnsafeBytes { source in
                for index in 0..<count {
                    let bits = source.loadUnaligned(fromByteOffset: start + index * 4, as: UInt32.self)
                    floats.initializeElement(at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
                }
            }
            initialised = count
        }
    }

    /// The index of the first value that is no number or infinite.
    var firstNotFinite: Int? { firstIndex { !$0.isFinite } }
}

extension [UInt8] {
    /// Appends an integer, lowest byte first.
    mutating func append(littleEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// Appends floats, lowest byte first.
    mutating func append(littleEndian floats: [Float]) {
        for value in floats { append(littleEndian: value.bitPattern) }
    }

    /// The integer of `size` bytes at a byte, lowest first; nil where the bytes end before it does.
    func integer(at start: Int, size: Int) -> UInt64? {
        guard start >= 0, size <= count, start <= count - size else { return nil }
        return (0..<size).reduce(0) { $0 | UInt64(self[start + $1]) << UInt64(8 * $1) }
    }
}
