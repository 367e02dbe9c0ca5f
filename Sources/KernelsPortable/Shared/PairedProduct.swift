// Products that exchange every third multiplication for two additions.
//
// (a + w′)(a′ + w) = a·w + a′·w′ + a·a′ + w·w′: two products of a sum by one multiplication and two additions, where the
// last two terms, of which one belongs to the row and the other to the column, are subtracted once for all (S. Winograd,
// A new algorithm for inner product, 1968). A core whose adders stand beside its multipliers has both busy when a third of
// the depth is multiplied one by one.

import CPUFeatures
import KernelTasks

/// Rows of weights that a turn of the loop multiplies: two pairs, and two that are multiplied one by one.
///
/// What the first pair adds to row and column is subtracted by the second, so that a sum on its way stays as small as sums
/// of products are.
let pairedDepth = 6

/// Rows of the left matrix whose sums of pairs are at hand at a time.
let pairedBlockRows = 256

/// Rows of a packed panel: of a paired product one more, which holds the columns' sums of pairs.
@inline(__always) func panelRows(_ depth: Int, isPaired: Bool) -> Int { isPaired ? depth + 1 : depth }

/// The most that the squared products of neighbours may add up to, for each element of the depth.
///
/// Sums of pairs hold these products until they are subtracted, and lose bits to them: none to speak of where activations are
/// of the size 1 that batch norm gives them, as weights are; seven where they are of the size 128 of this limit.
private let pairLimit: Float = 0x1p28

/// The sums of pairs of rows of a left matrix, negated: of each element at a multiple of six and its neighbour the product,
/// less that of the next two. `depth` is at least 18, and what exceeds a multiple of six is not paired.
///
/// The sum of a row that had better be multiplied one by one is NaN.
@inline(never) func pairRows(
    _ left: UnsafePointer<Float>, stride: Int, rows: Int, depth: Int, to sums: UnsafeMutablePointer<Float>
) {
    let pairer = RowPairer(depth: depth)
    var squares = Lanes(repeating: 0)
    for row in 0..<rows {
        let (sum, rowSquares) = pairer.sums(left + row * stride)
        sums[row] = total(sum)
        squares += rowSquares
    }
    // Most often no row is too large, as the rows together are not.
    let limit = pairLimit * Float(depth)
    if total(squares) <= limit { return }
    for row in 0..<rows where total(pairer.sums(left + row * stride).squares) > limit {
        sums[row] = .nan
    }
}

/// Calls `body` for each run of rows of which all are paired or none, as `sums`, one a row from row 0 on, say.
@inline(__always) func forEachRun(
    ofRows rows: Range<Int>, _ sums: UnsafePointer<Float>, _ body: (Range<Int>, Bool) -> Void
) {
    var first = rows.lowerBound
    while first < rows.upperBound {
        let isPaired = !sums[first].isNaN
        var end = first + 1
        while end < rows.upperBound, !sums[end].isNaN == isPaired { end += 1 }
        body(first..<end, isPaired)
        first = end
    }
}

/// Sums the products of a row's neighbours.
private struct RowPairer {
    /// Elements in whole vectors.
    private let whole: Int
    /// The first element of the last vector, which overlaps the one before.
    private let tail: Int
    /// The signs of three vectors, after which they repeat, and of the last.
    private let first: Lanes
    private let second: Lanes
    private let third: Lanes
    private let last: Lanes

    @inline(__always) init(depth: Int) {
        let lanes = Lanes.scalarCount
        let depth = depth / pairedDepth * pairedDepth
        whole = depth / lanes * lanes
        tail = depth - lanes
        first = pairSigns(from: 0)
        second = pairSigns(from: lanes)
        third = pairSigns(from: 2 * lanes)
        last = pairSigns(from: depth - lanes, notBefore: whole)
    }

