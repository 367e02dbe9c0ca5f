// The inner part of depthwise convolution: neighbouring output pixels of one vector of channels, in
// registers.
//
// Like the register tile of a product, the group of outputs and the row of taps are types, so that each sum
// and each weight has a register. Neighbouring outputs share input pixels: the code asks for each column as
// often as a sum needs it, and the compiler, seeing the same address, loads it once.

/// Which of a pixel's channels a vector of output channels reads.
protocol Reading {
    /// How many each output channel reads.
    static func count(_ tile: DepthwiseTile) -> Int
    /// The one of this number within its group.
    init(_ member: Int, _ tile: DepthwiseTile)
    /// Reads them for the vector of outputs whose own channels stand here.
    func read(_ pixel: UnsafePointer<Float>) -> Lanes
}

/// Its own: a depthwise convolution.
struct OwnChannels: Reading {
    @inline(__always) static func count(_ tile: DepthwiseTile) -> Int { 1 }
    @inline(__always) init(_ member: Int, _ tile: DepthwiseTile) {}
    @inline(__always) func read(_ pixel: UnsafePointer<Float>) -> Lanes { load(pixel) }
}

/// Those of its group, one after the other: all lanes of a group read the same channel.
struct ChannelsOfGroup: Reading {
    /// Where each lane's channel stands in the vector.
    var places: Bits

    @inline(__always) static func count(_ tile: DepthwiseTile) -> Int { tile.groupWidth }

    @inline(__always) init(_ member: Int, _ tile: DepthwiseTile) {
        let group = laneNumbers & Bits(repeating: UInt32(truncatingIfNeeded: -tile.groupWidth))
        places = group &+ Bits(repeating: UInt32(truncatingIfNeeded: member))
    }

    @inline(__always) func read(_ pixel: UnsafePointer<Float>) -> Lanes { permuted(load(pixel), by: places) }
}

/// Which columns of a tile's input row lie on the image.
protocol Edges {
    /// The sum plus `tap` times what is read at a column of the row; the sum alone outside the image.
    func add<R: Reading>(
        _ row: UnsafePointer<Float>, _ column: Int, _ stride: Int, _ reading: R, times tap: Lanes,
        to sum: Lanes
    ) -> Lanes
}

/// Edges given by constants: since all is inlined, the tests vanish, and with them the products outside.
struct KnownEdges: Edges {
    var first: Int
    var end: Int

    @inline(__always) func add<R: Reading>(
        _ row: UnsafePointer<Float>, _ column: Int, _ stride: Int, _ reading: R, times tap: Lanes,
        to sum: Lanes
    ) -> Lanes {
        if column < first || column >= end { return sum }
        return multiplyAdd(reading.read(row + column * stride), tap, sum)
    }
}

/// Edges known at run time: vectors outside are masked to zero.
struct MaskedEdges: Edges {
    var first: Int
    var end: Int

    @inline(__always) func add<R: Reading>(
        _ row: UnsafePointer<Float>, _ column: Int, _ stride: Int, _ reading: R, times tap: Lanes,
        to sum: Lanes
    ) -> Lanes {
        // Both differences are negative inside, so the sign of their conjunction fills the mask.
        let mask = ((first - 1 - column) & (column - end)) >> (Int.bitWidth - 1)
        let value = masked(reading.read(row + column * stride), by: UInt32(truncatingIfNeeded: mask))
        return multiplyAdd(value, tap, sum)
    }
}

/// The input row under a row of taps, for one vector of channels.
struct InputRow<E: Edges, R: Reading> {
    /// The column that the first tap of the first output meets; it may be outside the image.
    var first: UnsafePointer<Float>
    /// Floats from one column to the next.
    var stride: Int
    /// The columns on the image, counted from `first`.
    var edges: E
    /// Which of a pixel's channels are read.
    var reading: R

    /// The sum plus the product of a tap and a column.
    @inline(__always) func add(_ column: Int, times tap: Lanes, to sum: Lanes) -> Lanes {
        edges.add(first, column, stride, reading, times: tap, to: sum)
    }
}

/// A row of a kernel's weights for one vector of channels.
protocol Taps {
    /// How many taps the row has.
    static var count: Int { get }
    /// Does something for each row of the image that a window meets, and its taps, without a loop.
    static func forEachRow(
        _ tile: DepthwiseTile, _ body: (_ input: UnsafePointer<Float>, _ taps: UnsafePointer<Float>) -> Void)
    /// Loads the row; the taps are `stride` floats apart.
    init(_ source: UnsafePointer<Float>, stride: Int)
    /// The sum plus the taps' products with the columns that begin at `column`.
    func add<E: Edges, R: Reading>(_ input: InputRow<E, R>, _ column: Int, to sum: Lanes) -> Lanes
}

