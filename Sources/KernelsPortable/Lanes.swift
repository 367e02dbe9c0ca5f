// What this build of the kernels is made of: vectors of 128 bits and no fused multiply–add, for any CPU.

// `select` and `masked` name one operation of LLVM each. The standard library's own functions of vectors go lane by
// lane until LLVM joins the lanes again, which takes the compiler several times as long and does not always succeed.
import Builtin

/// The vector of this build.
typealias Lanes = SIMD4<Float>

/// The bits of a vector.
typealias Bits = SIMD4<UInt32>

/// a · b + c; in two roundings, since a fused one would be a call for each lane.
@inline(__always) func multiplyAdd(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes {
    a * b + c
}

/// c − a · b in two roundings.
@inline(__always) func subtractProduct(_ a: Lanes, _ b: Lanes, from c: Lanes) -> Lanes { c - a * b }

/// The elements of `yes` where the mask holds, else those of `no`.
@inline(__always) func select(_ mask: SIMDMask<Bits.MaskStorage>, _ yes: Lanes, _ no: Lanes) -> Lanes {
    let holds = Builtin.trunc_Vec4xInt32_Vec4xInt1(mask._storage._storage._value)
    var elements = no
    elements._storage._value = Builtin.select_Vec4xInt1_Vec4xFPIEEE32(
        holds, yes._storage._value, no._storage._value)
    return elements
}

/// The bits of `x` that are set in `mask`.
@inline(__always) func masked(_ x: Lanes, by mask: UInt32) -> Lanes {
    var bits = unsafeBitCast(x, to: Bits.self)
    bits._storage._value = Builtin.and_Vec4xInt32(
        bits._storage._value, Bits(repeating: mask)._storage._value)
    return unsafeBitCast(bits, to: Lanes.self)
}

/// The elements of `x` at these places, of which the low two bits count.
@inline(__always) func permuted(_ x: Lanes, by places: Bits) -> Lanes {
    Lanes(
        x[Int(places[0] & 3)], x[Int(places[1] & 3)], x[Int(places[2] & 3)], x[Int(places[3] & 3)])
}

/// 0, 1, 2 and 3.
@inline(__always) var laneNumbers: Bits { Bits(0, 1, 2, 3) }

/// Rows of the register tile: 12 accumulators of 16 registers.
let tileRows = 6

/// The same where half of the second vector is padding, which is multiplied like the rest.
let threeHalvesTileRows = tileRows

/// Rows of a tile of one vector.
let narrowTileRows = tileRows

/// Rows of a tile that multiplies pairs.
let pairedTileRows = 4

/// Rows of packed weights that a turn of the product's loop multiplies, 1 or 2; with two, the accumulators no longer
/// stay in registers.
let rowsPerTurn = 1

extension TileProduct {
    /// Computes the tiles, which have `rows` rows each, in 1...tileRows.
    @inline(__always) func multiply(rows: Int) {
        switch rows {
        case 1: multiplyOne()
        case 2: multiplyTwo()
        case 3: multiplyThree()
        case 4: multiplyFour()
        case 5: multiplyFive()
        default: multiplySix()
        }
    }

    // Each tile is a function of its own, so that it has all the registers.
    @inline(never) func multiplyOne() { multiply(One<Wide>.self, One<Narrow>.self) }
    @inline(never) func multiplyTwo() { multiply(Two<Wide>.self, Two<Narrow>.self) }
    @inline(never) func multiplyThree() { multiply(Three<Wide>.self, Three<Narrow>.self) }
    @inline(never) func multiplyFour() { multiply(Four<Wide>.self, Four<Narrow>.self) }
    @inline(never) func multiplyFive() { multiply(Five<Wide>.self, Five<Narrow>.self) }
    @inline(never) func multiplySix() { multiply(Six<Wide>.self, Six<Narrow>.self) }
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
typealias SquareBlock = FourVectors

extension SquareBlock {
    /// Rows and columns exchanged.
    @inline(__always) var transposed: SquareBlock { self.shuffled.shuffled }
}
