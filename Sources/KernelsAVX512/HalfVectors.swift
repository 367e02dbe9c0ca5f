// Panels of which half a vector is padding: 24 columns are multiplied as three halves instead of two vectors,
// 8 as a half. What is left out is stored as zeros, so pad lanes stay finite, and zero in training.

import Builtin

/// a · b + c in one rounding.
@inline(__always) func multiplyAdd(_ a: SIMD8<Float>, _ b: SIMD8<Float>, _ c: SIMD8<Float>) -> SIMD8<Float> {
    var sum = c
    sum._storage._value = Builtin.int_fma_Vec8xFPIEEE32(
        a._storage._value, b._storage._value, c._storage._value)
    return sum
}

/// A row of half a vector, in the memory of one.
struct Half: Columns {
    var first: SIMD8<Float>

    @inline(__always) static var width: Int { Lanes.scalarCount }

    @inline(__always) init(_ source: UnsafePointer<Float>) {
        first = UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Float>.self)
    }

    @inline(__always) init(repeating value: Float) {
        first = SIMD8(repeating: value)
    }

    @inline(__always) mutating func add(_ other: Half) {
        first += other.first
    }

    @inline(__always) mutating func subtract(_ other: Half) {
        first -= other.first
    }

    @inline(__always) mutating func add(_ factor: Float, times other: Half) {
        first = multiplyAdd(SIMD8(repeating: factor), other.first, first)
    }

    @inline(__always) mutating func add(_ left: Half, times right: Half) {
        first = multiplyAdd(left.first, right.first, first)
    }

    @inline(__always) mutating func subtract(_ left: Half, times right: Half) {
        first = multiplyAdd(-left.first, right.first, first)
    }

    @inline(__always) mutating func scale(by factor: Float) {
        first *= SIMD8(repeating: factor)
    }

    @inline(__always) func limited(to upper: Float) -> Half {
        var row = self
        row.first = lower(raise(whole, to: 0), to: upper).lowHalf
        return row
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>) {
        save(whole, to: destination)
    }

    /// The vector whose second half is zero.
    @inline(__always) private var whole: Lanes {
        Lanes(lowHalf: first, highHalf: SIMD8(repeating: 0))
    }
}

/// A row of three halves, in the memory of two vectors.
///
/// Three vectors of 256 bits: one of 512 and one of 256, sharing a broadcast of 512, take 9 % longer.
struct ThreeHalves: Columns {
    var left: Half
    var middle: Half
    var right: Half

    @inline(__always) static var width: Int { 2 * Lanes.scalarCount }

    @inline(__always) init(_ source: UnsafePointer<Float>) {
        left = Half(source)
        middle = Half(source + Half.width / 2)
        right = Half(source + Half.width)
    }

    @inline(__always) init(repeating value: Float) {
        left = Half(repeating: value)
        middle = left
        right = left
    }

    @inline(__always) mutating func add(_ other: ThreeHalves) {
        left.add(other.left)
        middle.add(other.middle)
        right.add(other.right)
    }

    @inline(__always) mutating func subtract(_ other: ThreeHalves) {
        left.subtract(other.left)
        middle.subtract(other.middle)
        right.subtract(other.right)
    }

    @inline(__always) mutating func add(_ factor: Float, times other: ThreeHalves) {
        left.add(factor, times: other.left)
        middle.add(factor, times: other.middle)
        right.add(factor, times: other.right)
    }

    @inline(__always) mutating func add(_ left: ThreeHalves, times right: ThreeHalves) {
        self.left.add(left.left, times: right.left)
        middle.add(left.middle, times: right.middle)
        self.right.add(left.right, times: right.right)
    }

    @inline(__always) mutating func subtract(_ left: ThreeHalves, times right: ThreeHalves) {
        self.left.subtract(left.left, times: right.left)
        middle.subtract(left.middle, times: right.middle)
        self.right.subtract(left.right, times: right.right)
    }

    @inline(__always) mutating func scale(by factor: Float) {
        left.scale(by: factor)
        middle.scale(by: factor)
        right.scale(by: factor)
    }

    @inline(__always) func limited(to upper: Float) -> ThreeHalves {
        var row = self
        row.left = left.limited(to: upper)
        row.middle = middle.limited(to: upper)
        row.right = right.limited(to: upper)
        return row
    }

