// Scaling down by area averaging: each output pixel is the mean of the rectangle that it covers, its border
// pixels by the fraction that lies inside. Integers throughout, so that the sums are exact in any order.

/// The exact box filter from square images of one side to a smaller or equal one.
///
/// OpenCV calls it INTER_AREA. PyTorch's `interpolate(mode="area")` is adaptive average pooling: it takes
/// whole pixels, overlapping ones twice, and so equals this where the sides divide; from 28 to 16, say, it
/// differs. With equal sides an image is itself. Cost: side² + side · output values per channel, once each
/// way.
struct AreaAverage {
    /// Side of the input.
    let input: Int
    /// Side of the output.
    let output: Int
    /// Values per pixel.
    let channels: Int
    /// The sums that `sums` gives are this many times the mean.
    let weight: UInt64

    /// For each output pixel, the input pixels that it overlaps and, from `offset`, by how much.
    private let spans: [(pixels: Range<Int>, offset: Int)]
    private let overlaps: [UInt32]

    /// A filter from side `input` to side `output`, at most as large.
    init(from input: Int, to output: Int, channels: Int) {
        precondition(0 < output && output <= input, "images are scaled down, never up")
        self.input = input
        self.output = output
        self.channels = channels
        // In these units an input pixel is `short` wide and an output pixel `long`.
        let divisor = AreaAverage.greatestCommonDivisor(input, output)
        let (long, short) = (input / divisor, output / divisor)
        weight = UInt64(long) * UInt64(long)
        var spans: [(Range<Int>, Int)] = []
        var overlaps: [UInt32] = []
        for pixel in 0..<output {
            let (start, end) = (pixel * long, (pixel + 1) * long)
            let covered = start / short..<(end - 1) / short + 1
            spans.append((covered, overlaps.count))
            for source in covered {
                overlaps.append(UInt32(min(end, (source + 1) * short) - max(start, source * short)))
            }
        }
        self.spans = spans
        self.overlaps = overlaps
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }

    /// Writes the overlap-weighted sums of the centre square of one image, output² · channels of them; `row`
    /// is room for input · channels values.
    func sums(
        _ image: UnsafePointer<UInt8>, height: Int, width: Int, row: UnsafeMutablePointer<UInt32>,
        into sums: UnsafeMutablePointer<UInt64>
    ) {
        let corner = image + ((height - input) / 2 * width + (width - input) / 2) * channels
        let values = input * channels
        var sum = sums
        for vertical in spans {
            row.update(repeating: 0, count: values)
            for (index, y) in vertical.pixels.enumerated() {
                let overlap = overlaps[vertical.offset + index]
                let source = corner + y * width * channels
                for x in 0..<values { row[x] &+= overlap &* UInt32(source[x]) }
            }
            for horizontal in spans {
                for channel in 0..<channels {
                    var total: UInt64 = 0
                    var source = row + horizontal.pixels.lowerBound * channels + channel
                    for index in 0..<horizontal.pixels.count {
                        total &+= UInt64(source.pointee) &* UInt64(overlaps[horizontal.offset &+ index])
                        source += channels
                    }
                    sum.pointee = total
                    sum += 1
                }
            }
        }
    }

    /// Scales the centre square of one image to bytes, halves rounded up.
    func scale(
        _ image: UnsafePointer<UInt8>, height: Int, width: Int, into bytes: UnsafeMutablePointer<UInt8>
    ) {
        withScratch { row, sums in
            self.sums(image, height: height, width: width, row: row, into: sums)
            for index in 0..<output * output * channels {
                bytes[index] = UInt8((sums[index] + weight / 2) / weight)
            }
        }
    }

    /// Room for one image: a row of the input, and the sums.
    func withScratch<Result>(
        _ body: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt64>) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: input * channels) { row in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: output * output * channels) { sums in
                body(row.baseAddress!, sums.baseAddress!)
            }
        }
    }
}
