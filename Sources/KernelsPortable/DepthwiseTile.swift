// The inner part of depthwise convolution: neighbouring output pixels of one vector of channels, in
// registers.
//
// Like the register tile of a product, the group of outputs and the row of taps are types, so that each sum
// and each weight has a register. Neighbouring outputs share input pixels: the code asks for each column as
// often as a sum needs it, and the compiler, seeing the same address, loads it once.

/// The input row under a row of taps, for one vector of channels.
struct InputRow {
    /// The column that the first tap of the first output meets; it may be outside the image.
    var first: UnsafePointer<Float>
    /// Floats from one column to the next.
    var stride: Int
    /// The columns on the image, counted from `first`; nil where all that are asked for are.
    var inside: (first: Int, end: Int)?

    /// The vector at a column, zero outside the image.
    @inline(__always) subscript(column: Int) -> Lanes {
        let value = load(first + column * stride)
        guard let inside else { return value }
        // Both differences are negative inside, so the sign of their conjunction fills the mask.
        let mask = ((inside.first - 1 - column) & (column - inside.end)) >> (Int.bitWidth - 1)
        return unsafeBitCast(
            unsafeBitCast(value, to: Bits.self) & Bits(repeating: UInt32(truncatingIfNeeded: mask)),
            to: Lanes.self)
    }
}

/// A row of a kernel's weights for one vector of channels.
protocol Taps {
    /// How many taps the row has.
    static var count: Int { get }
    /// Loads the row; the taps are `stride` floats apart.
    init(_ source: UnsafePointer<Float>, stride: Int)
    /// The sum plus the taps' products with the columns that begin at `column`.
    func add(_ input: InputRow, _ column: Int, to sum: Lanes) -> Lanes
}

/// The taps of a 3×3 kernel.
struct ThreeTaps: Taps {
    let first: Lanes
    let second: Lanes
    let third: Lanes

    @inline(__always) static var count: Int { 3 }

    @inline(__always) init(_ source: UnsafePointer<Float>, stride: Int) {
        first = load(source)
        second = load(source + stride)
        third = load(source + 2 * stride)
    }

    @inline(__always) func add(_ input: InputRow, _ column: Int, to sum: Lanes) -> Lanes {
        var sum = multiplyAdd(input[column], first, sum)
        sum = multiplyAdd(input[column + 1], second, sum)
        return multiplyAdd(input[column + 2], third, sum)
    }
}

/// The taps of a 5×5 kernel.
struct FiveTaps: Taps {
    let left: ThreeTaps
    let fourth: Lanes
    let fifth: Lanes

    @inline(__always) static var count: Int { 5 }

    @inline(__always) init(_ source: UnsafePointer<Float>, stride: Int) {
        left = ThreeTaps(source, stride: stride)
        fourth = load(source + 3 * stride)
        fifth = load(source + 4 * stride)
    }

    @inline(__always) func add(_ input: InputRow, _ column: Int, to sum: Lanes) -> Lanes {
        let sum = multiplyAdd(input[column + 3], fourth, left.add(input, column, to: sum))
        return multiplyAdd(input[column + 4], fifth, sum)
    }
}

/// Sums of neighbouring output pixels.
protocol Pixels {
    /// How many pixels there are.
    static var count: Int { get }
    /// Starts every sum with the same value.
    init(_ start: Lanes)
    /// Adds a row of taps, the first pixel's window beginning at `column` and each next `step` further.
    mutating func add<T: Taps>(_ taps: T, _ input: InputRow, column: Int, step: Int)
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

    @inline(__always) mutating func add<T: Taps>(_ taps: T, _ input: InputRow, column: Int, step: Int) {
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

    @inline(__always) mutating func add<T: Taps>(_ taps: T, _ input: InputRow, column: Int, step: Int) {
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
typealias FourPixels = Neighbours<TwoPixels, TwoPixels>
typealias SevenPixels = Neighbours<FourPixels, Neighbours<TwoPixels, Pixel>>

/// Neighbouring output pixels of a row, all channels, and the part of the window that lies on the image's
/// rows.
struct DepthwiseTile {
    /// The input pixel that the first tap meets, of the first row of taps on the image; its column may be
    /// outside.
    var input: UnsafePointer<Float>
    /// Floats from one input row to the next.
    var inputRow: Int
    /// The column of `input`, negative in the left padding.
    var inputColumn: Int
    /// Columns of the image.
    var inputWidth: Int
    /// The weights of the first row of taps on the image.
    var weights: UnsafePointer<Float>
    /// Rows of taps on the image.
    var tapRows: Int
    var bias: UnsafePointer<Float>
    /// Channels to compute.
    var channels: Int
    /// Floats from one pixel to the next.
    var stride: Int
    var output: UnsafeMutablePointer<Float>
    var finish: Finish

    /// Computes and stores the tile.
    @inline(__always) func sum<P: Pixels, T: Taps>(_ pixels: P.Type, _ taps: T.Type, step: Int) {
        if inputColumn >= 0, inputColumn + (P.count - 1) * step + T.count <= inputWidth {
            sum(pixels, taps, step: step, inside: nil)
        } else {
            sum(pixels, taps, step: step, inside: (-inputColumn, inputWidth - inputColumn))
        }
        if finish.isCurved {
            finish.curve(output, rows: P.count, columns: channels, stride: stride)
        }
    }

    /// Computes and stores the sums.
    @inline(__always) func sum<P: Pixels, T: Taps>(
        _ pixels: P.Type, _ taps: T.Type, step: Int, inside: (Int, Int)?
    ) {
        var channel = 0
        while channel < channels {
            var sums = P(load(bias + channel))
            var row = input + channel
            var tapRow = weights + channel
            for _ in 0..<tapRows {
                let inputs = InputRow(first: row, stride: stride, inside: inside)
                sums.add(T(tapRow, stride: stride), inputs, column: 0, step: step)
                row += inputRow
                tapRow += T.count * stride
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
