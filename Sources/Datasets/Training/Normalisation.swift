// Means and deviations by which images are normalised before training.

/// The mean and the deviation of each channel, of values in 0...1.
package struct Normalisation: Hashable, Sendable {
    /// One mean per channel.
    package let mean: [Float]
    /// One population deviation per channel; 1 where all values are equal, so that nothing is divided by
    /// zero.
    package let deviation: [Float]

    /// Given means and deviations, one of each per channel.
    package init(mean: [Float], deviation: [Float]) {
        precondition(mean.count == deviation.count && deviation.allSatisfy { $0 > 0 })
        self.mean = mean
        self.deviation = deviation
    }

    /// Those of the images as they are at this resolution: averaging lowers the deviation, so it is taken
    /// after it. Throws above the native size. Cost: one scaling of all images.
    package init(of images: LabelledImages, resolution: Int) throws(DatasetError) {
        let area = try ScaledImages.area(images, resolution: resolution)
        let (channels, values) = (images.channels, resolution * resolution)
        let unit = 1 / (255 * Double(area.weight))
        var total = [Double](repeating: 0, count: channels)
        var squares = total
        images.forEachScaled(by: area) { _, sums in
            for channel in 0..<channels {
                var sum: UInt64 = 0
                var square = 0.0
                for value in 0..<values {
                    let term = sums[value * channels + channel]
                    sum &+= term
                    square += (Double(term) * unit) * (Double(term) * unit)
                }
                total[channel] += Double(sum) * unit
                squares[channel] += square
            }
        }
        let count = Double(max(1, images.count * values))
        mean = total.map { Float($0 / count) }
        deviation = zip(total, squares).map { total, square in
            let variance = square / count - (total / count) * (total / count)
            // Less is rounding of the sums, not variation of the images.
            return variance > 1e-12 ? Float(variance.squareRoot()) : 1
        }
    }
}
