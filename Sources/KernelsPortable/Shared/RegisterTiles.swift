// Blocks of accumulators that live entirely in registers.
//
// A tile is a type: `One` is a row of vectors, `Both` is two tiles, one above the other. Since every method
// is inlined, the compiler sees each accumulator as a variable of its own and gives it a register; an array
// of them, even an inline one, would go through the stack.

import CPUFeatures

/// Floats of a cache line.
private let cacheLine = 16

/// Where the rows of a tile's left matrix stand: those of its upper half and of its lower.
struct Halves {
    var upper: UnsafePointer<Float>
    var lower: UnsafePointer<Float>

    @inline(__always) static func + (halves: Halves, offset: Int) -> Halves {
        Halves(upper: halves.upper + offset, lower: halves.lower + offset)
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
    /// Adds to every row a value of its own.
    mutating func add(each values: UnsafePointer<Float>)
    /// Adds, in each row, (a + `second`) · (a′ + `first`), where a and a′ are the row's two values of the left matrix.
    mutating func addPair(_ left: Halves, twin: Halves, stride: Int, _ first: Row, _ second: Row)
    /// Subtracts (`second` − a) · (`first` − a′), in which a · `first` and a′ · `second` count as above.
    mutating func subtractPair(_ left: Halves, twin: Halves, stride: Int, _ first: Row, _ second: Row)
    /// Multiplies every element.
    mutating func scale(by factor: Float)
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

    @inline(__always) mutating func add(each values: UnsafePointer<Float>) {
        row.add(Row(repeating: values.pointee))
    }

    @inline(__always) mutating func addPair(
        _ left: Halves, twin: Halves, stride: Int, _ first: Row, _ second: Row
    ) {
        let (a, next) = pair(left, twin)
        row.add(second.plus(a), times: first.plus(next))
    }

    @inline(__always) mutating func subtractPair(
        _ left: Halves, twin: Halves, stride: Int, _ first: Row, _ second: Row
    ) {
        let (a, next) = pair(left, twin)
        row.subtract(second.minus(a), times: first.minus(next))
    }

    /// A row's two values of the left matrix.
    @inline(__always) private func pair(_ left: Halves, _ twin: Halves) -> (Row, Row) {
        (
            Row(repeating: left.upper[0], twin: twin.upper[0]),
            Row(repeating: left.upper[1], twin: twin.upper[1])
        )
    }

    @inline(__always) mutating func scale(by factor: Float) {
        row.scale(by: factor)
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

    @inline(__always) mutating func add(each values: UnsafePointer<Float>) {
        upper.add(each: values)
        lower.add(each: values + Upper.rows)
    }

    @inline(__always) mutating func addPair(
        _ left: Halves, twin: Halves, stride: Int, _ first: Upper.Row, _ second: Upper.Row
    ) {
        upper.addPair(
            Upper.halves(left.upper, stride), twin: Upper.halves(twin.upper, stride), stride: stride, first,
            second)
        lower.addPair(
            Lower.halves(left.lower, stride), twin: Lower.halves(twin.lower, stride), stride: stride, first,
            second)
    }

    @inline(__always) mutating func subtractPair(
        _ left: Halves, twin: Halves, stride: Int, _ first: Upper.Row, _ second: Upper.Row
    ) {
        upper.subtractPair(
            Upper.halves(left.upper, stride), twin: Upper.halves(twin.upper, stride), stride: stride, first,
            second)
        lower.subtractPair(
            Lower.halves(left.lower, stride), twin: Lower.halves(twin.lower, stride), stride: stride, first,
            second)
    }

    @inline(__always) mutating func scale(by factor: Float) {
        upper.scale(by: factor)
        lower.scale(by: factor)
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

extension Tile {
    /// The halves of a tile all of whose rows are `stride` floats apart.
    @inline(__always) fileprivate static func halves(_ first: UnsafePointer<Float>, _ stride: Int) -> Halves {
        Halves(upper: first, lower: first + (rows + 1) / 2 * stride)
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