    /// Each half overwrites the zeros after the one before it.
    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>) {
        left.store(to: destination)
        middle.store(to: destination + Half.width / 2)
        right.store(to: destination + Half.width)
    }
}

/// Rows of the tile of three halves: 27 accumulators of 32 registers.
let threeHalvesTileRows = 9

extension TileProduct {
    /// Computes the tile of half a vector that has `rows` rows, in 1...tileRows.
    @inline(__always) func multiplyHalf(rows: Int) {
        switch rows {
        case 1: multiplyHalfByOne()
        case 2: multiplyHalfByTwo()
        case 3: multiplyHalfByThree()
        case 4: multiplyHalfByFour()
        case 5: multiplyHalfByFive()
        case 6: multiplyHalfBySix()
        case 7: multiplyHalfBySeven()
        case 8: multiplyHalfByEight()
        case 9: multiplyHalfByNine()
        case 10: multiplyHalfByTen()
        case 11: multiplyHalfByEleven()
        case 12: multiplyHalfByTwelve()
        case 13: multiplyHalfByThirteen()
        default: multiplyHalfByFourteen()
        }
    }

    @inline(never) func multiplyHalfByOne() { multiply(One<Half>.self) }
    @inline(never) func multiplyHalfByTwo() { multiply(Two<Half>.self) }
    @inline(never) func multiplyHalfByThree() { multiply(Three<Half>.self) }
    @inline(never) func multiplyHalfByFour() { multiply(Four<Half>.self) }
    @inline(never) func multiplyHalfByFive() { multiply(Five<Half>.self) }
    @inline(never) func multiplyHalfBySix() { multiply(Six<Half>.self) }
    @inline(never) func multiplyHalfBySeven() { multiply(Seven<Half>.self) }
    @inline(never) func multiplyHalfByEight() { multiply(Eight<Half>.self) }
    @inline(never) func multiplyHalfByNine() { multiply(Nine<Half>.self) }
    @inline(never) func multiplyHalfByTen() { multiply(Ten<Half>.self) }
    @inline(never) func multiplyHalfByEleven() { multiply(Eleven<Half>.self) }
    @inline(never) func multiplyHalfByTwelve() { multiply(Twelve<Half>.self) }
    @inline(never) func multiplyHalfByThirteen() { multiply(Thirteen<Half>.self) }
    @inline(never) func multiplyHalfByFourteen() { multiply(Fourteen<Half>.self) }

    /// Computes the tile of three halves that has `rows` rows, in 1...threeHalvesTileRows.
    @inline(__always) func multiplyThreeHalves(rows: Int) {
        switch rows {
        case 1: multiplyThreeHalvesByOne()
        case 2: multiplyThreeHalvesByTwo()
        case 3: multiplyThreeHalvesByThree()
        case 4: multiplyThreeHalvesByFour()
        case 5: multiplyThreeHalvesByFive()
        case 6: multiplyThreeHalvesBySix()
        case 7: multiplyThreeHalvesBySeven()
        case 8: multiplyThreeHalvesByEight()
        default: multiplyThreeHalvesByNine()
        }
    }

    @inline(never) func multiplyThreeHalvesByOne() { multiply(One<ThreeHalves>.self) }
    @inline(never) func multiplyThreeHalvesByTwo() { multiply(Two<ThreeHalves>.self) }
    @inline(never) func multiplyThreeHalvesByThree() { multiply(Three<ThreeHalves>.self) }
    @inline(never) func multiplyThreeHalvesByFour() { multiply(Four<ThreeHalves>.self) }
    @inline(never) func multiplyThreeHalvesByFive() { multiply(Five<ThreeHalves>.self) }
    @inline(never) func multiplyThreeHalvesBySix() { multiply(Six<ThreeHalves>.self) }
    @inline(never) func multiplyThreeHalvesBySeven() { multiply(Seven<ThreeHalves>.self) }
    @inline(never) func multiplyThreeHalvesByEight() { multiply(Eight<ThreeHalves>.self) }
    @inline(never) func multiplyThreeHalvesByNine() { multiply(Nine<ThreeHalves>.self) }
}
