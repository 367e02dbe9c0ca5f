// Blocks of accumulators that live entirely in registers.
//
// A tile is a type: `One` is a row of vectors, `Both` is two tiles, one above the other. Since every method
// is inlined, the compiler sees each accumulator as a variable of its own and gives it a register; an array
// of them, even an inline one, would go through the stack.

import CPUFeatures

/// Floats of a cache line.
private let cacheLine = 16

/// The vectors of one row of a tile, side by side.
protocol Columns {
    /// Floats that the row takes in memory.
    static var width: Int { get }
    /// Loads the vectors from consecutive memory.
    init(_ source: UnsafePointer<Float>)
    /// The same value everywhere.
    init(repeating value: Float)
    /// Adds `other`.
    mutating func add(_ other: Self)
    /// Adds `factor · other`.
    mutating func add(_ factor: Float, times other: Self)
    /// Adds the products of elements.
    mutating func add(_ left: Self, times right: Self)
    /// Stores the vectors to consecutive memory.
    func store(to destination: UnsafeMutablePointer<Float>)
    /// The vectors with every element limited to 0...upper.
    func limited(to upper: Float) -> Self
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

    @inline(__always) mutating func add(_ factor: Float, times other: Narrow) {
        first = multiplyAdd(Lanes(repeating: factor), other.first, first)
    }

