// What this build of the kernels is made of: vectors of 256 bits and fused multiply–add (x86-64-v3).

// What follows names one operation of LLVM each. The standard library's own functions of vectors go lane by lane
// until LLVM joins the lanes again, which takes the compiler several times as long and does not always succeed.
import Builtin

/// The vector of this build.
typealias Lanes = SIMD8<Float>

/// The bits of a vector.
typealias Bits = SIMD8<UInt32>

/// a · b + c in one rounding.
@inline(__always) func multiplyAdd(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes {
    var sum = c
    sum._storage._value = Builtin.int_fma_Vec8xFPIEEE32(
        a._storage._value, b._storage._value, c._storage._value)
    return sum
}

/// c − a · b in one rounding.
@inline(__always) func subtractProduct(_ a: Lanes, _ b: Lanes, from c: Lanes) -> Lanes {
    var negative = a
    negative._storage._value = Builtin.fneg_Vec8xFPIEEE32(a._storage._value)
    return multiplyAdd(negative, b, c)
}

/// The elements of `yes` where the mask holds, else those of `no`.
@inline(__always) func select(_ mask: SIMDMask<Bits.MaskStorage>, _ yes: Lanes, _ no: Lanes) -> Lanes {
    let holds = Builtin.trunc_Vec8xInt32_Vec8xInt1(mask._storage._storage._value)
    var elements = no
    elements._storage._value = Builtin.select_Vec8xInt1_Vec8xFPIEEE32(
        holds, yes._storage._value, no._storage._value)
    return elements
}

/// The bits of `x` that are set in `mask`.
@inline(__always) func masked(_ x: Lanes, by mask: UInt32) -> Lanes {
    var bits = unsafeBitCast(x, to: Bits.self)
    bits._storage._value = Builtin.and_Vec8xInt32(
        bits._storage._value, Bits(repeating: mask)._storage._value)
    return unsafeBitCast(bits, to: Lanes.self)
}

/// The element of the table that the low three bits of each element of `index` say.
@inline(__always) func lookUp(_ index: Bits, in table: SIMD8<UInt32>) -> Bits {
    unsafeBitCast(permuted(unsafeBitCast(table, to: Lanes.self), by: index), to: Bits.self)
}

/// The elements of `x` at these places, of which the low three bits count.
@inline(__always) func permuted(_ x: Lanes, by places: Bits) -> Lanes {
    var elements = x
    elements._storage._value = Builtin.int_x86_avx2_permps(x._storage._value, places._storage._value)
    return elements
}

/// 0, 1, 2 and so on.
@inline(__always) var laneNumbers: Bits { Bits(0, 1, 2, 3, 4, 5, 6, 7) }

/// Rows of the register tile: 12 accumulators of 16 registers.
let tileRows = 6

/// The same where half of the second vector is padding, which is multiplied like the rest.
let threeHalvesTileRows = tileRows

/// Rows of a tile of one vector: with six, each sum would wait for the one before.
let narrowTileRows = 8

/// Rows of a tile that multiplies pairs.
let pairedTileRows = 4

/// Rows of packed weights that a turn of the product's loop multiplies, 1 or 2. Two halve the instructions of the
/// loop itself, which matter where another thread shares the core.
let rowsPerTurn = 2

extension TileProduct {
    /// Computes the tiles, which have `rows` rows each, in 1...tileRows or 1...narrowTileRows.
    @inline(__always) func multiply(rows: Int) {
        switch rows {
        case 1: multiplyOne()
        case 2: multiplyTwo()
        case 3: multiplyThree()
        case 4: multiplyFour()
        case 5: multiplyFive()
        case 6: multiplySix()
        case 7: multiplyNarrowSeven()
        default: multiplyNarrowEight()
        }
    }

    // Each tile is a function of its own, so that it has all the registers.
    @inline(never) func multiplyOne() { multiply(One<Wide>.self, One<Narrow>.self) }
    @inline(never) func multiplyTwo() { multiply(Two<Wide>.self, Two<Narrow>.self) }
    @inline(never) func multiplyThree() { multiply(Three<Wide>.self, Three<Narrow>.self) }
    @inline(never) func multiplyFour() { multiply(Four<Wide>.self, Four<Narrow>.self) }
    @inline(never) func multiplyFive() { multiply(Five<Wide>.self, Five<Narrow>.self) }
    @inline(never) func multiplySix() { multiply(Six<Wide>.self, Six<Narrow>.self) }
    @inline(never) func multiplyNarrowSeven() { multiply(Seven<Narrow>.self) }
    @inline(never) func multiplyNarrowEight() { multiply(Eight<Narrow>.self) }
}

extension TileProduct {
    /// Computes the paired tiles, which have `rows` rows each, in 1...pairedTileRows.
    @inline(__always) func multiplyPaired(rows: Int) {
        switch rows {
        case 1: multiplyPairedOne()
        case 2: multiplyPairedTwo()
        case 3: multiplyPairedThree()
        default: multiplyPairedFour()
        }
    }

    @inline(never) func multiplyPairedOne() { multiply(One<Wide>.self, One<Narrow>.self, isPaired: true) }
    @inline(never) func multiplyPairedTwo() { multiply(Two<Wide>.self, Two<Narrow>.self, isPaired: true) }
    @inline(never) func multiplyPairedThree() {
        multiply(Three<Wide>.self, Three<Narrow>.self, isPaired: true)
    }
    @inline(never) func multiplyPairedFour() { multiply(Four<Wide>.self, Four<Narrow>.self, isPaired: true) }
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
        default: sumSix()
        }
    }

    @inline(never) func sumOne() { sum(One<Wide>.self, One<Narrow>.self) }
    @inline(never) func sumTwo() { sum(Two<Wide>.self, Two<Narrow>.self) }
    @inline(never) func sumThree() { sum(Three<Wide>.self, Three<Narrow>.self) }
    @inline(never) func sumFour() { sum(Four<Wide>.self, Four<Narrow>.self) }
    @inline(never) func sumFive() { sum(Five<Wide>.self, Five<Narrow>.self) }
    @inline(never) func sumSix() { sum(Six<Wide>.self, Six<Narrow>.self) }
}

/// The vector of square blocks.
typealias BlockVector = Lanes

/// As many of them as each has elements.
typealias SquareBlock = EightVectors

extension SquareBlock {
    /// Rows and columns exchanged.
    @inline(__always) var transposed: SquareBlock { self.shuffled.shuffled.shuffled }
}
