// The rows of a register tile: one vector, or two side by side.

/// The vectors of one row of a tile, side by side.
protocol Columns {
    /// Floats that the row takes in memory.
    static var width: Int { get }
    /// Loads the vectors from consecutive memory.
    init(_ source: UnsafePointer<Float>)
    /// The same value everywhere.
    init(repeating value: Float)
    /// The same value everywhere, which the compiler must not know to be the same as its twin.
    ///
    /// What is loaded for each vector becomes part of an addition (`LoadedTwice`); a load for all of them is an instruction of
    /// its own, which on a Zen 4 is in the way of additions.
    init(repeating value: Float, twin: Float)
    /// Adds `other`.
    mutating func add(_ other: Self)
    /// Subtracts `other`.
    mutating func subtract(_ other: Self)
    /// Adds `factor · other`.
    mutating func add(_ factor: Float, times other: Self)
    /// Adds the products of elements.
    mutating func add(_ left: Self, times right: Self)
    /// Subtracts the products of elements.
    mutating func subtract(_ left: Self, times right: Self)
    /// Multiplies every element.
    mutating func scale(by factor: Float)
    /// Stores the vectors to consecutive memory.
    func store(to destination: UnsafeMutablePointer<Float>)
    /// The vectors with every element limited to 0...upper.
    func limited(to upper: Float) -> Self
}

extension Columns {
    /// A row that has no second vector to load the twin for.
    @inline(__always) init(repeating value: Float, twin: Float) {
        self.init(repeating: value)
    }

    /// The row plus another.
    @inline(__always) func plus(_ other: Self) -> Self {
        var sum = self
        sum.add(other)
        return sum
    }

    /// The row less another.
    @inline(__always) func minus(_ other: Self) -> Self {
        var difference = self
        difference.subtract(other)
        return difference
    }
}

/// A row of one vector.
struct Narrow: Columns {
    var first: Lanes

    @inline(__always) static var width: Int { Lanes.scalarCount }

    @inline(__always) init(_ source: UnsafePointer<Float>) {
        first = load(source)
    }

    @inline(__always) init(repeating value: Float) {
        first = Lanes(repeating: value)
    }

    @inline(__always) mutating func add(_ other: Narrow) {
        first += other.first
    }

    @inline(__always) mutating func subtract(_ other: Narrow) {
        first -= other.first
    }

    @inline(__always) mutating func add(_ factor: Float, times other: Narrow) {
        first = multiplyAdd(Lanes(repeating: factor), other.first, first)
    }

    @inline(__always) mutating func add(_ left: Narrow, times right: Narrow) {
        first = multiplyAdd(left.first, right.first, first)
    }

    @inline(__always) mutating func subtract(_ left: Narrow, times right: Narrow) {
        first = subtractProduct(left.first, right.first, from: first)
    }

    @inline(__always) mutating func scale(by factor: Float) {
        first *= Lanes(repeating: factor)
    }

    @inline(__always) func limited(to upper: Float) -> Narrow {
        var row = self
        row.first = lower(raise(first, to: 0), to: upper)
        return row
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>) {
        save(first, to: destination)
    }
}

/// How many loads a value takes that is added to both vectors of a row.
protocol PairLoads {
    /// Whether one load serves both.
    static var isShared: Bool { get }
}

/// One, where a broadcast from memory is free.
enum LoadedOnce: PairLoads {
    @inline(__always) static var isShared: Bool { true }
}

/// One each, which are part of the additions.
enum LoadedTwice: PairLoads {
    @inline(__always) static var isShared: Bool { false }
}

/// A row of two vectors, the width of a packed panel.
typealias Wide = TwoVectors<LoadedOnce>

/// Two vectors side by side.
struct TwoVectors<Loads: PairLoads>: Columns {
    var left: Narrow
    var right: Narrow

    @inline(__always) static var width: Int { 2 * Lanes.scalarCount }

    @inline(__always) init(_ source: UnsafePointer<Float>) {
        left = Narrow(source)
        right = Narrow(source + Lanes.scalarCount)
    }

    @inline(__always) init(repeating value: Float) {
        left = Narrow(repeating: value)
        right = Narrow(repeating: value)
    }

    @inline(__always) init(repeating value: Float, twin: Float) {
        left = Narrow(repeating: value)
        right = Narrow(repeating: Loads.isShared ? value : twin)
    }

    @inline(__always) mutating func add(_ other: Self) {
        left.add(other.left)
        right.add(other.right)
    }

    @inline(__always) mutating func subtract(_ other: Self) {
        left.subtract(other.left)
        right.subtract(other.right)
    }

    @inline(__always) mutating func add(_ factor: Float, times other: Self) {
        left.add(factor, times: other.left)
        right.add(factor, times: other.right)
    }

    @inline(__always) mutating func add(_ left: Self, times right: Self) {
        self.left.add(left.left, times: right.left)
        self.right.add(left.right, times: right.right)
    }

    @inline(__always) mutating func subtract(_ left: Self, times right: Self) {
        self.left.subtract(left.left, times: right.left)
        self.right.subtract(left.right, times: right.right)
    }

    @inline(__always) mutating func scale(by factor: Float) {
        left.scale(by: factor)
        right.scale(by: factor)
    }

    @inline(__always) func limited(to upper: Float) -> Self {
        var row = self
        row.left = left.limited(to: upper)
        row.right = right.limited(to: upper)
        return row
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>) {
        left.store(to: destination)
        right.store(to: destination + Lanes.scalarCount)
    }
}