    /// The sum, and the sum of the squares of all neighbours' products, each of some pairs in every lane.
    @inline(__always) func sums(_ row: UnsafePointer<Float>) -> (sum: Lanes, squares: Lanes) {
        let lanes = Lanes.scalarCount
        var sum = Lanes(repeating: 0)
        var squares = sum
        @inline(__always) func add(_ element: Int, _ signs: Lanes) {
            let products = pairs(row + element)
            sum = multiplyAdd(products, signs, sum)
            squares = multiplyAdd(products, products, squares)
        }
        add(tail, last)
        var element = 0
        while element + 3 * lanes <= whole {
            add(element, first)
            add(element + lanes, second)
            add(element + 2 * lanes, third)
            element += 3 * lanes
        }
        if element < whole { add(element, first) }
        if element + lanes < whole { add(element + lanes, second) }
        return (sum, squares)
    }
}

/// What the sum of pairs does with the products of elements and their neighbours, from one of them on.
@inline(never) func pairSigns(from first: Int, notBefore start: Int = 0) -> Lanes {
    var signs = Lanes(repeating: 0)
    for lane in 0..<Lanes.scalarCount where first + lane >= start {
        switch (first + lane) % pairedDepth {
        case 0: signs[lane] = -1
        case 2: signs[lane] = 1
        default: break
        }
    }
    return signs
}

/// At every element the product with its neighbour, of even index or odd.
@inline(__always) private func pairs(_ source: UnsafePointer<Float>) -> Lanes {
    let vector = load(source)
    var neighbours = vector
    neighbours.evenHalf = vector.oddHalf
    neighbours.oddHalf = vector.evenHalf
    return vector * neighbours
}

/// The sum of a vector's elements.
@inline(__always) private func total(_ x: SIMD16<Float>) -> Float { total(x.lowHalf + x.highHalf) }
@inline(__always) private func total(_ x: SIMD8<Float>) -> Float { total(x.lowHalf + x.highHalf) }
@inline(__always) private func total(_ x: SIMD4<Float>) -> Float { x[0] + x[1] + (x[2] + x[3]) }

/// The sums of pairs of each column of a packed panel, negated, in the row after its last.
@inline(__always) func pairColumns(_ panel: UnsafeMutablePointer<Float>, width: Int, depth: Int) {
    var column = 0
    while column < width {
        var sum = Lanes(repeating: 0)
        var row = panel + column
        for _ in 0..<depth / pairedDepth {
            sum = multiplyAdd(-load(row), load(row + width), sum)
            sum = multiplyAdd(load(row + 2 * width), load(row + 3 * width), sum)
            row += pairedDepth * width
        }
        save(sum, to: panel + depth * width + column)
        column += Lanes.scalarCount
    }
}

extension TileProduct {
    /// Adds the products of a tile whose left matrix begins at `left`.
    @inline(__always) func addPaired<T: Tile>(
        _ left: UnsafePointer<Float>, _ ahead: UnsafeRawPointer, to sums: inout T
    ) {
        let width = T.Row.width
        var left = Halves(upper: left, lower: left + lowerOffset)
        var twin = left + twinOffset
        var row = right
        var ahead = ahead
        for _ in 0..<depth / pairedDepth {
            for _ in 0..<pairedDepth {
                prefetch(ahead)
                ahead += aheadStep
            }
            sums.addPair(left, twin: twin, stride: leftStride, T.Row(row), T.Row(row + width))
            add(left + 4, row + 4 * width, to: &sums)
            sums.subtractPair(
                left + 2, twin: twin + 2, stride: leftStride, T.Row(row + 2 * width), T.Row(row + 3 * width))
            add(left + 5, row + 5 * width, to: &sums)
            left = left + pairedDepth
            twin = twin + pairedDepth
            row += pairedDepth * width
        }
        for _ in 0..<depth % pairedDepth {
            add(left, row, to: &sums)
            left = left + 1
            row += width
        }
    }

    /// Adds the products of one column and one row of weights.
    @inline(__always) private func add<T: Tile>(
        _ left: Halves, _ row: UnsafePointer<Float>, to sums: inout T
    ) {
        sums.add(left.upper, left.lower, stride: leftStride, times: T.Row(row))
    }
}