    @inline(__always) mutating func add(_ left: Narrow, times right: Narrow) {
        first = multiplyAdd(left.first, right.first, first)
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

/// A row of two vectors, the width of a packed panel.
struct Wide: Columns {
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

    @inline(__always) mutating func add(_ other: Wide) {
        left.add(other.left)
        right.add(other.right)
    }

    @inline(__always) mutating func add(_ factor: Float, times other: Wide) {
        left.add(factor, times: other.left)
        right.add(factor, times: other.right)
    }

    @inline(__always) mutating func add(_ left: Wide, times right: Wide) {
        self.left.add(left.left, times: right.left)
        self.right.add(left.right, times: right.right)
    }

    @inline(__always) func limited(to upper: Float) -> Wide {
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

/// Accumulators of a product: rows of `Row`.
protocol Tile {
    /// The vectors of one row.
    associatedtype Row: Columns
    /// How many rows the tile has.
    static var rows: Int { get }
    /// Asks for a matrix of the tile's size, whose rows are `stride` floats apart.
    static func prefetch(_ source: UnsafePointer<Float>, stride: Int)
    /// Starts every row with the same values.
    init(_ start: Row)
    /// Adds a matrix of the tile's size, whose rows are `stride` floats apart.
    mutating func add(_ source: UnsafePointer<Float>, stride: Int)
    /// Adds a factor times such a matrix.
    mutating func add(_ factor: Float, times source: UnsafePointer<Float>, stride: Int)
    /// Adds the outer product of a column, whose elements are `stride` floats apart, and a row.
    mutating func add(_ column: UnsafePointer<Float>, stride: Int, times row: Row)
    /// The same with a column in two pieces: the lower half of the tile's rows, or one fewer than half, has its own.
    mutating func add(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, stride: Int, times row: Row)
    /// Stores the rows `stride` floats apart.
    func store(to destination: UnsafeMutablePointer<Float>, stride: Int)
    /// Stores the rows, every element limited to 0...upper.
    func store(to destination: UnsafeMutablePointer<Float>, stride: Int, limitedTo upper: Float)
}

/// A tile of one row.
struct One<Row: Columns>: Tile {
    var row: Row

    @inline(__always) static var rows: Int { 1 }

    @inline(__always) static func prefetch(_ source: UnsafePointer<Float>, stride: Int) {
        CPUFeatures.prefetch(source)
        if Row.width > cacheLine { CPUFeatures.prefetch(source + cacheLine) }
    }

    @inline(__always) init(_ start: Row) {
        row = start
    }

    @inline(__always) mutating func add(_ source: UnsafePointer<Float>, stride: Int) {
        row.add(Row(source))
    }

    @inline(__always) mutating func add(
        _ factor: Float, times source: UnsafePointer<Float>, stride: Int
    ) {
        row.add(factor, times: Row(source))
    }

    @inline(__always) mutating func add(_ column: UnsafePointer<Float>, stride: Int, times other: Row) {
        row.add(column.pointee, times: other)
    }

    @inline(__always) mutating func add(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, stride: Int, times other: Row
    ) {
        row.add(upper.pointee, times: other)
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>, stride: Int) {
        row.store(to: destination)
    }

    @inline(__always) func store(
        to destination: UnsafeMutablePointer<Float>, stride: Int, limitedTo upper: Float
    ) {
        row.limited(to: upper).store(to: destination)
    }
}

/// Two tiles, the rows of `Lower` below those of `Upper`.
struct Both<Upper: Tile, Lower: Tile>: Tile where Upper.Row == Lower.Row {
    var upper: Upper
    var lower: Lower

    @inline(__always) static var rows: Int { Upper.rows + Lower.rows }

    @inline(__always) static func prefetch(_ source: UnsafePointer<Float>, stride: Int) {
        Upper.prefetch(source, stride: stride)
        Lower.prefetch(source + Upper.rows * stride, stride: stride)
    }

    @inline(__always) init(_ start: Upper.Row) {
        upper = Upper(start)
        lower = Lower(start)
    }

    @inline(__always) mutating func add(_ source: UnsafePointer<Float>, stride: Int) {
        upper.add(source, stride: stride)
        lower.add(source + Upper.rows * stride, stride: stride)
    }

    @inline(__always) mutating func add(
        _ factor: Float, times source: UnsafePointer<Float>, stride: Int
    ) {
        upper.add(factor, times: source, stride: stride)
        lower.add(factor, times: source + Upper.rows * stride, stride: stride)
    }

    @inline(__always) mutating func add(
        _ column: UnsafePointer<Float>, stride: Int, times row: Upper.Row
    ) {
        upper.add(column, stride: stride, times: row)
        lower.add(column + Upper.rows * stride, stride: stride, times: row)
    }

    @inline(__always) mutating func add(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, stride: Int, times row: Upper.Row
    ) {
        upper.add(first, stride: stride, times: row)
        lower.add(second, stride: stride, times: row)
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>, stride: Int) {
        upper.store(to: destination, stride: stride)
        lower.store(to: destination + Upper.rows * stride, stride: stride)
    }

    @inline(__always) func store(
        to destination: UnsafeMutablePointer<Float>, stride: Int, limitedTo limit: Float
    ) {
        upper.store(to: destination, stride: stride, limitedTo: limit)
        lower.store(to: destination + Upper.rows * stride, stride: stride, limitedTo: limit)
    }
}

// The upper half has as many rows as the lower or one more.
typealias Two<Row: Columns> = Both<One<Row>, One<Row>>
typealias Three<Row: Columns> = Both<Two<Row>, One<Row>>
typealias Four<Row: Columns> = Both<Two<Row>, Two<Row>>
typealias Five<Row: Columns> = Both<Three<Row>, Two<Row>>
typealias Six<Row: Columns> = Both<Three<Row>, Three<Row>>
typealias Seven<Row: Columns> = Both<Four<Row>, Three<Row>>
typealias Eight<Row: Columns> = Both<Four<Row>, Four<Row>>
typealias Nine<Row: Columns> = Both<Five<Row>, Four<Row>>
typealias Ten<Row: Columns> = Both<Five<Row>, Five<Row>>
typealias Eleven<Row: Columns> = Both<Six<Row>, Five<Row>>
typealias Twelve<Row: Columns> = Both<Six<Row>, Six<Row>>
typealias Thirteen<Row: Columns> = Both<Seven<Row>, Six<Row>>
typealias Fourteen<Row: Columns> = Both<Seven<Row>, Seven<Row>>
