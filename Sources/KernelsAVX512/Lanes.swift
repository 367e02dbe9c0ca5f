// What this build of the kernels is made of: vectors of 512 bits and fused multiply–add (x86-64-v4).

// What follows names one operation of LLVM each. The standard library's own functions of vectors go lane by lane
// until LLVM joins the lanes again, which takes the compiler several times as long and does not always succeed.
import Builtin

/// The vector of this build.
typealias Lanes = SIMD16<Float>

/// The bits of a vector.
typealias Bits = SIMD16<UInt32>

/// a · b + c in one rounding.
@inline(__always) func multiplyAdd(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes {
    var sum = c
    sum._storage._value = Builtin.int_fma_Vec16xFPIEEE32(
        a._storage._value, b._storage._value, c._storage._value)
    return sum
}

/// c − a · b in one rounding.
@inline(__always) func subtractProduct(_ a: Lanes, _ b: Lanes, from c: Lanes) -> Lanes {
    var negative = a
    negative._storage._value = Builtin.fneg_Vec16xFPIEEE32(a._storage._value)
    return multiplyAdd(negative, b, c)
}

/// The elements of `yes` where the mask holds, else those of `no`.
@inline(__always) func select(_ mask: SIMDMask<Bits.MaskStorage>, _ yes: Lanes, _ no: Lanes) -> Lanes {
    let holds = Builtin.trunc_Vec16xInt32_Vec16xInt1(mask._storage._storage._value)
    var elements = no
    elements._storage._value = Builtin.select_Vec16xInt1_Vec16xFPIEEE32(
        holds, yes._storage._value, no._storage._value)
    return elements
}

/// The bits of `x` that are set in `mask`.
@inline(__always) func masked(_ x: Lanes, by mask: UInt32) -> Lanes {
    var bits = unsafeBitCast(x, to: Bits.self)
    bits._storage._value = Builtin.and_Vec16xInt32(
        bits._storage._value, Bits(repeating: mask)._storage._value)
    return unsafeBitCast(bits, to: Lanes.self)
}

/// The element of the table that the low three bits of each element of `index` say.
@inline(__always) func lookUp(_ index: Bits, in table: SIMD8<UInt32>) -> Bits {
    // Four bits choose among sixteen.
    let elements = unsafeBitCast(Bits(lowHalf: table, highHalf: table), to: Lanes.self)
    return unsafeBitCast(permuted(elements, by: index), to: Bits.self)
}

/// The elements of `x` at these places, of which the low four bits count.
@inline(__always) func permuted(_ x: Lanes, by places: Bits) -> Lanes {
    var elements = x
    elements._storage._value = Builtin.int_x86_avx512_permvar_sf_512(
        x._storage._value, places._storage._value)
    return elements
}

/// 0, 1, 2 and so on.
@inline(__always) var laneNumbers: Bits { Bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }

/// Rows of the register tile: 28 accumulators of 32 registers.
let tileRows = 14

/// Rows of a tile of one vector.
let narrowTileRows = tileRows

/// Rows of a tile that multiplies pairs: 16 accumulators leave registers for what is added before it is multiplied.
let pairedTileRows = 8

/// Rows of packed weights that a turn of the product's loop multiplies, 1 or 2; with two, the 28 accumulators no
/// longer stay in registers.
let rowsPerTurn = 1

extension TileProduct {
    /// Computes the tiles, which have `rows` rows each, in 1...tileRows.
    @inline(__always) func multiply(rows: Int) {
        if isHalved { return isWide ? multiplyThreeHalves(rows: rows) : multiplyHalf(rows: rows) }
        switch rows {
        case 1: multiplyOne()
        case 2: multiplyTwo()
        case 3: multiplyThree()
        case 4: multiplyFour()
        case 5: multiplyFive()
        case 6: multiplySix()
        case 7: multiplySeven()
        case 8: multiplyEight()
        case 9: multiplyNine()
        case 10: multiplyTen()
        case 11: multiplyEleven()
        case 12: multiplyTwelve()
        case 13: multiplyThirteen()
        default: multiplyFourteen()
        }
    }

    // Each tile is a function of its own, so that it has all the registers.
    @inline(never) func multiplyOne() { multiply(One<Wide>.self, One<Narrow>.self) }
    @inline(never) func multiplyTwo() { multiply(Two<Wide>.self, Two<Narrow>.self) }
    @inline(never) func multiplyThree() { multiply(Three<Wide>.self, Three<Narrow>.self) }
    @inline(never) func multiplyFour() { multiply(Four<Wide>.self, Four<Narrow>.self) }
    @inline(never) func multiplyFive() { multiply(Five<Wide>.self, Five<Narrow>.self) }
    @inline(never) func multiplySix() { multiply(Six<Wide>.self, Six<Narrow>.self) }
    @inline(never) func multiplySeven() { multiply(Seven<Wide>.self, Seven<Narrow>.self) }
    @inline(never) func multiplyEight() { multiply(Eight<Wide>.self, Eight<Narrow>.self) }
    @inline(never) func multiplyNine() { multiply(Nine<Wide>.self, Nine<Narrow>.self) }
    @inline(never) func multiplyTen() { multiply(Ten<Wide>.self, Ten<Narrow>.self) }
    @inline(never) func multiplyEleven() { multiply(Eleven<Wide>.self, Eleven<Narrow>.self) }
    @inline(never) func multiplyTwelve() { multiply(Twelve<Wide>.self, Twelve<Narrow>.self) }
    @inline(never) func multiplyThirteen() { multiply(Thirteen<Wide>.self, Thirteen<Narrow>.self) }
    @inline(never) func multiplyFourteen() { multiply(Fourteen<Wide>.self, Fourteen<Narrow>.self) }
}

extension GradientTile {
    /// Sums the tile that has `rows` rows, in 1...tileRows.
    @inline(__always) func sum(rows: Int) {
        switch rows {
        case 1: sumOne()
        case 2: sumTwo()
        case 3: sumThree()
        case 4: sumFour()
        case 5: sumFive()
        case 6: sumSix()
        case 7: sumSeven()
        case 8: sumEight()
        case 9: sumNine()
        case 10: sumTen()
        case 11: sumEleven()
        case 12: sumTwelve()
        case 13: sumThirteen()
        default: sumFourteen()
        }
    }

    @inline(never) func sumOne() { sum(One<Wide>.self, One<Narrow>.self) }
    @inline(never) func sumTwo() { sum(Two<Wide>.self, Two<Narrow>.self) }
    @inline(never) func sumThree() { sum(Three<Wide>.self, Three<Narrow>.self) }
    @inline(never) func sumFour() { sum(Four<Wide>.self, Four<Narrow>.self) }
    @inline(never) func sumFive() { sum(Five<Wide>.self, Five<Narrow>.self) }
    @inline(never) func sumSix() { sum(Six<Wide>.self, Six<Narrow>.self) }
    @inline(never) func sumSeven() { sum(Seven<Wide>.self, Seven<Narrow>.self) }
    @inline(never) func sumEight() { sum(Eight<Wide>.self, Eight<Narrow>.self) }
    @inline(never) func sumNine() { sum(Nine<Wide>.self, Nine<Narrow>.self) }
    @inline(never) func sumTen() { sum(Ten<Wide>.self, Ten<Narrow>.self) }
    @inline(never) func sumEleven() { sum(Eleven<Wide>.self, Eleven<Narrow>.self) }
    @inline(never) func sumTwelve() { sum(Twelve<Wide>.self, Twelve<Narrow>.self) }
    @inline(never) func sumThirteen() { sum(Thirteen<Wide>.self, Thirteen<Narrow>.self) }
    @inline(never) func sumFourteen() { sum(Fourteen<Wide>.self, Fourteen<Narrow>.self) }
}

/// The vector of square blocks: of sixteen vectors of 16 the compiler makes two and a half times the shuffles.
typealias BlockVector = SIMD8<Float>

/// As many of them as each has elements.
typealias SquareBlock = EightVectors

extension SquareBlock {
    /// Rows and columns exchanged.
    @inline(__always) var transposed: SquareBlock { self.shuffled.shuffled.shuffled }
}