/// The taps of a 3×3 kernel.
struct ThreeTaps: Taps {
    let first: Lanes
    let second: Lanes
    let third: Lanes

    @inline(__always) static var count: Int { 3 }

    @inline(__always) static func forEachRow(
        _ tile: DepthwiseTile, _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
    ) {
        if let row = tile.inputs.first, let taps = tile.taps.first { body(row, taps) }
        if let row = tile.inputs.second, let taps = tile.taps.second { body(row, taps) }
        if let row = tile.inputs.third, let taps = tile.taps.third { body(row, taps) }
    }

    @inline(__always) init(_ source: UnsafePointer<Float>, stride: Int) {
        first = load(source)
        second = load(source + stride)
        third = load(source + 2 * stride)
    }

    @inline(__always) func add<E: Edges, R: Reading>(
        _ input: InputRow<E, R>, _ column: Int, to sum: Lanes
    ) -> Lanes {
        var sum = input.add(column, times: first, to: sum)
        sum = input.add(column + 1, times: second, to: sum)
        return input.add(column + 2, times: third, to: sum)
    }
}

/// The taps of a 5×5 kernel.
struct FiveTaps: Taps {
    let left: ThreeTaps
    let fourth: Lanes
    let fifth: Lanes

    @inline(__always) static var count: Int { 5 }

    @inline(__always) static func forEachRow(
        _ tile: DepthwiseTile, _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
    ) {
        ThreeTaps.forEachRow(tile, body)
        if let row = tile.inputs.fourth, let taps = tile.taps.fourth { body(row, taps) }
        if let row = tile.inputs.fifth, let taps = tile.taps.fifth { body(row, taps) }
    }

    @inline(__always) init(_ source: UnsafePointer<Float>, stride: Int) {
        left = ThreeTaps(source, stride: stride)
        fourth = load(source + 3 * stride)
        fifth = load(source + 4 * stride)
    }

    @inline(__always) func add<E: Edges, R: Reading>(
        _ input: InputRow<E, R>, _ column: Int, to sum: Lanes
    ) -> Lanes {
        let sum = input.add(column + 3, times: fourth, to: left.add(input, column, to: sum))
        return input.add(column + 4, times: fifth, to: sum)
    }
}

/// Sums of neighbouring output pixels.
protocol Pixels {
    /// How many pixels there are.
    static var count: Int { get }
    /// Starts every sum with the same value.
    init(_ start: Lanes)
    /// Adds a row of taps, the first pixel's window beginning at `column` and each next `step` further.
    mutating func add<T: Taps, E: Edges, R: Reading>(
        _ taps: T, _ input: InputRow<E, R>, column: Int, step: Int)
    /// Stores the pixels `stride` floats apart.
    func store(to destination: UnsafeMutablePointer<Float>, stride: Int)
    /// Stores the pixels, every element limited to 0...upper.
    func store(to destination: UnsafeMutablePointer<Float>, stride: Int, limitedTo upper: Float)
}

/// A single pixel.
struct Pixel: Pixels {
    var sum: Lanes

    @inline(__always) static var count: Int { 1 }

    @inline(__always) init(_ start: Lanes) {
        sum = start
    }

    @inline(__always) mutating func add<T: Taps, E: Edges, R: Reading>(
        _ taps: T, _ input: InputRow<E, R>, column: Int, step: Int
    ) {
        sum = taps.add(input, column, to: sum)
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>, stride: Int) {
        save(sum, to: destination)
    }

    @inline(__always) func store(
        to destination: UnsafeMutablePointer<Float>, stride: Int, limitedTo upper: Float
    ) {
        save(lower(raise(sum, to: 0), to: upper), to: destination)
    }
}

/// The pixels of `Right` after those of `Left`.
struct Neighbours<Left: Pixels, Right: Pixels>: Pixels {
    var left: Left
    var right: Right

    @inline(__always) static var count: Int { Left.count + Right.count }

    @inline(__always) init(_ start: Lanes) {
        left = Left(start)
        right = Right(start)
    }

    @inline(__always) mutating func add<T: Taps, E: Edges, R: Reading>(
        _ taps: T, _ input: InputRow<E, R>, column: Int, step: Int
    ) {
        left.add(taps, input, column: column, step: step)
        right.add(taps, input, column: column + Left.count * step, step: step)
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>, stride: Int) {
        left.store(to: destination, stride: stride)
        right.store(to: destination + Left.count * stride, stride: stride)
    }

