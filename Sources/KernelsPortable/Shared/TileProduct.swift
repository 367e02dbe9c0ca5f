// A panel's products, in register tiles one below the other.
//
// What all tiles of a panel have in common is worked out once for all: with a call for each tile, products of few
// input channels lost a tenth of their time between the multiplications.

import CPUFeatures
import KernelTasks

/// A slice of the depth of one panel of columns, for tiles of equal height, one below the other.
struct TileProduct {
    var left: UnsafePointer<Float>
    var leftStride: Int
    /// Floats from a tile's first row of the left matrix to the one at which its lower half begins. It is stored rather
    /// than computed where it is needed: the compiler would make a chain of additions of it, and where another thread
    /// shares the core, every instruction between the multiplications costs time.
    var lowerOffset = 0
    /// How many tiles there are.
    var tiles = 0
    /// Floats from one tile to the next: of the left matrix, of what is added at last, and of the output.
    var leftStep = 0
    var residualStep = 0
    var outputStep = 0
    var right: UnsafePointer<Float>
    /// Rows of `right`; of each segment, where the rows of the left matrix come in several.
    var depth: Int
    var segments: Int
    /// Floats from one segment of a row of the left matrix to the next.
    var segmentStride: Int
    /// How often the segments come, and the floats from the end of one such row of them to the beginning of the next.
    var segmentRows = 1
    var segmentRowGap = 0
    /// The weights that are needed next, asked for while these are multiplied: an address, and the bytes to advance
    /// for each row of these.
    var ahead: UnsafeRawPointer
    var aheadStep = 0
    /// What the sums start with; nil is zero.
    var bias: UnsafePointer<Float>?
    /// What is added to that: the sums of the slice before.
    var start: UnsafePointer<Float>?
    var startStride: Int
    /// What `start` is multiplied by.
    var startFactor: Float = 1
    /// What is added at last: a shortcut. At first, the products would wait for it to come from far away.
    var residual: UnsafePointer<Float>?
    var residualStride: Int
    var output: UnsafeMutablePointer<Float>
    var outputStride: Int
    var isWide: Bool
    /// Whether half of the panel's last vector is padding, and need only be finite.
    var isHalved: Bool
    var finish: Finish
    /// Of a paired product, what the pairs of each row of the left matrix add to its sums, negated; else nil.
    var rowSums: UnsafePointer<Float>?
    /// What the sums are multiplied by.
    var scale: Float = 1
    /// Whether a pair's value of the left matrix is loaded for each vector, as part of an addition.
    var loadsTwice = false
    /// Zero, though the compiler must not know; see `LoadedTwice`.
    var twinOffset = 0

    /// Computes and stores the tiles, of two vectors a row where the panel has two. Whether they are paired must be known to
    /// the compiler, so that a function has one of the loops.
    @inline(__always) func multiply<W: Tile, N: Tile>(
        _ wide: W.Type, _ narrow: N.Type, isPaired: Bool = false
    ) {
        if isWide {
            multiply(wide, isPaired: isPaired)
        } else {
            multiply(narrow, isPaired: isPaired)
        }
    }

    /// Computes and stores tiles of this type.
    @inline(__always) func multiply<T: Tile>(_ tile: T.Type, isPaired: Bool = false) {
        var left = left
        var ahead = ahead
        var start = start
        var residual = residual
        var output = output
        var rowSums = rowSums
        for _ in 0..<tiles {
            if let residual { T.prefetch(residual, stride: residualStride) }
            var sums = T(bias.map { T.Row($0) } ?? T.Row(repeating: 0))
            if let rows = start {
                sums.add(startFactor, times: rows, stride: startStride)
                start = rows + T.rows * startStride
            }
            if isPaired, let each = rowSums {
                sums.add(each: each)
                rowSums = each + T.rows
            }
            if isPaired {
                addPaired(left, ahead, to: &sums)
            } else {
                add(left, ahead, to: &sums)
            }
            if scale != 1 { sums.scale(by: scale) }
            if let rows = residual {
                sums.add(rows, stride: residualStride)
                residual = rows + residualStep
            }
            if finish.limits {
                sums.store(to: output, stride: outputStride, limitedTo: finish.upper)
            } else {
                sums.store(to: output, stride: outputStride)
            }
            left += leftStep
            ahead += aheadStep * depth * segments * segmentRows
            output += outputStep
        }
    }

    /// Adds the products of a tile whose left matrix begins at `left`.
    @inline(__always) private func add<T: Tile>(
        _ left: UnsafePointer<Float>, _ ahead: UnsafeRawPointer, to sums: inout T
    ) {
        var upper = left
        var lower = left + lowerOffset
        var row = right
        var ahead = ahead
        let width = T.Row.width
        for _ in 0..<segmentRows {
            for _ in 0..<segments {
                for turn in 0..<depth / rowsPerTurn {
                    let column = turn * rowsPerTurn
                    prefetch(ahead)
                    sums.add(upper + column, lower + column, stride: leftStride, times: T.Row(row))
                    if rowsPerTurn == 2 {
                        let next = column + 1
                        sums.add(upper + next, lower + next, stride: leftStride, times: T.Row(row + width))
                    }
                    row += rowsPerTurn * width
                    ahead += rowsPerTurn * aheadStep
                }
                if depth % rowsPerTurn == 1 {
                    sums.add(upper + depth - 1, lower + depth - 1, stride: leftStride, times: T.Row(row))
                    row += width
                }
                upper += segmentStride
                lower += segmentStride
            }
            upper += segmentRowGap
            lower += segmentRowGap
        }
    }
}

/// A block of rows, cut into tiles of nearly equal heights: a tile of a row or two would wait for its weights.
struct TileHeights {
    /// How many tiles there are.
    let tiles: Int
    /// Rows of a lower tile.
    let rows: Int
    /// How many tiles have a row more; they come first.
    let higher: Int

    @inline(__always) init(rows: Int, _ product: TileProduct) {
        let most: Int
        if product.rowSums != nil {
            most = pairedTileRows
        } else {
            let wide = product.isHalved ? threeHalvesTileRows : tileRows
            most = product.isWide ? wide : narrowTileRows
        }
        tiles = (rows + most - 1) / most
        self.rows = rows / tiles
        higher = rows - self.rows * tiles
    }
}

extension TileProduct {
    /// Computes a block of rows, asking for the weights that are needed next in equal shares.
    @inline(__always) mutating func multiply(_ heights: TileHeights) {
        if heights.tiles == 1 {
            // One tile reads the weights only once, as fast as they come.
            ahead = UnsafeRawPointer(right)
        } else {
            let width = isWide ? Wide.width : Narrow.width
            aheadStep = width * MemoryLayout<Float>.size / heights.tiles
        }
        if heights.higher > 0 { multiply(heights.higher, rows: heights.rows + 1) }
        multiply(heights.tiles - heights.higher, rows: heights.rows)
    }

    /// Computes the next tiles, and goes on to those below them.
    @inline(__always) mutating func multiply(_ tiles: Int, rows: Int) {
        self.tiles = tiles
        lowerOffset = (rows + 1) / 2 * leftStride
        leftStep = rows * leftStride
        residualStep = rows * residualStride
        outputStep = rows * outputStride
        if let sums = rowSums {
            multiplyPaired(rows: rows)
            rowSums = sums + tiles * rows
        } else {
            multiply(rows: rows)
        }
        left += tiles * leftStep
        ahead += tiles * aheadStep * depth * segments
        start = start.map { $0 + tiles * rows * startStride }
        residual = residual.map { $0 + tiles * residualStep }
        output += tiles * outputStep
    }
}