    @inline(__always) func store(
        to destination: UnsafeMutablePointer<Float>, stride: Int, limitedTo upper: Float
    ) {
        left.store(to: destination, stride: stride, limitedTo: upper)
        right.store(to: destination + Left.count * stride, stride: stride, limitedTo: upper)
    }
}

typealias TwoPixels = Neighbours<Pixel, Pixel>
typealias ThreePixels = Neighbours<TwoPixels, Pixel>
typealias FourPixels = Neighbours<TwoPixels, TwoPixels>
typealias FivePixels = Neighbours<ThreePixels, TwoPixels>
typealias SixPixels = Neighbours<ThreePixels, ThreePixels>
typealias SevenPixels = Neighbours<FourPixels, ThreePixels>

/// Where the rows under a window begin, nil above and below the image.
///
/// They are stored rather than computed where they are needed: the compiler would relate all places of a window, and
/// compute each in three instructions.
struct WindowPlaces {
    var first: UnsafePointer<Float>?
    var second: UnsafePointer<Float>?
    var third: UnsafePointer<Float>?
    var fourth: UnsafePointer<Float>?
    var fifth: UnsafePointer<Float>?

    /// The places of at most five rows `stride` floats apart, the first of which would begin at `start`.
    @inline(__always) init(_ start: UnsafePointer<Float>, stride: Int, _ rows: WindowRows) {
        @inline(__always) func place(_ row: Int) -> UnsafePointer<Float>? {
            row < rows.firstTap || row >= rows.firstTap + rows.count ? nil : start + row * stride
        }
        first = place(0)
        second = place(1)
        third = place(2)
        fourth = place(3)
        fifth = place(4)
    }
}

/// Neighbouring output pixels of a row, all channels.
struct DepthwiseTile {
    /// The input pixels that the first tap of each row meets; their column may be outside the image.
    var inputs: WindowPlaces
    /// The first tap of each row.
    var taps: WindowPlaces
    /// The column of `inputs`, negative in the left padding.
    var inputColumn: Int
    /// Columns of the image.
    var inputWidth: Int
    var bias: UnsafePointer<Float>
    /// Channels to compute.
    var channels: Int
    /// Floats from one pixel to the next.
    var stride: Int
    /// Channels of a group, whose taps follow each other.
    var groupWidth: Int
    var output: UnsafeMutablePointer<Float>
    var finish: Finish
    /// The sums of the row's pixels so far, where they are asked for.
    var rowSums: UnsafeMutablePointer<Float>?
    /// Whether the row's sums begin with this tile.
    var isFirst: Bool

    /// Computes and stores the tile.
    ///
    /// Images of 7 or 14 columns have no tile without an edge, so the usual paddings have code of their own.
    @inline(__always) func sum<P: Pixels, T: Taps, R: Reading>(
        _ pixels: P.Type, _ taps: T.Type, step: Int, _ reading: R.Type
    ) {
        let columns = (P.count - 1) * step + T.count
        let before = -inputColumn
        let after = inputColumn + columns - inputWidth
        switch (before, after) {
        case (...0, ...0): sum(pixels, taps, step, reading, KnownEdges(first: 0, end: columns))
        case (T.count / 2, ...0):
            sum(pixels, taps, step, reading, KnownEdges(first: T.count / 2, end: columns))
        case (...0, T.count / 2):
            sum(pixels, taps, step, reading, KnownEdges(first: 0, end: columns - T.count / 2))
        case (T.count / 2, T.count / 2):
            sum(pixels, taps, step, reading, KnownEdges(first: T.count / 2, end: columns - T.count / 2))
        default:
            sum(pixels, taps, step, reading, MaskedEdges(first: before, end: inputWidth - inputColumn))
        }
        finish.curve(
            output, rows: P.count, columns: channels, stride: stride, sums: rowSums, isFirst: isFirst)
    }

    /// Computes and stores the sums.
    @inline(__always) private func sum<P: Pixels, T: Taps, R: Reading, E: Edges>(
        _ pixels: P.Type, _ taps: T.Type, _ step: Int, _ reading: R.Type, _ edges: E
    ) {
        var channel = 0
        while channel < channels {
            var sums = P(load(bias + channel))
            for member in 0..<R.count(self) {
                let reading = R(member, self)
                let member = member * stride + channel
                T.forEachRow(self) { input, taps in
                    let inputs = InputRow(
                        first: input + channel, stride: stride, edges: edges, reading: reading)
                    sums.add(T(taps + member, stride: R.count(self) * stride), inputs, column: 0, step: step)
                }
            }
            if finish.limits {
                sums.store(to: output + channel, stride: stride, limitedTo: finish.upper)
            } else {
                sums.store(to: output + channel, stride: stride)
            }
            channel += Lanes.scalarCount
        }
    }
}
